/** Tables as CSV, of runs, analyses, predictions and figures alike. */

export type Cell = string | number | null | undefined;

/** First character of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** To the seven figures that the device's f32 knows; counts are whole. */
const numberOf = (value: number): string => (!Number.isFinite(value) ? '' : String(Number.isInteger(value) ? value : Number(value.toPrecision(7))));

function cellOf(value: Cell): string {
  if (typeof value === 'number') return numberOf(value);
  if (!value) return '';
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return safe !== value || /[",\n\r]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Numbers are plain, each in a cell of its own; what was measured and is no number is left empty. Names come from outside: text
 * that a spreadsheet would run as a formula is set off by an apostrophe, which a number never is.
 */
export const csv = (head: readonly string[], rows: readonly (readonly Cell[])[]): string => [head, ...rows].map((row) => row.map(cellOf).join(',')).join('\n') + '\n';
