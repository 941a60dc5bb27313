import { ADAPTER_GROUP, HEAD_GROUP, type Adapted } from '../adapters/adapted';
import type { Form } from '../adapters/method';
import { planMemory } from '../engine/plan';
import { Recorder, type Program, type RecorderOptions } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { textInputs } from '../models/clip/clip';
import type { VisionModel } from '../models/model';
import type { Context } from '../nn/context';
import { contrastive } from '../ops/contrastive';
import { crossEntropy, metricsRing } from '../ops/crossEntropy';
import { l2Normalize } from '../ops/normalize';
import { adamw } from '../optim/adamw';
import type { FrozenDtype } from './protocol';

/** Everything that decides what is recorded. */
export interface ProgramOptions extends RecorderOptions {
  batch: number;
  weight_decay: number;
  label_smoothing: number;
  frozen_dtype: FrozenDtype;
  checkpoint_activations: boolean;
  form?: Form;
  /** Whether merged weights stay from forward to backward; by their planned bytes when left out. */
  keep_merged?: boolean;
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
  /** The texts' side, where both towers are trained. */
  text: TextPrograms | null;
}

/** The text tower by itself, and what it reads. */
export interface TextPrograms {
  /** (B, T) u32. */
  ids: Tensor;
  /** (B) u32. */
  ends: Tensor;
  /** Gives `features` (B, D), of length 1 each; null where only one step is recorded. */
  program: Program | null;
  features: Tensor | null;
}

/** AdamW's constants; torch's defaults. */
export const BETA1 = 0.9;
export const BETA2 = 0.999;
const EPS = 1e-8;

/** Merged weights are kept from forward to backward where the plan grows by no more than this share. */
const KEPT_AT_MOST = 0.1;

/**
 * Records the programs of a run: no GPU, no weights, no memory. Where layers run merged, W + delta is kept for the backward
 * if that costs few bytes (one making of it less), and made again if not: both are planned, unless `keep_merged` says.
 */
export function recordPrograms(adapted: Adapted, options: ProgramOptions): Programs {
  const made = recordAll(adapted, options);
  const merged = options.form ? options.form === 'merged' : adapted.layers.some((layer) => adapted.formOf(layer, options.batch) === 'merged');
  if (options.keep_merged !== undefined || !merged) return made;
  const kept = recordAll(adapted, { ...options, keep_merged: true });
  return planMemory(kept.rec).total <= (1 + KEPT_AT_MOST) * planMemory(made.rec).total ? kept : made;
}

function recordAll(adapted: Adapted, options: ProgramOptions): Programs {
  const { model } = adapted;
  const { batch, optimizer = true } = options;
  const rec = new Recorder(options);
  const pixels = rec.declare('input', 'pixel_values', [batch, model.channels, model.image_size, model.image_size]);
  const labels = rec.declare('input', 'labels', [batch], 'u32');
  const context = (training: boolean) =>
    adapted.context({ rec, batch, training, frozen_dtype: options.frozen_dtype, checkpoint_activations: options.checkpoint_activations, form: options.form, keep_merged: options.keep_merged });
  const keep: { logits?: Tensor; rows?: Tensor; metrics?: Tensor } = {};
  const train = rec.program('train', () => {
    const logits = model.forward(context(optimizer), pixels);
    const { rows, dlogits } = model.contrastive ? contrastive(logits, labels) : crossEntropy(logits, labels, options.label_smoothing);
    if (!optimizer) keep.logits = rec.keep(logits);
    if (!optimizer) keep.rows = rec.keep(rows);
    keep.metrics = metricsRing();
    rec.backward(logits, dlogits!);
  });
  const text: TextPrograms | null = model.contrastive ? { ids: rec.find('input_ids')!, ends: rec.find('text_ends')!, program: null, features: null } : null;
  let update: Program | null = null;
  let evaluate: Program | null = null;
  if (optimizer) {
    update = rec.program('update', () => {
      rec.setPhase('update');
      adamw({ beta1: BETA1, beta2: BETA2, eps: EPS, weightDecay: { [ADAPTER_GROUP]: options.weight_decay, [HEAD_GROUP]: options.weight_decay }, headGroups: [HEAD_GROUP] });
    });
    const seen = recordClassifier(rec, model.contrastive?.classify ?? model, context(false), pixels, labels);
    ({ evaluate } = seen);
    keep.logits = seen.logits;
    keep.rows = seen.rows;
    if (text) Object.assign(text, recordTexts(rec, model, context(false), batch));
  }
  return { rec, train, update, evaluate, pixels, labels, metrics: keep.metrics!, logits: keep.logits!, rows: keep.rows!, text };
}

/**
 * The evaluation program alone, and the text tower's where the model has both: no gradients, no optimizer state. Weights that
 * a given recorder has declared already, by name, are the ones the model reads.
 */
export function recordEvaluation(adapted: Adapted, options: ProgramOptions, rec = new Recorder(options)): Pick<Programs, 'rec' | 'pixels' | 'labels' | 'logits' | 'rows' | 'text'> & { evaluate: Program } {
  const { model } = adapted;
  const { batch } = options;
  const pixels = rec.declare('input', 'pixel_values', [batch, model.channels, model.image_size, model.image_size]);
  const labels = rec.declare('input', 'labels', [batch], 'u32');
  const context = adapted.context({ rec, batch, training: false, frozen_dtype: options.frozen_dtype, checkpoint_activations: false, form: options.form });
  const seen = recordClassifier(rec, model.contrastive?.classify ?? model, context, pixels, labels);
  return { rec, pixels, labels, ...seen, text: model.contrastive ? recordTexts(rec, model, context, batch) : null };
}

/** The text tower alone. */
export function recordTextTower(adapted: Adapted, options: ProgramOptions): { rec: Recorder; text: TextPrograms } {
  const { batch } = options;
  const rec = new Recorder(options);
  const context = adapted.context({ rec, batch, training: false, frozen_dtype: options.frozen_dtype, checkpoint_activations: false, form: options.form });
  return { rec, text: recordTexts(rec, adapted.model, context, batch) };
}

function recordClassifier(rec: Recorder, model: VisionModel, context: Context, pixels: Tensor, labels: Tensor): { evaluate: Program; logits: Tensor; rows: Tensor } {
  const keep: Partial<Pick<Programs, 'logits' | 'rows'>> = {};
  const body = () => {
    keep.logits = rec.keep(model.forward(context, pixels));
    keep.rows = rec.keep(crossEntropy(keep.logits, labels).rows);
  };
  return { evaluate: rec.program('evaluate', body, { gradients: false }), logits: keep.logits!, rows: keep.rows! };
}

function recordTexts(rec: Recorder, model: VisionModel, context: Context, batch: number): TextPrograms {
  let text!: Omit<TextPrograms, 'program'>;
  const body = () => {
    const { ids, ends } = textInputs(batch, model.contrastive!.tokens);
    text = { ids, ends, features: rec.keep(l2Normalize(model.text!.features(context, ids, ends))) };
  };
  const program = rec.program('texts', body, { gradients: false });
  return { ...text, program };
}
