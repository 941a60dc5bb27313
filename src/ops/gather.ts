import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/gather_backward.wgsl?raw';
import source from '#shaders/gather.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { writeGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('gather', source, [grid]);
const backward = kernel('gather_backward', backwardSource, [step, grid]);

/** Most values of either side: numbers of places are f32, which holds whole numbers up to here. */
export const MOST_GATHERED = 2 ** 24;

/** Number and factor of the value at each place, and the places of each value (`placesOf`). */
export interface Gathered {
  /** (count), as is `factor`. */
  index: Tensor;
  factor: Tensor;
  /** (count). */
  order: Tensor;
  /** (d + 1). */
  starts: Tensor;
}

/** factor[i] x[index[i]] of x (d), in a shape of `count` values. */
export function gather(x: Tensor, { index, factor, order, starts }: Gathered, shape: readonly number[], label = 'gather'): Tensor {
  const [d, count] = [sizeOf(x.shape), sizeOf(shape)];
  if ([index, factor, order].some((t) => sizeOf(t.shape) !== count)) fail(label, 'wants an index, a factor and an order for each place', shape, index.shape);
  if (sizeOf(starts.shape) !== d + 1) fail(label, 'wants where the places of each value begin, and where the last end', x.shape, starts.shape);
  const rec = recorder();
  const out = rec.temp(label, shape, x.requiresGrad);
  rec.emit(forward, { tensors: { x, index, factor, out }, params: { count }, grid: flatGrid(count), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    writeGrad(x, (dx, accumulate) => rec.emit(backward, { tensors: { order, starts, factor, dout, dx }, params: { d, accumulate }, grid: flatGrid(d), label: `d ${x.label}` }));
  });
  return out;
}

/** Places of each of `d` values, one after the other, and where each one's begin. */
export function placesOf(index: ArrayLike<number>, d: number): { order: Float32Array; starts: Float32Array } {
  const [order, starts] = [new Float32Array(index.length), new Float32Array(d + 1)];
  for (let i = 0; i < index.length; i++) {
    const after = defined(index[i]) + 1;
    starts[after] = defined(starts[after]) + 1;
  }
  for (let n = 1; n <= d; n++) starts[n] = defined(starts[n]) + defined(starts[n - 1]);
  const next = starts.slice();
  for (let i = 0; i < index.length; i++) {
    const n = defined(index[i]);
    const at = defined(next[n]);
    next[n] = at + 1;
    order[at] = i;
  }
  return { order, starts };
}
