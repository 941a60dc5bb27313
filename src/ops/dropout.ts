import grid from '#shaders/lib/grid.wgsl?raw';
import random from '#shaders/lib/random.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/dropout.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const dropoutKernel = kernel('dropout', source, [step, random, grid]);

/**
 * Sets each element to zero with probability `p` and scales the others by 1 / (1 - p). The mask comes from a counter
 * (seed, step, stream, element) and is made again in the backward. Leave it out of evaluation programs.
 */
export function dropout(x: Tensor, p: number): Tensor {
  if (!(p >= 0 && p < 1)) fail('dropout', `the probability ${p} is not in [0, 1)`);
  if (p === 0) return x;
  const rec = recorder();
  const stream = rec.stream();
  const count = sizeOf(x.shape);
  const params = { count, stream, threshold: Math.floor(p * 2 ** 32), scale: 1 / (1 - p) };
  const out = rec.temp('dropout', x.shape, x.requiresGrad);
  const apply = (from: Tensor, to: Tensor) => rec.emit(dropoutKernel, { tensors: { x: from, out: to }, params, grid: flatGrid(count) });
  apply(x, out);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => apply(dout, dx));
  });
  return out;
}

/** Output hash of the counter generator, as in lib/random.wgsl. */
export const pcg = (v: number): number => {
  const s = (Math.imul(v, 747796405) + 2891336453) >>> 0;
  const w = Math.imul((s >>> ((s >>> 28) + 4)) ^ s, 277803737) >>> 0;
  return ((w >>> 22) ^ w) >>> 0;
};

/** The word that shaders/lib/random.wgsl draws for a counter; u32 in, u32 out. */
export const randomWord = (seed: number, index: number, stream: number, i: number): number =>
  pcg((i ^ pcg((stream ^ pcg((index ^ pcg(seed >>> 0)) >>> 0)) >>> 0)) >>> 0);
