import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import turn from '#shaders/lib/turn.wgsl?raw';
import factorsBackwardSource from '#shaders/pair_factors_backward.wgsl?raw';
import factorsSource from '#shaders/pair_factors.wgsl?raw';
import backwardSource from '#shaders/rotate_pairs_backward.wgsl?raw';
import source from '#shaders/rotate_pairs.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad, writeGrad } from './add';
import { finishColumnSum } from './columnSum';
import { CHUNK, flatGrid } from './grid';

const factors = kernel('pair_factors', factorsSource, [turn, grid]);
const factorsBackward = kernel('pair_factors_backward', factorsBackwardSource, [turn, step, grid]);
const forward = kernel('rotate_pairs', source, [grid]);
const backward = kernel('rotate_pairs_backward', backwardSource);

/** Cosines and sines of pairs, times lengths: one of each for every row or column. */
export interface PairFactors {
  c: Tensor;
  s: Tensor;
  /** Size of a group, in whose halves the members of pairs lie. */
  group: number;
}

/**
 * alpha cos theta and alpha sin theta for `width` rows or columns. theta and alpha have `each` values for every two of them: 1, for both; 2, one for
 * each; 4, of a group first those of the cosines and then those of the sines.
 */
export function pairFactors(theta: Tensor, alpha: Tensor, width: number, { group, each }: { group: number; each: 1 | 2 | 4 }): PairFactors {
  const count = (width * each) / 2;
  if (group % 2 || width % group || sizeOf(theta.shape) !== count || sizeOf(alpha.shape) !== count) fail('pair_factors', `wants ${count} angles and lengths for ${width} in even groups of ${group}`, theta.shape, alpha.shape);
  const rec = recorder();
  const grad = theta.requiresGrad || alpha.requiresGrad;
  const [c, s] = [rec.temp('c', [width], grad), rec.temp('s', [width], grad)];
  rec.emit(factors, { tensors: { theta, alpha, c, s }, params: { count: width, group, each }, grid: flatGrid(width) });
  rec.onBackward(() => {
    const [dc, ds] = [rec.gradOf(c), rec.gradOf(s)];
    if (!dc || !ds) return;
    for (const x of [theta, alpha]) {
      writeGrad(x, (dx, accumulate) => rec.emit(factorsBackward, { tensors: { theta, alpha, dc, ds, dx }, params: { count, group, each, of_theta: x === theta ? 1 : 0, accumulate }, grid: flatGrid(count), label: `d ${x.label}` }));
    }
  });
  return { c, s, group };
}

/** Turns pairs of columns of x (..., width), or with `inner` of rows of x (width, inner), by factors that are used once. */
export function rotatePairs(x: Tensor, { c, s, group }: PairFactors, { inner = 1, label = 'rotate pairs' } = {}): Tensor {
  const rec = recorder();
  const [count, width] = [sizeOf(x.shape), sizeOf(c.shape)];
  if (count % (width * inner) || (inner > 1 && count !== width * inner)) fail(label, 'wants a factor for each column, or each row', x.shape, c.shape);
  const out = rec.temp(label, x.shape, x.requiresGrad || c.requiresGrad);
  const through = (from: Tensor, to: Tensor, overrides: Record<string, number>) => rec.emit(forward, { tensors: { x: from, c, s, out: to }, params: { count, width, inner, group }, overrides, grid: flatGrid(count), label: to.label });
  through(x, out, {});
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    freshGrad(x, (dx) => through(dout, dx, { BACK: 1 }));
    if (!c.requiresGrad) return;
    const terms = count / width;
    const chunks = Math.ceil(terms / CHUNK);
    const partial = rec.temp('rotate pairs partial', [chunks, 2, width]);
    const [apart, next] = inner > 1 ? [inner, 1] : [1, width];
    rec.emit(backward, { tensors: { x, dout, partial }, params: { terms, width, apart, next, group }, grid: [Math.ceil(width / 64), chunks] });
    finishColumnSum([c, s], partial, chunks, width);
  });
  return out;
}
