import { fail } from '../engine/errors';
import { Accumulate, recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { product, type Batch } from './product';

/** x^T x of each matrix of x (G, n, r): (G, r, r). */
export function gramColumns(x: Tensor, label = 'gram'): Tensor {
  const [G, n, r] = x.shape as [number, number, number];
  if (x.shape.length !== 3) fail(label, 'wants matrices (G, n, r)', x.shape);
  const rec = recorder();
  const batch = (a: number, b: number, out: number): Batch => ({ count: G, heads: 1, x: [a, 0], weight: [b, 0], out: [out, 0] });
  const out = rec.temp(label, [G, r, r], x.requiresGrad);
  product({ mode: 'tn', x, weight: x, out, M: r, N: r, K: n, batch: batch(n * r, n * r, r * r), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    // x (dout + dout^T)
    rec.contribute(x, (dx, previous, accumulate) => {
      const both = { x, weight: dout, out: dx, M: n, N: r, K: r, batch: batch(n * r, r * r, n * r), label: `d ${x.label}` };
      product({ ...both, mode: 'nn', residual: previous, accumulate });
      product({ ...both, mode: 'nt', accumulate: Accumulate.add });
    });
  });
  return out;
}
