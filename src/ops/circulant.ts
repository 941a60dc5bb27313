import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/circulant_backward.wgsl?raw';
import source from '#shaders/circulant.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { passGrad, writeGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('circulant', source, [grid]);
const backward = kernel('circulant_backward', backwardSource, [step, grid]);

export interface CirculantOptions {
  alpha?: number;
  /** Of the result's size, added. */
  residual?: Tensor;
  label?: string;
}

/** alpha * D + residual, a matrix of circulant blocks: D[p b + o, q b + i] = x[p, q, (i - o) mod b]; x (G, P, Q, b), result (G, P b, Q b). */
export function circulant(x: Tensor, { alpha = 1, residual, label = 'circulant' }: CirculantOptions = {}): Tensor {
  const [G, P, Q, b] = x.shape as [number, number, number, number];
  if (x.shape.length !== 4) fail(label, 'wants (G, P, Q, b)', x.shape);
  const [rows, cols] = [P * b, Q * b];
  const count = G * rows * cols;
  if (residual && sizeOf(residual.shape) !== count) fail(label, 'the residual does not fit', residual.shape, [G, rows, cols]);
  const rec = recorder();
  const out = rec.temp(label, [G, rows, cols], x.requiresGrad || (residual?.requiresGrad ?? false));
  rec.emit(forward, { tensors: { x, w: residual, out }, params: { count, rows, cols, b, has_w: residual ? 1 : 0, alpha }, grid: flatGrid(count), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    if (residual) passGrad(residual, dout);
    const each = sizeOf(x.shape);
    writeGrad(x, (dx, accumulate) => rec.emit(backward, { tensors: { dout, dx }, params: { count: each, rows, cols, b, alpha, accumulate }, grid: flatGrid(each), label: `d ${x.label}` }));
  });
  return out;
}
