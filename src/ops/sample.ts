import grid from '#shaders/lib/grid.wgsl?raw';
import normal from '#shaders/lib/normal.wgsl?raw';
import random from '#shaders/lib/random.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/sample_backward.wgsl?raw';
import source from '#shaders/sample.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('sample', source, [step, random, normal, grid]);
const backward = kernel('sample_backward', backwardSource, [step, random, normal, grid]);

export interface SampleOptions {
  /** Seed of the noise, a whole number; the run's when left out. */
  seed?: number | null;
  label?: string;
}

/**
 * Draws from normal distributions: mean + eps exp(v / 2), (..., r), for x (..., 2 r) of means and, behind them, logarithms of variances v.
 * The noise eps comes from a counter as dropout's mask does (seed, step, stream, element), and is made again in the backward. Leave it out
 * of evaluation programs.
 */
export function sample(x: Tensor, { seed = null, label = 'sample' }: SampleOptions = {}): Tensor {
  const both = lastOf(x);
  if (both % 2) fail(label, 'wants as many variances as means', x.shape);
  const rec = recorder();
  const [count, width] = [sizeOf(x.shape) / 2, both / 2];
  const params = { count, width, stream: rec.stream(), own: seed === null ? 0 : 1, seed: (seed ?? 0) >>> 0 };
  const out = rec.temp(label, [...x.shape.slice(0, -1), width], x.requiresGrad);
  rec.emit(forward, { tensors: { x, out }, params, grid: flatGrid(count), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => rec.emit(backward, { tensors: { x, dout, dx }, params, grid: flatGrid(count), label: `d ${x.label}` }));
  });
  return out;
}
