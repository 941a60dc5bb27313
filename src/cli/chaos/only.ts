/** Whether a part is wanted by `--only`: its name contains what was typed, or one of several with commas between. */
export const wantedBy = (only: string) => (name: string): boolean => only.split(',').some((part) => name.includes(part));
