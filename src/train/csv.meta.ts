import Papa from 'papaparse';

/** Tables as CSV, of runs, analyses, predictions and figures alike. */

export type Cell = string | number | null | undefined;

/** How a formula begins; text that is a number is none. Papa's own pattern overlooks those with line breaks. */
const FORMULA = /^(?![+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$)[=+\-@\t\r]/i;

/** Numbers to the seven figures that the device's f32 knows; counts are whole. */
const cellOf = (value: Cell): string | number => (typeof value !== 'number' ? (value ?? '') : !Number.isFinite(value) ? '' : Number.isInteger(value) ? value : Number(value.toPrecision(7)));

/**
 * Numbers are plain, each in a cell of its own; what was measured and is no number is left empty. Names come from outside: text
 * that a spreadsheet would run as a formula is set off by an apostrophe, which a number never is.
 */
export const csv = (head: readonly string[], rows: readonly (readonly Cell[])[]): string => `${Papa.unparse([head, ...rows].map((row) => row.map(cellOf)), { escapeFormulae: FORMULA, newline: '\n' })}\n`;
