import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/pointwise_loss.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { flatGrid } from './grid';
import { sumMetrics, type LossPart, type LossRows } from './metrics';

const forward = kernel('pointwise_loss', source, [step, grid]);

/**
 * Loss of outputs (B, K) against numbers (B, K) of their own, the mean of each row: squared errors, or, `binary`, cross entropies of
 * logits with a yes (1) or a no (0). A row whose first target is 2^31 or more does not count. Adds the sums to the metrics ring.
 */
export function pointwiseLoss(y: Tensor, targets: Tensor, binary: boolean, { weight = 1, besides = false }: Pick<LossPart, 'weight' | 'besides'> = {}): LossRows {
  const rec = recorder();
  const [B, K] = y.shape as [number, number];
  if (y.shape.length !== 2 || String(targets.shape) !== String(y.shape)) fail('pointwise_loss', 'outputs (B, K) and targets (B, K) do not fit', y.shape, targets.shape);
  const rows = rec.temp('loss rows', [B, 4]);
  const dy = rec.recordsGradients ? rec.temp('d outputs', [B, K]) : null;
  rec.emit(forward, {
    tensors: { y, targets, rows, dy },
    params: { B, K, weight },
    overrides: { ...(!dy && { GRAD: 0 }), ...(binary && { BINARY: 1 }) },
    grid: flatGrid(B),
    label: binary ? 'binary cross entropy' : 'squared error',
  });
  sumMetrics(rows, besides);
  return { rows, dlogits: dy };
}
