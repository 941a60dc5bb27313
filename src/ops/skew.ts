import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import boundSource from '#shaders/bound_rows.wgsl?raw';
import backwardSource from '#shaders/skew_backward.wgsl?raw';
import source from '#shaders/skew.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, sizeOf, type Tensor } from '../engine/tensor';
import { writeGrad } from './add';
import { flatGrid, rowGrid } from './grid';
import { inverseRowNorm } from './scale';

const forward = kernel('skew', source, [grid]);
const backward = kernel('skew_backward', backwardSource, [reduce, step]);
const boundKernel = kernel('bound_rows', boundSource, [grid]);

/** Values above the diagonal of a matrix. */
export const triangleOf = (size: number): number => (size * (size - 1)) / 2;

export interface SkewOptions {
  /** Largest Frobenius norm of a block; what is above it is scaled down to it. Of triangles alone. */
  bound?: number;
  /** The gradient takes the scaling into account; otherwise it is that of the scaled values, which `boundRows` then puts in place of the others. */
  through?: boolean;
  /** x holds whole matrices, not triangles. */
  full?: boolean;
  label?: string;
}

/**
 * Skew-symmetric matrices of `size` (blocks, size, size): from their upper triangles (..., size (size - 1) / 2), row by row, or with `full` as
 * (X - X^T) / 2 of any (..., size, size).
 */
export function skew(x: Tensor, size: number, { bound, through = false, full = false, label = 'Q' }: SkewOptions = {}): Tensor {
  const values = full ? size * size : triangleOf(size);
  const blocks = sizeOf(x.shape) / values;
  if (!Number.isInteger(blocks) || lastOf(x) !== (full ? size : values) || (full && bound !== undefined)) fail(label, full ? `wants matrices of ${size}, without a bound` : `wants triangles of ${values} values`, x.shape);
  const rec = recorder();
  // The norm of a matrix is sqrt(2) times that of its triangle.
  const limit = (bound ?? 0) / Math.SQRT2;
  const inverse = bound === undefined ? null : inverseRowNorm(rec.view(x, [blocks, values]));
  const out = rec.temp(label, [blocks, size, size], x.requiresGrad);
  const count = sizeOf(out.shape);
  const TRIANGLE = full ? 0 : 1;
  rec.emit(forward, { tensors: { x, inverse, out }, params: { count, size, bound: limit }, overrides: { TRIANGLE, BOUND: inverse ? 1 : 0 }, grid: flatGrid(count), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const THROUGH = inverse && through ? 1 : 0;
    writeGrad(x, (dx, accumulate) => rec.emit(backward, { tensors: { x, inverse, dout, dx }, params: { blocks, size, bound: limit, accumulate }, overrides: { TRIANGLE, THROUGH }, grid: rowGrid(blocks), label: `d ${x.label}` }));
  });
  return out;
}

/** Scales the triangles of a parameter down to matrices of that norm, where theirs is above it, where they lie. No gradient flows. */
export function boundRows(param: Tensor, bound: number): void {
  const [count, width] = [sizeOf(param.shape), lastOf(param)];
  const inverse = inverseRowNorm(recorder().view(param, [count / width, width]));
  recorder().emit(boundKernel, { tensors: { inverse, x: param }, params: { count, width, bound: bound / Math.SQRT2 }, grid: flatGrid(count), label: `bound ${param.label}` });
}
