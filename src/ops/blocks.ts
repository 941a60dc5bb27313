import { fail } from '../engine/errors';
import { Accumulate, recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { product, type Batch } from './product';

export interface BlocksOptions {
  alpha?: number;
  /** The blocks of y that are added to are the first and every `stride`-th. */
  stride?: number;
  /** w is (G, q, N) instead of (G, N, q). */
  transposed?: boolean;
  /** All blocks take this slice of a wider frozen matrix, rows `ld` elements apart, instead of a matrix each. */
  slice?: { rows: number; cols: number; ld: number };
  label?: string;
}

/**
 * Adds alpha * u_z w_z^T to the columns of block z of y, in place: the second half of G low-rank updates that run as one.
 * u (..., G q) has the blocks of q columns side by side, y (..., S N) those of N columns; w (G, N, q). What y was before
 * is gone, so it is refused where another op has read it; the result is y with the gradient that the update brings.
 */
export function addBlocks(y: Tensor, u: Tensor, w: Tensor, { alpha = 1, stride = 1, transposed = false, slice, label = 'add blocks' }: BlocksOptions = {}): Tensor {
  const rec = recorder();
  const [rows, cols] = slice ? [slice.rows, slice.cols] : (w.shape.slice(-2) as [number, number]);
  const [N, q] = transposed ? [cols, rows] : [rows, cols];
  const M = rowsOf(u);
  const [ldy, ldu] = [lastOf(y), lastOf(u)];
  const G = ldu / q;
  const fits = Number.isInteger(G) && (slice || w.shape[0] === G) && ldy % N === 0 && (G - 1) * stride * N < ldy && rowsOf(y) === M;
  if (!fits) fail(label, transposed ? 'wants y (..., S N), u (..., G q) and w (G, N, q) transposed' : 'wants y (..., S N), u (..., G q) and w (G, N, q)', y.shape, u.shape, slice ? [rows, cols] : w.shape);
  if (slice && w.requiresGrad) fail(label, 'a slice of a wider matrix cannot be trained');
  rec.changesInPlace(y, label);
  const ldw = slice?.ld ?? cols;
  const [atY, atU, atW] = [stride * N, q, slice ? 0 : rows * cols];
  const batch = (x: number, weight: number, out: number): Batch => ({ count: G, heads: 1, x: [x, 0], weight: [weight, 0], out: [out, 0] });
  product({ mode: transposed ? 'nn' : 'nt', x: u, weight: w, out: y, M, N, K: q, ldx: ldu, ldw, ldo: ldy, alpha, accumulate: Accumulate.add, batch: batch(atU, atW, atY), label });
  const out = { ...y, requiresGrad: y.requiresGrad || u.requiresGrad || w.requiresGrad };
  rec.onBackward(() => {
    const dy = rec.gradOf(out);
    if (!dy) return;
    rec.contribute(u, (du, previous, accumulate) =>
      product({ mode: transposed ? 'nt' : 'nn', x: dy, weight: w, out: du, M, N: q, K: N, ldx: ldy, ldw, ldo: ldu, alpha, residual: previous, accumulate, batch: batch(atY, atW, atU), label: `d ${u.label}` }),
    );
    rec.contribute(w, (dw, previous, accumulate) =>
      transposed
        ? product({ mode: 'tn', x: u, weight: dy, out: dw, M: q, N, K: M, ldx: ldu, ldw: ldy, alpha, residual: previous, accumulate, batch: batch(atU, atY, atW), label: `d ${w.label}` })
        : product({ mode: 'tn', x: dy, weight: u, out: dw, M: N, N: q, K: M, ldx: ldy, ldw: ldu, alpha, residual: previous, accumulate, batch: batch(atY, atU, atW), label: `d ${w.label}` }),
    );
  });
  return out;
}
