import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/metrics.wgsl?raw';
import { kernel } from '../engine/kernel';
import { Accumulate, recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';

const metrics = kernel('metrics', source, [step, reduce]);

/** Slots of the metrics ring and floats in each: loss, correct, counted, gradient norm, skipped steps, AdamW's two bias corrections, spare. */
export const METRIC_SLOTS = 8;
export const METRIC_FLOATS = 8;

/** The ring that the loss and the gradient norm are written to, read late by the host. */
export const metricsRing = (): Tensor => recorder().declare('output', 'metrics', [METRIC_SLOTS, METRIC_FLOATS]);

/** Contribution of a loss to what is learned. */
export interface LossPart {
  weight?: number;
  /** Another part has counted the rows. */
  besides?: boolean;
  /** (K): weights of the classes. */
  classWeights?: Tensor;
}

/** Output of a loss's kernel. */
export interface LossRows {
  /** (B, 4): loss, correct, counted, prediction of each row. */
  rows: Tensor;
  /** d(mean loss)/d(logits), scaled by the step uniform's inv_count; null without gradients. */
  dlogits: Tensor | null;
}

/** Adds the rows of a loss (B, 4) to the step's slot of the metrics ring; of one `besides` another, which comes first, the losses alone. */
export function sumMetrics(rows: Tensor, besides = false): void {
  recorder().emit(metrics, {
    tensors: { rows, metrics: metricsRing() },
    params: { rows: defined(rows.shape[0]), accumulate: Accumulate.addAfterFirst },
    overrides: besides ? { BESIDES: 1 } : {},
    grid: [1],
    label: 'metrics',
  });
}
