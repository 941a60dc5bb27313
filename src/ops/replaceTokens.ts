import source from '#shaders/replace_tokens.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { batchSumGrad } from './batchSum';
import { flatGrid } from './grid';

const replace = kernel('replace_tokens', source, [grid]);

/** The same tokens (R, C) in place of R tokens of every sequence from token `first` on: x and result (B, T, C). */
export function replaceTokens(x: Tensor, tokens: Tensor, first: number): Tensor {
  const [, T, width] = x.shape as [number, number, number];
  const R = sizeOf(tokens.shape) / width;
  if (x.shape.length !== 3 || !Number.isInteger(R) || first < 0 || first + R > T) fail('replace_tokens', `tokens (R, C) do not fit at token ${first} of x (B, T, C)`, tokens.shape, x.shape);
  const rec = recorder();
  const out = rec.temp('with other tokens', x.shape, x.requiresGrad || tokens.requiresGrad);
  const count = sizeOf(x.shape);
  const shared = { params: { count, T, R, width, first }, grid: flatGrid(count) };
  rec.emit(replace, { tensors: { x, tokens, out }, ...shared });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    batchSumGrad(tokens, dout, first);
    freshGrad(x, (dx) => rec.emit(replace, { tensors: { x: dout, tokens: null, out: dx }, overrides: { PUT: 0 }, ...shared }));
  });
  return out;
}
