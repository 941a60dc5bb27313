import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/scatter_backward.wgsl?raw';
import source from '#shaders/scatter.wgsl?raw';
import { Accumulate, recorder } from '../engine/record';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { writeGrad } from './add';
import { clear } from './clear';
import { flatGrid } from './grid';

const forward = kernel('scatter', source, [grid]);
const backward = kernel('scatter_backward', backwardSource, [step, grid]);

/**
 * A matrix (1, rows, cols) that is zero but for alpha * x[k] at the places of `index` (1, 2, count): their rows, then their columns, as
 * numbers. Where places repeat, `index` has a third row (`chain`), and their values add up.
 */
export function scatter(x: Tensor, index: Tensor, rows: number, cols: number, { alpha = 1, label = 'scatter' } = {}): Tensor {
  const rec = recorder();
  const count = sizeOf(x.shape);
  const kinds = sizeOf(index.shape) / count;
  if (kinds !== 2 && kinds !== 3) fail(label, 'wants a row and a column for each value', x.shape, index.shape);
  const out = rec.temp(label, [1, rows, cols], x.requiresGrad);
  clear(out, Accumulate.write, `${label} clear`);
  rec.emit(forward, { tensors: { x, index, out }, params: { count, cols, chained: kinds - 2, alpha }, grid: flatGrid(count), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const write = (dx: Tensor, accumulate: number) => rec.emit(backward, { tensors: { index, dout, dx }, params: { count, cols, alpha, accumulate }, grid: flatGrid(count), label: `d ${x.label}` });
    writeGrad(x, write);
  });
  return out;
}

/**
 * The third row of `index`: what else has the place of a value. The first of each place has the number of the next, counted from
 * one, or zero; the others have the same, negative and one less.
 */
export function chain(rows: ArrayLike<number>, columns: ArrayLike<number>): Float32Array {
  const last = new Map<string, number>();
  const next = new Float32Array(rows.length);
  const first = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const place = `${defined(rows[k])} ${defined(columns[k])}`;
    const before = last.get(place);
    if (before === undefined) first[k] = 1;
    else next[before] = k + 1;
    last.set(place, k);
  }
  return next.map((to, k) => (first[k] ? to : -to - 1));
}
