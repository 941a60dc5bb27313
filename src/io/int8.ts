import { defined } from '../numbers/defined';

/** Largest magnitude of a whole number; -128 is left out, so that both signs reach as far. */
const MOST = 127;

/** Scales of the rows of a matrix for `packI8`: the largest magnitude of each over 127; 1 for a row of zeros. NaN and infinities are passed over. */
export function rowScales(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    let largest = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const size = Math.abs(defined(values[i]));
      if (size > largest && size !== Infinity) largest = size;
    }
    return largest > 0 ? largest / MOST : 1;
  });
}

/** Rounds the rows of a matrix to whole numbers of their scales, in -127..127. NaN becomes 0. */
export function packI8(values: Float32Array, scales: Float32Array): Int8Array {
  const columns = values.length / scales.length;
  return Int8Array.from(values, (value, i) => Math.max(-MOST, Math.min(MOST, Math.round(value / defined(scales[Math.floor(i / columns)])))));
}
