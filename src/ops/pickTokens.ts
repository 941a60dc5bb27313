import grid from '#shaders/lib/grid.wgsl?raw';
import backwardSource from '#shaders/pick_tokens_backward.wgsl?raw';
import source from '#shaders/pick_tokens.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('pick_tokens', source, [grid]);
const backward = kernel('pick_tokens_backward', backwardSource, [grid]);

/** Token at[b] of each row: x (B, T, C), at (B) u32, or fewer that repeat over the rows; result (B, C). */
export function pickTokens(x: Tensor, at: Tensor): Tensor {
  const [B, T, width] = x.shape as [number, number, number];
  const places = sizeOf(at.shape);
  if (x.shape.length !== 3 || B % places) fail('pick_tokens', 'wants x (B, T, C) and places (B), or a part of so many', x.shape, at.shape);
  const rec = recorder();
  const out = rec.temp('picked', [B, width], x.requiresGrad);
  const params = { B, T, width, places };
  rec.emit(forward, { tensors: { x, at, out }, params, grid: flatGrid(B * width) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => rec.emit(backward, { tensors: { dout, at, dx }, params, grid: flatGrid(sizeOf(x.shape)) }));
  });
  return out;
}
