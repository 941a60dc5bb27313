/** Text from outside, cut so that it floods no sentence. */
export const cut = (text: string, most = 80): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** Text for an element of HTML, or a quoted attribute. */
export const inHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Text from outside for use in a sentence: cut, escaped and in quotes. */
export const quote = (text: string, most = 80): string => JSON.stringify(cut(text, most));

/** A value from a file as JSON, for `quote` and `written`; dots where it is nested too deep to be written. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '…';
  }
}

/** A value from outside as JSON, cut, for use in a sentence. */
export const written = (value: unknown, most = 80): string => cut(jsonOf(value), most);

/** The first `most` parts of a list of `total`, of which no more may be at hand: "a, b and 3 more". */
export function listFirst(parts: readonly string[], most: number, total = parts.length): string {
  const first = parts.slice(0, most).join(', ');
  const rest = total - Math.min(parts.length, most);
  return rest > 0 ? `${first} and ${rest} more` : first;
}

/** A setting's value as plain text: a list's members with commas between, nothing as an empty text, and what else has no text of its own as JSON. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(plainText).join(',');
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
