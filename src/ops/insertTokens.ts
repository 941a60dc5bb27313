import source from '#shaders/insert_tokens.wgsl?raw';
import backwardSource from '#shaders/insert_tokens_backward.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { batchSumGrad } from './batchSum';
import { flatGrid } from './grid';

const forward = kernel('insert_tokens', source, [grid]);
const backward = kernel('insert_tokens_backward', backwardSource, [grid]);

/** The same tokens (R, C) put in front of token `first` of every sequence: x (B, T, C) to (B, T + R, C). */
export function insertTokens(x: Tensor, tokens: Tensor, first: number): Tensor {
  const [B, T, width] = x.shape as [number, number, number];
  const R = sizeOf(tokens.shape) / width;
  if (x.shape.length !== 3 || !Number.isInteger(R) || first < 0 || first > T) fail('insert_tokens', `tokens (R, C) do not fit before token ${first} of x (B, T, C)`, tokens.shape, x.shape);
  const rec = recorder();
  const out = rec.temp('with tokens', [B, T + R, width], x.requiresGrad || tokens.requiresGrad);
  const params = { T, R, width, first };
  const count = sizeOf(out.shape);
  rec.emit(forward, { tensors: { x, tokens, out }, params: { count, ...params }, grid: flatGrid(count) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    batchSumGrad(tokens, dout, first);
    freshGrad(x, (dx) => rec.emit(backward, { tensors: { dout, dx }, params: { count: sizeOf(x.shape), ...params }, grid: flatGrid(sizeOf(x.shape)) }));
  });
  return out;
}
