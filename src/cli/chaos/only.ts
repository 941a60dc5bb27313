/** True if `--only` asks for a part: its name contains what was typed, or one of several with commas between. */
export const wantedBy = (only: string) => (name: string): boolean => only.split(',').some((part) => name.includes(part));
