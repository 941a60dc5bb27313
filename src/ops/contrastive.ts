import compared from '#shaders/lib/compared.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/contrastive_backward.wgsl?raw';
import source from '#shaders/contrastive.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { sumMetrics, type LossRows } from './metrics';
import { flatGrid } from './grid';

const forward = kernel('contrastive', source, [compared, reduce]);
const backward = kernel('contrastive_backward', backwardSource, [compared, step, grid]);

/**
 * CLIP's symmetric cross entropy over logits (B, B) of images against texts, which the temperature has scaled. Pairs of
 * equal labels (B) u32 are no negatives of each other; one of 2^31 or more does not count. Adds the sums to the metrics ring.
 */
export function contrastive(logits: Tensor, labels: Tensor): LossRows {
  const rec = recorder();
  const [B, other] = logits.shape as [number, number];
  if (logits.shape.length !== 2 || B !== other || labels.shape[0] !== B) fail('contrastive', 'logits (B, B) and labels (B) do not fit', logits.shape, labels.shape);
  const rows = rec.temp('loss rows', [B, 4]);
  const lse = rec.temp('loss lse', [B, 2]);
  rec.emit(forward, { tensors: { logits, labels, rows, lse }, params: { B }, grid: [B] });
  sumMetrics(rows);
  if (!rec.recordsGradients) return { rows, dlogits: null };
  const dlogits = rec.temp('d logits', [B, B]);
  rec.emit(backward, { tensors: { logits, labels, lse, dlogits }, params: { B }, grid: flatGrid(B * B) });
  return { rows, dlogits };
}
