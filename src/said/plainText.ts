/** A setting's value as plain text: a list's members with commas between, nothing as an empty text, and what else has no text of its own as JSON. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(plainText).join(',');
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
