import batchSumSource from '#shaders/batch_sum.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { flatGrid } from './grid';

const batchSum = kernel('batch_sum', batchSumSource, [step, grid]);

/** Gives `t`, which every sequence shares from token `token` on, the sum over the batch of its rows of `dout` (B, T, C). */
export function batchSumGrad(t: Tensor, dout: Tensor, token: number): void {
  const [batch, T, width] = dout.shape as [number, number, number];
  const count = sizeOf(t.shape);
  recorder().contribute(t, (d, previous, accumulate) => {
    if (previous) fail('batch_sum', `${t.label} may be used once only`);
    recorder().emit(batchSum, { tensors: { x: dout, out: d }, params: { count, batch, stride: T * width, first: token * width, accumulate }, grid: flatGrid(count), label: `d ${t.label}` });
  });
}
