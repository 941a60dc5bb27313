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
import { laneKernels, lanesOf } from './lanes';
import { normGradients, normGrid } from './normGradients';
import { tileStats } from './tileStats';

const forward = laneKernels('layer_norm', source, [passes]);
const fromTiles = kernel('layer_norm.tiles', source, [lanes4, tiles]);
const backward = { input: laneKernels('layer_norm_backward', backwardSource), learned: kernel('layer_norm_backward_weight', weightSource) };

/** Layer normalisation over the last dimension: x (..., C), weight (C), bias (C). A product that wrote x may tell mean and variance (tileStats.ts). */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, eps: number, label = 'layer_norm'): Tensor {
  const rec = recorder();
  const width = lastOf(x);
  const rows = rowsOf(x);
  if (sizeOf(weight.shape) !== width || sizeOf(bias.shape) !== width) fail(label, 'weight and bias must have the width of x', x.shape, weight.shape, bias.shape);
  const lanes = lanesOf(width);
  const grid = normGrid(rows);
  const needs = x.requiresGrad || weight.requiresGrad || bias.requiresGrad;
  const out = rec.temp(label, x.shape, needs);
  const stats = rec.temp(`${label} stats`, [rows, 2]);
  const tile_stats = tileStats(x);
  const call = { params: { rows, width: width / lanes, eps }, grid, label };
  if (tile_stats) rec.emit(fromTiles, { tensors: { x, weight, bias, out, stats, tile_stats }, ...call });
  else rec.emit(forward[lanes], { tensors: { x, weight, bias, out, stats }, ...call });
  normGradients({ x, weight, bias, stats, out, label }, backward);
  return out;
}
