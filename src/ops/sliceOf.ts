import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/slice.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const sliceKernel = kernel('slice', source, [grid]);

/** A copy of members `first` to `first + count - 1` of x (G, ...): (count, ...). */
export function sliceOf(x: Tensor, first: number, count: number): Tensor {
  const [members = 0, ...shape] = x.shape;
  if (first < 0 || count < 1 || first + count > members) fail('slice', `has no members ${first} to ${first + count - 1}`, x.shape);
  const rec = recorder();
  const out = rec.temp(`${x.label} from ${first}`, [count, ...shape], x.requiresGrad);
  const [part, from] = [sizeOf(out.shape), first * sizeOf(shape)];
  rec.emit(sliceKernel, { tensors: { x, out }, params: { count: part, first: from, part }, grid: flatGrid(part), label: out.label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    const all = sizeOf(x.shape);
    if (dout) freshGrad(x, (dx) => rec.emit(sliceKernel, { tensors: { x: dout, out: dx }, params: { count: all, first: from, part }, overrides: { BACK: 1 }, grid: flatGrid(all), label: `d ${x.label}` }));
  });
  return out;
}
