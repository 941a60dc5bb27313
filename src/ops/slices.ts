import { fail } from '../engine/errors';
import { ALIGN } from '../engine/flats';
import { recorder } from '../engine/record';
import { bytesOf, lastOf, rowsOf, type Tensor } from '../engine/tensor';

/** Rows of a table that are bound by themselves. */
export interface Slice {
  first: number;
  rows: number;
  part: Tensor;
}

/**
 * A table (V, C) in runs of rows that can be bound: at most `mostRows` of them and the recorder's bytes each, beginning at aligned offsets.
 * One run of all rows where that fits.
 */
export function slicesOf(table: Tensor, mostRows = Infinity): Slice[] {
  const rec = recorder();
  const [rows, width] = [rowsOf(table), lastOf(table)];
  if (rows <= mostRows && bytesOf(table.shape, table.dtype) <= rec.maxBinding) return [{ first: 0, rows, part: table }];
  // Whole words and blocks (32 values of q8), whose bytes are a multiple of what bindings begin at.
  let unit = 32 / gcd(32, width);
  unit *= ALIGN / gcd(ALIGN, bytesOf([unit * width], table.dtype));
  const fits = Math.floor(rec.maxBinding / bytesOf([unit * width], table.dtype)) * unit;
  if (fits < 1) fail('slices', `${table.label}: a row of ${width} values does not fit into a binding of ${rec.maxBinding} bytes`);
  const each = Math.min(fits, Math.max(unit, Math.floor(Math.min(mostRows, rows) / unit) * unit));
  return Array.from({ length: Math.ceil(rows / each) }, (_, i) => {
    const count = Math.min(each, rows - i * each);
    return { first: i * each, rows: count, part: rec.rows(table, i * each, count) };
  });
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
