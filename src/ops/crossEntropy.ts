import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/cross_entropy.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { sumMetrics, type LossPart, type LossRows } from './metrics';

const forward = kernel('cross_entropy', source, [step, reduce]);

/**
 * Softmax cross entropy of logits (B, K) against labels (B) u32; labels of K or more do not count. Adds the sums to
 * the metrics ring. `rec.backward(logits, dlogits)` starts the backward pass. `weight` is how much it counts, and `besides` makes it a
 * part of a loss whose rows another part has counted. `classWeights` (K) is how much each class counts, of which the host makes a mean.
 * By `shares` (B) each row counts as much as that, or with `rest` by 1 - that.
 */
export function crossEntropy(logits: Tensor, labels: Tensor, smoothing = 0, { weight = 1, besides = false, classWeights, shares, rest = false }: LossPart & { shares?: Tensor; rest?: boolean } = {}): LossRows {
  const rec = recorder();
  const [B, K] = logits.shape as [number, number];
  if (logits.shape.length !== 2 || labels.shape[0] !== B) fail('cross_entropy', 'logits (B, K) and labels (B) do not fit', logits.shape, labels.shape);
  if (classWeights && sizeOf(classWeights.shape) !== K) fail('cross_entropy', 'logits (B, K) and weights (K) of the classes do not fit', logits.shape, classWeights.shape);
  const rows = rec.temp('loss rows', [B, 4]);
  const dlogits = rec.recordsGradients ? rec.temp('d logits', [B, K]) : null;
  rec.emit(forward, {
    tensors: { logits, labels, rows, dlogits, class_weights: classWeights, shares },
    params: { K, smoothing, weight },
    overrides: { ...(!dlogits && { GRAD: 0 }), ...(classWeights && { WEIGHTED: 1 }), ...(shares && { SHARED: 1 }), ...(rest && { REST: 1 }) },
    grid: [B],
    label: 'cross_entropy',
  });
  sumMetrics(rows, besides);
  return { rows, dlogits };
}
