import passes from '#shaders/lib/row_stats.passes.wgsl?raw';
import tiles from '#shaders/lib/row_stats.tiles.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import source from '#shaders/layer_norm.wgsl?raw';
import backwardSource from '#shaders/layer_norm_backward.wgsl?raw';
import weightSource from '#shaders/layer_norm_backward_weight.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { finishColumnSum } from './columnSum';
import { CHUNK, rowGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';
import { tileStats } from './tileStats';
import { said } from '../said/said';

const forward = laneKernels('layer_norm', source, [passes]);
const fromTiles = kernel('layer_norm.tiles', source, [lanes4, tiles]);
const backward = laneKernels('layer_norm_backward', backwardSource);
const backwardWeight = kernel('layer_norm_backward_weight', weightSource);

/** Rows that one workgroup normalises. */
const ROWS = 8;

/** Layer normalisation over the last dimension: x (..., C), weight (C), bias (C). A product that wrote x may tell mean and variance (tileStats.ts). */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, eps: number, label = 'layer_norm'): Tensor {
  const rec = recorder();
  const width = lastOf(x);
  const rows = rowsOf(x);
  if (sizeOf(weight.shape) !== width || sizeOf(bias.shape) !== width) fail(label, said`weight and bias must have the width of x`, x.shape, weight.shape, bias.shape);
  const lanes = lanesOf(width);
  const grid = rowGrid(Math.ceil(rows / ROWS));
  const needs = x.requiresGrad || weight.requiresGrad || bias.requiresGrad;
  const out = rec.temp(label, x.shape, needs);
  const stats = rec.temp(`${label} stats`, [rows, 2]);
  const tile_stats = tileStats(x);
  const call = { params: { rows, width: width / lanes, eps }, grid, label };
  if (tile_stats) rec.emit(fromTiles, { tensors: { x, weight, bias, out, stats, tile_stats }, ...call });
  else rec.emit(forward[lanes], { tensors: { x, weight, bias, out, stats }, ...call });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    if (weight.requiresGrad || bias.requiresGrad) {
      const chunks = Math.ceil(rows / CHUNK);
      const partial = rec.temp(`${label} partial`, [chunks, 2, width]);
      rec.emit(backwardWeight, { tensors: { x, stats, dout, partial }, params: { rows, width }, grid: [Math.ceil(width / 64), chunks], label: `d ${label} partial` });
      finishColumnSum([weight, bias], partial, chunks, width);
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
