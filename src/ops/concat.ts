import source from '#shaders/concat.wgsl?raw';
import backwardSource from '#shaders/concat_backward.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('concat', source, [grid]);
const backward = kernel('concat_backward', backwardSource, [grid]);

/** x (..., C) and y (..., D) side by side: (..., C + D). */
export function concat(x: Tensor, y: Tensor): Tensor {
  const [wx, wy] = [lastOf(x), lastOf(y)];
  if (rowsOf(x) !== rowsOf(y)) fail('concat', 'the numbers of rows differ', x.shape, y.shape);
  const rec = recorder();
  const out = rec.temp('concat', [...x.shape.slice(0, -1), wx + wy], x.requiresGrad || y.requiresGrad);
  const count = sizeOf(out.shape);
  rec.emit(forward, { tensors: { x, y, out }, params: { count, wx, wy }, grid: flatGrid(count) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const take = (t: Tensor, width: number, first: number) =>
      freshGrad(t, (dx) => rec.emit(backward, { tensors: { dout, dx }, params: { count: sizeOf(t.shape), width, first, ld: wx + wy }, grid: flatGrid(sizeOf(t.shape)) }));
    take(x, wx, 0);
    take(y, wy, wx);
  });
  return out;
}
