import { ADAPTER_GROUP, HEAD_GROUP, type Adapted } from '../adapters/adapted';
import type { Form, Merging } from '../adapters/method';
import { planMemory } from '../engine/plan';
import { Recorder, type Program, type RecorderOptions } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { textInputs } from '../models/byText';
import { classifierOf, type VisionModel } from '../models/model';
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
  /** Micro-batches of a step; 1 when left out. */
  accumulate?: number;
  /** What becomes of merged weights; by their planned bytes when left out. */
  merging?: Merging;
  /** Images per batch of a look that is recorded beside an evaluation (train/rollout.ts). */
  beside?: number;
  /** Records the optimizer and an evaluation program besides; `false` gives the gradients of a step in evaluation mode. */
  optimizer?: boolean;
}

/** The recorded programs of a run and the tensors the host writes and reads. */
export interface Programs {
  rec: Recorder;
  /** Before the first micro-batch of a step, and before an evaluation: the weights that are merged once for all of them. */
  once: Program | null;
  /** Micro-batches for which weights are merged: all of a step, or 1. */
  sharing: number;
  /** Forward and backward of one micro-batch. */
  train: Program;
  /** Passes the gradients of weights merged once on to the method's tensors; clipping and AdamW. */
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

/**
 * Shares by which the plan may grow for merged weights. Who accumulates does so because memory is short: where half the batch
 * takes six tenths or seven of the bytes, with a quarter more it still takes less than all of it did; with half more it might not.
 */
const AT_MOST = { once: 0.25, kept: 0.1 };

/**
 * Records the programs of a run: no GPU, no weights, no memory. Where layers run merged, W + delta is made once for all
 * micro-batches of a step, or kept from forward to backward, if that costs few bytes, and made again if not: all are planned,
 * unless `merging` says. With weights made once more layers run merged, since that costs them less.
 */
export function recordPrograms(adapted: Adapted, options: ProgramOptions): Programs {
  if (options.merging) return recordAll(adapted, options);
  const { form, batch, accumulate = 1 } = options;
  const again = recordAll(adapted, options);
  const bytes = planMemory(again.rec).total;
  for (const merging of accumulate > 1 ? (['once', 'kept'] as const) : (['kept'] as const)) {
    const forms = form ? [form] : Object.values(adapted.forms(batch, merging === 'once' ? accumulate : 1));
    if (!adapted.layers.length || !forms.includes('merged')) continue;
    const other = recordAll(adapted, { ...options, merging });
    if (planMemory(other.rec).total <= (1 + AT_MOST[merging]) * bytes) return other;
  }
  return again;
}

function recordAll(adapted: Adapted, options: ProgramOptions): Programs {
  const { model } = adapted;
  const { batch, merging, form, optimizer = true } = options;
  const sharing = merging === 'once' ? (options.accumulate ?? 1) : 1;
  const rec = new Recorder(options);
  const pixels = rec.declare('input', 'pixel_values', [batch, model.channels, model.image_size, model.image_size]);
  const labels = rec.declare('input', 'labels', [batch], 'u32');
  const context = (training: boolean) =>
    adapted.context({ rec, batch, training, frozen_dtype: options.frozen_dtype, checkpoint_activations: options.checkpoint_activations, form, merging, sharing });
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
  if (optimizer || rec.onceProgram) {
    update = rec.program('update', () => {
      rec.settle();
      rec.setPhase('update');
      if (optimizer) adamw({ beta1: BETA1, beta2: BETA2, eps: EPS, weightDecay: { [ADAPTER_GROUP]: (adapted.method.decays?.(adapted.config) ?? true) ? options.weight_decay : 0, [HEAD_GROUP]: options.weight_decay }, headGroups: [HEAD_GROUP] });
    });
  }
  if (optimizer) {
    const seen = recordClassifier(rec, classifierOf(model), context(false), pixels, labels);
    ({ evaluate } = seen);
    keep.logits = seen.logits;
    keep.rows = seen.rows;
    if (text) Object.assign(text, recordTexts(rec, model, context(false), batch));
  }
  return { rec, once: rec.onceProgram, sharing, train, update, evaluate, pixels, labels, metrics: keep.metrics!, logits: keep.logits!, rows: keep.rows!, text };
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
  const context = adapted.context({ rec, batch, training: false, frozen_dtype: options.frozen_dtype, checkpoint_activations: false, form: options.form, beside: options.beside });
  const seen = recordClassifier(rec, classifierOf(model), context, pixels, labels);
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
    const { ids, ends } = textInputs(context, batch, model.contrastive!.tokens);
    text = { ids, ends, features: rec.keep(l2Normalize(model.text!.features(context, ids, ends))) };
  };
  const program = rec.program('texts', body, { gradients: false });
  return { ...text, program };
}
