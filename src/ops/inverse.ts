import grid from '#shaders/lib/grid.wgsl?raw';
import backwardSource from '#shaders/inverse_backward.wgsl?raw';
import source from '#shaders/inverse.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid, rowGrid } from './grid';
import { product, type Batch } from './product';

const forward = kernel('inverse', source);
const backward = kernel('inverse_backward', backwardSource, [grid]);

export interface InverseOptions {
  /** Multiple of the identity that is added before. */
  shift?: number;
  /** Factor of x before. */
  scale?: number;
  /** Factor of the inverse. */
  alpha?: number;
  /** The identity is taken off the result. */
  less?: boolean;
  /** Of x only the upper triangle counts, with half of its diagonal. */
  upper?: boolean;
  label?: string;
}

/**
 * alpha * (shift I + scale x)^-1, less I where asked for, of each matrix of x (G, n, n). There is no search for pivots: what is inverted must
 * be a triangle, or its symmetric part positive definite.
 */
export function inverse(x: Tensor, { shift = 0, scale = 1, alpha = 1, less = false, upper = false, label = 'inverse' }: InverseOptions = {}): Tensor {
  const [G, n, m] = x.shape as [number, number, number];
  if (x.shape.length !== 3 || n !== m) fail(label, 'wants square matrices (G, n, n)', x.shape);
  const rec = recorder();
  const overrides: Record<string, number> = upper ? { UPPER: 1 } : {};
  const out = rec.temp(label, x.shape, x.requiresGrad);
  rec.emit(forward, { tensors: { x, out }, params: { count: G, size: n, shift, scale, alpha, less: less ? 1 : 0 }, overrides, grid: rowGrid(G), label, work: 2 * G * n ** 3 });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const each = n * n;
    const batch: Batch = { count: G, heads: 1, x: [each, 0], weight: [each, 0], out: [each, 0] };
    const [right, both] = [rec.temp(`${label} right`, x.shape), rec.temp(`${label} both`, x.shape)];
    // out + I is alpha times the inverse where the identity was taken off.
    product({ mode: 'nt', x: dout, weight: out, out: right, M: n, N: n, K: n, residual: less ? dout : null, batch, label: right.label });
    product({ mode: 'tn', x: out, weight: right, out: both, M: n, N: n, K: n, residual: less ? right : null, batch, label: both.label });
    freshGrad(x, (dx) => rec.emit(backward, { tensors: { d: both, dx }, params: { count: sizeOf(x.shape), size: n, factor: -scale / alpha }, overrides, grid: flatGrid(sizeOf(x.shape)), label: `d ${x.label}` }));
  });
  return out;
}
