import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/cross_entropy.wgsl?raw';
import metricsSource from '#shaders/metrics.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { Accumulate, recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { said } from '../said/said';

const forward = kernel('cross_entropy', source, [step, reduce]);
const metricsKernel = kernel('metrics', metricsSource, [step, reduce]);

/** Slots of the metrics ring and floats in each: loss, correct, counted, gradient norm, skipped steps, spare. */
export const METRIC_SLOTS = 8;
export const METRIC_FLOATS = 8;

/** The ring that the loss and the gradient norm are written to, read late by the host. */
export const metricsRing = (): Tensor => recorder().declare('output', 'metrics', [METRIC_SLOTS, METRIC_FLOATS]);

export interface CrossEntropy {
  /** (B, 4): loss, correct, counted, prediction of each row. */
  rows: Tensor;
  /** d(mean loss)/d(logits), scaled by the step uniform's inv_count; null without gradients. */
  dlogits: Tensor | null;
}

/**
 * Softmax cross entropy of logits (B, K) against labels (B) u32; labels of K or more do not count. Adds the sums to
 * the metrics ring. `rec.backward(logits, dlogits)` starts the backward pass.
 */
export function crossEntropy(logits: Tensor, labels: Tensor, smoothing = 0): CrossEntropy {
  const rec = recorder();
  const [B, K] = logits.shape as [number, number];
  if (logits.shape.length !== 2 || labels.shape[0] !== B) fail('cross_entropy', said`logits (B, K) and labels (B) do not fit`, logits.shape, labels.shape);
  const rows = rec.temp('loss rows', [B, 4]);
  const dlogits = rec.recordsGradients ? rec.temp('d logits', [B, K]) : null;
  rec.emit(forward, {
    tensors: { logits, labels, rows, dlogits },
    params: { K, smoothing },
    overrides: dlogits ? {} : { GRAD: 0 },
    grid: [B],
    label: 'cross_entropy',
  });
  sumMetrics(rows);
  return { rows, dlogits };
}

/** Adds the rows of a loss (B, 4) to the step's slot of the metrics ring. */
export function sumMetrics(rows: Tensor): void {
  recorder().emit(metricsKernel, {
    tensors: { rows, metrics: metricsRing() },
    params: { rows: rows.shape[0]!, accumulate: Accumulate.addAfterFirst },
    grid: [1],
    label: 'metrics',
  });
}
