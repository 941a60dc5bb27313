import source from '#shaders/rms_norm.wgsl?raw';
import backwardSource from '#shaders/rms_norm_backward.wgsl?raw';
import weightSource from '#shaders/rms_norm_backward_weight.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { laneKernels, lanesOf } from './lanes';
import { normGradients, normGrid } from './normGradients';

const forward = laneKernels('rms_norm', source);
const backward = { input: laneKernels('rms_norm_backward', backwardSource), learned: kernel('rms_norm_backward_weight', weightSource) };

/** Root mean square normalisation over the last dimension: x (..., C), weight (C). */
export function rmsNorm(x: Tensor, weight: Tensor, eps: number, label = 'rms_norm'): Tensor {
  const rec = recorder();
  const [rows, width] = [rowsOf(x), lastOf(x)];
  if (sizeOf(weight.shape) !== width) fail(label, 'the weight must have the width of x', x.shape, weight.shape);
  const lanes = lanesOf(width);
  const grid = normGrid(rows);
  const out = rec.temp(label, x.shape, x.requiresGrad || weight.requiresGrad);
  const stats = rec.temp(`${label} stats`, [rows]);
  rec.emit(forward[lanes], { tensors: { x, weight, out, stats }, params: { rows, width: width / lanes, eps }, grid, label });
  normGradients({ x, weight, stats, out, label }, backward);
  return out;
}
