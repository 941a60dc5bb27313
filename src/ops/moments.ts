import { fail } from '../engine/errors';
import { Accumulate, recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { product } from './product';

/**
 * Second moments of a stream of rows: `out` (C, D) becomes sum over rows of x_r y_r^T for x (..., C) and y (..., D), and
 * from the second micro-batch on (`step.micro`) the sum is added to what is there. No gradient flows.
 */
export function addMoments(x: Tensor, y: Tensor, out: Tensor): void {
  const [C, D, rows] = [lastOf(x), lastOf(y), rowsOf(x)];
  if (rowsOf(y) !== rows || rowsOf(out) !== C || lastOf(out) !== D) fail('addMoments', 'x (R, C), y (R, D) and out (C, D) do not fit', [rows, C], [rowsOf(y), D]);
  product({ mode: 'tn', x, weight: y, out, M: C, N: D, K: rows, accumulate: Accumulate.addAfterFirst, label: `moments ${x.label}` });
}

/** The sums of the columns of the stream, into `out` (C, 1). */
export function addSums(x: Tensor, out: Tensor): void {
  const rows = rowsOf(x);
  addMoments(x, recorder().constant(`ones ${rows}`, [rows, 1], new Float32Array(rows).fill(1)), out);
}
