import source from '#shaders/rms_norm.wgsl?raw';
import backwardSource from '#shaders/rms_norm_backward.wgsl?raw';
import weightSource from '#shaders/rms_norm_backward_weight.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { said } from '../said/said';
import { freshGrad } from './add';
import { finishColumnSum } from './columnSum';
import { CHUNK, rowGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';

const forward = laneKernels('rms_norm', source);
const backward = laneKernels('rms_norm_backward', backwardSource);
const backwardWeight = kernel('rms_norm_backward_weight', weightSource);

/** Rows that one workgroup normalises. */
const ROWS = 8;

/** Root mean square normalisation over the last dimension: x (..., C), weight (C). */
export function rmsNorm(x: Tensor, weight: Tensor, eps: number, label = 'rms_norm'): Tensor {
  const rec = recorder();
  const [rows, width] = [rowsOf(x), lastOf(x)];
  if (sizeOf(weight.shape) !== width) fail(label, said`the weight must have the width of x`, x.shape, weight.shape);
  const lanes = lanesOf(width);
  const grid = rowGrid(Math.ceil(rows / ROWS));
  const out = rec.temp(label, x.shape, x.requiresGrad || weight.requiresGrad);
  const stats = rec.temp(`${label} stats`, [rows]);
  rec.emit(forward[lanes], { tensors: { x, weight, out, stats }, params: { rows, width: width / lanes, eps }, grid, label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    if (weight.requiresGrad) {
      const chunks = Math.ceil(rows / CHUNK);
      const partial = rec.temp(`${label} partial`, [chunks, width]);
      rec.emit(backwardWeight, { tensors: { x, stats, dout, partial }, params: { rows, width }, grid: [Math.ceil(width / 64), chunks], label: `d ${label} partial` });
      finishColumnSum([weight], partial, chunks, width);
    }
    const input = (dx: Tensor, previous: Tensor | null) =>
      rec.emit(backward[lanes], {
        tensors: { x, weight, stats, dout, previous, dx },
        params: { rows, width: width / lanes },
        overrides: previous ? { PREVIOUS: 1 } : {},
        grid,
        label: `d ${label}`,
      });
    if (rec.collects(x)) freshGrad(x, (dx) => input(dx, null));
    else rec.contribute(x, input);
  });
  return out;
}
