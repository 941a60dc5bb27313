import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/khatri_rao_backward.wgsl?raw';
import source from '#shaders/khatri_rao.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { passGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('khatri_rao', source, [grid]);
const backward = kernel('khatri_rao_backward', backwardSource, [step, grid]);

export interface KhatriRaoOptions {
  /** The result is (G, cols, rows). */
  transposed?: boolean;
  alpha?: number;
  /** Of the result's shape, added. */
  residual?: Tensor;
  label?: string;
}

/** alpha * K + residual, K[m, b k1 + a] = u[m, a] v[m, b] cut to `cols` columns: u (G, rows, k1) and v (G, rows, k2); result (G, rows, cols). */
export function khatriRao(u: Tensor, v: Tensor, cols: number, { transposed = false, alpha = 1, residual, label = 'khatri_rao' }: KhatriRaoOptions = {}): Tensor {
  const [G, rows] = u.shape as [number, number];
  const [k1, k2] = [lastOf(u), lastOf(v)];
  const shape = transposed ? [G, cols, rows] : [G, rows, cols];
  if (rowsOf(u) !== rowsOf(v) || cols > k1 * k2) fail(label, `wants u (G, rows, k1) and v (G, rows, k2) whose columns are enough for ${cols}`, u.shape, v.shape);
  if (residual && sizeOf(residual.shape) !== sizeOf(shape)) fail(label, 'the residual does not fit', residual.shape, shape);
  const rec = recorder();
  const out = rec.temp(label, shape, u.requiresGrad || v.requiresGrad || (residual?.requiresGrad ?? false));
  const count = sizeOf(shape);
  const across = transposed ? 1 : 0;
  rec.emit(forward, { tensors: { u, v, w: residual, out }, params: { count, rows, cols, k1, k2, across, has_w: residual ? 1 : 0, alpha }, grid: flatGrid(count), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    if (residual) passGrad(residual, dout);
    const grad = (x: Tensor, other: Tensor, [stepBy, stride]: [number, number]) =>
      rec.contribute(x, (dx, previous, accumulate) => {
        // A second contribution to what is computed would have to be added: none is made.
        if (previous) fail(label, `${x.label} may be used once only`, x.shape);
        const each = sizeOf(x.shape);
        rec.emit(backward, { tensors: { other, dout, dx }, params: { count: each, rows, cols, own: lastOf(x), others: lastOf(other), step: stepBy, stride, across, alpha, accumulate }, grid: flatGrid(each), label: `d ${x.label}` });
      });
    grad(u, v, [1, k1]);
    grad(v, u, [k1, 1]);
  });
  return out;
}
