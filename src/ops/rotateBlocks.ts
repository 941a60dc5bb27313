import { fail } from '../engine/errors';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { product, type Batch } from './product';

/** Each block of columns of x (..., blocks n) times its R (blocks, n, n), or R^T when `transposed`; one R for all blocks where it is alone. */
export function rotateBlocks(x: Tensor, R: Tensor, { transposed = false, label = 'x R' } = {}): Tensor {
  const [given, n] = R.shape as [number, number];
  const width = lastOf(x);
  const blocks = width / n;
  if (R.shape.length !== 3 || !Number.isInteger(blocks) || (given !== 1 && given !== blocks)) fail(label, 'wants x (..., blocks n) and R (blocks, n, n), or one R', x.shape, R.shape);
  const rec = recorder();
  // With one R for all, blocks are rows of their own.
  const [M, count, ld] = given === 1 ? [sizeOf(x.shape) / n, 1, n] : [rowsOf(x), blocks, width];
  const batch: Batch = { count, heads: 1, x: [n, 0], weight: [n * n, 0], out: [n, 0] };
  const out = rec.temp(label, x.shape, x.requiresGrad || R.requiresGrad);
  product({ mode: transposed ? 'nt' : 'nn', x, weight: R, out, M, N: n, K: n, ldx: ld, ldo: ld, batch, label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    rec.contribute(R, (dR, previous, accumulate) =>
      product({ mode: 'tn', x: transposed ? dout : x, weight: transposed ? x : dout, out: dR, M: n, N: n, K: M, ldx: ld, ldw: ld, residual: previous, accumulate, batch: { ...batch, weight: [n, 0], out: [n * n, 0] }, label: `d ${R.label}` }),
    );
    rec.contribute(x, (dx, previous, accumulate) =>
      product({ mode: transposed ? 'nn' : 'nt', x: dout, weight: R, out: dx, M, N: n, K: n, ldx: ld, ldo: ld, residual: previous, accumulate, batch, label: `d ${x.label}` }),
    );
  });
  return out;
}
