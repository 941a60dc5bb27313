import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/distill.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { sumMetrics, type LossRows } from './metrics';

const forward = kernel('distill', source, [step, reduce]);

/** KL divergence of frozen logits `teacher` (B, K) from `logits` (B, K), summed over the classes, as a part of a loss whose rows another has counted. */
export function distill(logits: Tensor, teacher: Tensor, weight: number): LossRows & { dlogits: Tensor } {
  const [B, K] = logits.shape as [number, number];
  if (logits.shape.length !== 2 || teacher.shape.join() !== logits.shape.join()) fail('distill', 'wants logits (B, K) and the same of the teacher', logits.shape, teacher.shape);
  const rec = recorder();
  const [rows, dlogits] = [rec.temp('loss rows', [B, 4]), rec.temp('d logits', [B, K])];
  rec.emit(forward, { tensors: { logits, teacher, rows, dlogits }, params: { K, weight }, grid: [B], label: 'distill' });
  sumMetrics(rows, true);
  return { rows, dlogits };
}
