import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import averageSource from '#shaders/average.wgsl?raw';
import exchangeSource from '#shaders/exchange.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { flatGrid } from '../ops/grid';
import { clipping } from './adamw';

const averageKernel = kernel('average', averageSource, [step, grid]);
const exchangeKernel = kernel('exchange', exchangeSource, [grid]);

/**
 * Records, behind the optimizer, that the average of every parameter moves towards it by the step uniform's `averageRest`; by 1 it
 * becomes the parameter. A step that was skipped moves nothing.
 */
export function average(): void {
  const rec = recorder();
  for (const range of rec.flats.seal()) {
    const count4 = range.bytes / 16;
    rec.emit(averageKernel, { tensors: { weight: rec.flatRange('param', range), norm: clipping(), average: rec.flatRange('average', range) }, params: { count4 }, grid: flatGrid(count4) });
  }
}

/** Records that parameters and averages change places. */
export function exchange(): void {
  const rec = recorder();
  for (const range of rec.flats.seal()) {
    const count4 = range.bytes / 16;
    rec.emit(exchangeKernel, { tensors: { a: rec.flatRange('param', range), b: rec.flatRange('average', range) }, params: { count4 }, grid: flatGrid(count4) });
  }
}

/**
 * Decay of the average at update `index`, from 0: `decay`, and less at first, so that short runs do not keep their start.
 * Source: tf.train.ExponentialMovingAverage with num_updates, min(decay, (1 + t) / (10 + t)).
 */
export const averageDecay = (decay: number, index: number): number => Math.min(decay, (1 + index) / (10 + index));
