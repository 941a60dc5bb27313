import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/rollout.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { flatGrid } from './grid';

const layer = kernel('rollout', source, [grid]);

/**
 * Attention rollout (Abnar and Zuidema, arXiv 2005.00928): how much of each token of the input reaches what the head reads,
 * if a layer hands on half of what came in and half of what its heads on average attend to. `means` are what `attention`
 * gives its watcher, from the first layer to the last, (B, T, ceil(T / 4) * 4); the head reads the mean of `count` tokens from
 * `first` on. Gives (B, T), which sums to one. No gradient. Of layers before which the last `fresh[i]` tokens were put in the place
 * of others, what is read of those ends there: it came from no token of the input.
 *
 * Only that one row of the product of all layers is wanted, so it is taken through them from the last to the first: T x T
 * multiply-adds a layer instead of T x T x T, and the means, which wait for it, are smaller than q and k where T < 2 C.
 */
export function rollout(means: readonly Tensor[], first: number, count: number, fresh: readonly number[] = []): Tensor {
  const rec = recorder();
  const [shape] = means.map((mean) => mean.shape);
  if (!shape || means.some((mean) => String(mean.shape) !== String(shape))) fail('rollout', 'layers of one size are needed', ...means.map((mean) => mean.shape));
  const [B, T] = shape as [number, number];
  if (first < 0 || count < 1 || first + count > T) fail('rollout', `tokens ${first} to ${first + count - 1} are not in`, shape);
  let r: Tensor | null = null;
  for (const [i, mean] of [...means.entries()].reverse()) {
    const out = rec.temp(`rollout ${i}`, [B, T]);
    rec.emit(layer, { tensors: { mean, r, out }, params: { B, T, first, count, kept: T - (fresh[i + 1] ?? 0) }, overrides: r ? {} : { START: 1 }, grid: flatGrid(B * T), label: `rollout ${i}` });
    r = out;
  }
  return r!;
}
