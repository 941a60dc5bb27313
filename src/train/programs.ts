import { ADAPTER_GROUP, HEAD_GROUP, type Adapted, type Form } from '../adapters/adapted';
import { Recorder, type Program } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { crossEntropy, metricsRing } from '../ops/crossEntropy';
import { adamw } from '../optim/adamw';

/** Everything that decides what is recorded. */
export interface ProgramOptions {
  batch: number;
  weight_decay: number;
  label_smoothing: number;
  frozen_dtype: 'f32' | 'f16';
  checkpoint_activations: boolean;
  form?: Form;
  maxBinding?: number;
  shaderF16?: boolean;
  /** Records the optimizer and an evaluation program besides; `false` gives one forward and backward in evaluation mode. */
  optimizer?: boolean;
}

/** The recorded programs of a run and the tensors the host writes and reads. */
export interface Programs {
  rec: Recorder;
  /** Forward and backward of one micro-batch. */
  train: Program;
  /** Clipping and AdamW. */
  update: Program | null;
  evaluate: Program | null;
  pixels: Tensor;
  labels: Tensor;
  metrics: Tensor;
  logits: Tensor;
  /** (B, 4): loss, correct, counted, prediction, of the evaluation program. */
  rows: Tensor;
}

/** AdamW's constants; torch's defaults. */
export const BETA1 = 0.9;
export const BETA2 = 0.999;
const EPS = 1e-8;

/** Records the programs of a run: no GPU, no weights, no memory. */
export function recordPrograms(adapted: Adapted, options: ProgramOptions): Programs {
  const { model } = adapted;
  const { batch, optimizer = true } = options;
  const rec = new Recorder({ maxBinding: options.maxBinding, shaderF16: options.shaderF16 });
  const pixels = rec.declare('input', 'pixel_values', [batch, model.channels, model.image_size, model.image_size]);
  const labels = rec.declare('input', 'labels', [batch], 'u32');
  const context = (training: boolean) =>
    adapted.context({ rec, batch, training, frozen_dtype: options.frozen_dtype, checkpoint_activations: options.checkpoint_activations, form: options.form });
  const keep: { logits?: Tensor; rows?: Tensor; metrics?: Tensor } = {};
  const train = rec.program('train', () => {
    const logits = model.forward(context(optimizer), pixels);
    const { rows, dlogits } = crossEntropy(logits, labels, options.label_smoothing);
    if (!optimizer) keep.logits = rec.keep(logits);
    if (!optimizer) keep.rows = rec.keep(rows);
    keep.metrics = metricsRing();
    rec.backward(logits, dlogits!);
  });
  let update: Program | null = null;
  let evaluate: Program | null = null;
  if (optimizer) {
    update = rec.program('update', () => {
      rec.setPhase('update');
      adamw({ beta1: BETA1, beta2: BETA2, eps: EPS, weightDecay: { [ADAPTER_GROUP]: options.weight_decay, [HEAD_GROUP]: options.weight_decay }, headGroups: [HEAD_GROUP] });
    });
    evaluate = rec.program(
      'evaluate',
      () => {
        const logits = model.forward(context(false), pixels);
        keep.logits = rec.keep(logits);
        keep.rows = rec.keep(crossEntropy(logits, labels).rows);
      },
      { gradients: false },
    );
  }
  return { rec, train, update, evaluate, pixels, labels, metrics: keep.metrics!, logits: keep.logits!, rows: keep.rows! };
}

/** The evaluation program alone: no gradients, no optimizer state. */
export function recordEvaluation(adapted: Adapted, options: ProgramOptions): Pick<Programs, 'rec' | 'pixels' | 'labels' | 'logits' | 'rows'> & { evaluate: Program } {
  const { model } = adapted;
  const { batch } = options;
  const rec = new Recorder({ maxBinding: options.maxBinding, shaderF16: options.shaderF16 });
  const pixels = rec.declare('input', 'pixel_values', [batch, model.channels, model.image_size, model.image_size]);
  const labels = rec.declare('input', 'labels', [batch], 'u32');
  const keep: { logits?: Tensor; rows?: Tensor } = {};
  const evaluate = rec.program(
    'evaluate',
    () => {
      keep.logits = rec.keep(model.forward(adapted.context({ rec, batch, training: false, frozen_dtype: options.frozen_dtype, checkpoint_activations: false, form: options.form }), pixels));
      keep.rows = rec.keep(crossEntropy(keep.logits, labels).rows);
    },
    { gradients: false },
  );
  return { rec, evaluate, pixels, labels, logits: keep.logits!, rows: keep.rows! };
}
