import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/pool.wgsl?raw';
import backwardSource from '#shaders/pool_backward.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('pool', source, [grid]);
const backward = kernel('pool_backward', backwardSource, [grid]);

/** Mean over `count` tokens from `first` on: x (B, T, C) to (B, C). The class token is `pool(x, 0, 1)`. */
export function pool(x: Tensor, first: number, count: number): Tensor {
  const [B, T, width] = x.shape as [number, number, number];
  if (x.shape.length !== 3 || first < 0 || count < 1 || first + count > T) fail('pool', `tokens ${first} to ${first + count - 1} are not in`, x.shape);
  const rec = recorder();
  const out = rec.temp('pooled', [B, width], x.requiresGrad);
  const params = { B, T, width, first, count };
  rec.emit(forward, { tensors: { x, out }, params, grid: flatGrid(B * width) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => rec.emit(backward, { tensors: { dout, dx }, params, grid: flatGrid(sizeOf(x.shape)) }));
  });
  return out;
}
