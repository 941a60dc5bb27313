import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/combine.wgsl?raw';
import backwardSource from '#shaders/combine_backward.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('combine', source, [grid]);
const backward = kernel('combine_backward', backwardSource, [step, reduce]);

/** sum over k of w[first + k] * bases[k, :rows, :cols]: bases (n, >= rows, >= cols) frozen, w any shape; result (rows, cols). */
export function combine(bases: Tensor, w: Tensor, first: number, rows: number, cols: number): Tensor {
  const rec = recorder();
  const [n, maxRows, ld] = bases.shape as [number, number, number];
  if (bases.shape.length !== 3 || maxRows < rows || ld < cols || sizeOf(w.shape) < first + n) fail('combine', `bases (n, >= ${rows}, >= ${cols}) and coefficients do not fit`, bases.shape, w.shape);
  if (w.requiresGrad && w.role !== 'param' && (first > 0 || sizeOf(w.shape) > n)) fail('combine', 'computed coefficients must be used whole', w.shape, [n]);
  const count = rows * cols;
  const shape = { count, cols, first, stride: maxRows * ld, ld };
  const out = rec.temp('combined', [rows, cols], w.requiresGrad);
  rec.emit(forward, { tensors: { bases, w, out }, params: { ...shape, n }, grid: flatGrid(count) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const write = (dw: Tensor, accumulate: number) =>
      rec.emit(backward, { tensors: { bases, dout, dw }, params: { ...shape, accumulate }, grid: [n], label: `d ${w.label}` });
    // Both factors take their coefficients from one tensor.
    if (w.role === 'param') rec.contribute(w, (dw, _, accumulate) => write(dw, accumulate), { first, count: n });
    else freshGrad(w, (dw) => write(dw, 0));
  });
  return out;
}
