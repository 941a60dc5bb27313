import source from '#shaders/place_tokens.wgsl?raw';
import backwardSource from '#shaders/place_tokens_backward.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { writeGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('place_tokens', source, [grid]);
const backward = kernel('place_tokens_backward', backwardSource, [step, grid]);

/**
 * Trained vectors in rows of frozen tokens x (K, T, C), where `at` (K, T) u32 has the number of one, counted from 1. `tokens` are (M, C),
 * the same for all rows; (K, M, C), each row's own; or, with `each`, (G, M, C): every row with every group, those of the first
 * group first. Result (K, T, C), or (G K, T, C).
 */
export function placeTokens(x: Tensor, tokens: Tensor, at: Tensor, { each = false } = {}): Tensor {
  const [K, T, width] = x.shape as [number, number, number];
  const [M, G] = [tokens.shape.at(-2)!, tokens.shape.length === 3 ? defined(tokens.shape[0]) : 1];
  const N = each ? G * K : K;
  if (x.shape.length !== 3 || tokens.shape.at(-1) !== width || sizeOf(at.shape) !== K * T || (!each && G !== 1 && G !== K)) fail('place_tokens', 'tokens (M, C) or (G, M, C) do not fit into x (K, T, C)', tokens.shape, x.shape);
  const rec = recorder();
  if (x.requiresGrad) fail('place_tokens', 'rows that learn have no gradient here', x.shape);
  const out = rec.temp('with context', [N, T, width], tokens.requiresGrad);
  const count = sizeOf(out.shape);
  const params = { K, T, width, M, G, N };
  rec.emit(forward, { tensors: { x, tokens, at, out }, params: { count, ...params }, grid: flatGrid(count) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    const values = sizeOf(tokens.shape);
    if (dout) writeGrad(tokens, (dtokens, accumulate) => rec.emit(backward, { tensors: { dout, at, dtokens }, params: { count: values, ...params, accumulate }, grid: flatGrid(values), label: `d ${tokens.label}` }));
  });
  return out;
}
