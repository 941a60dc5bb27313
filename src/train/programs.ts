import { HEAD_GROUP, type Adapted, type ContextOptions } from '../adapters/adapted';
import { ConfigError } from '../adapters/fields';
import { belowOf } from '../adapters/layerGroups';
import type { Comparison, Form, Merging } from '../adapters/method';
import { heldForBackward, planMemory } from '../engine/plan';
import { Recorder, type Program, type RecorderOptions } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { dropUnread } from '../engine/unread';
import type { Model } from '../models/model';
import type { Context } from '../nn/context';
import { defined } from '../numbers/defined';
import { power } from '../numbers/elementary';
import { passGrad } from '../ops/add';
import { metricsRing } from '../ops/metrics';
import { penalize } from '../ops/penalty';
import { adamw, clipping } from '../optim/adamw';
import { average } from '../optim/average';
import { objectiveOf } from '../tasks';
import type { Beside, Inputs, Objective } from '../tasks/task';
import { recordAveraging, type Averaging } from './average';
import { lessOfBatches } from './memoryAdvice';
import type { FrozenDtype } from './protocol';
import { recordTrunk, type Trunk } from './trunk';

/** Everything that decides what is recorded. */
export interface ProgramOptions extends RecorderOptions {
  batch: number;
  weight_decay: number;
  /** Loss that is computed; the one for the model's form when left out. */
  loss?: string;
  label_smoothing: number;
  /** The training loss reads how much each class counts. */
  class_weights?: boolean;
  /** Factor on the learning rate from each block to the one below it; 1 when left out. */
  layer_decay?: number;
  /** Pictures are mixed two by two, and learned from by both labels. */
  mixed?: boolean;
  /** An average of what is trained is kept beside it. */
  averaged?: boolean;
  frozen_dtype: FrozenDtype;
  checkpoint_activations: boolean;
  form?: Form;
  /** Micro-batches of a step; 1 when left out. */
  accumulate?: number;
  /** Treatment of merged weights; chosen by their planned bytes when left out. */
  merging?: Merging;
  /** Rows that one evaluation looks at, at most: what it says of them is read back together. None are known when left out. */
  measured?: number;
  /** Images per batch of a look that is recorded beside an evaluation (train/rollout.ts). */
  beside?: number;
  /** Blocks below the first that learns are a program of their own, where there are any. */
  trunk?: boolean;
  /** Records the optimizer and an evaluation program besides; `false` gives the gradients of a step in evaluation mode. */
  optimizer?: boolean;
}

/** The recorded programs of a run and the tensors the host writes and reads. */
export interface Programs {
  rec: Recorder;
  objective: Objective;
  /** Before the first micro-batch of a step, and before an evaluation: what is made once for all of them, merged weights or texts. */
  once: Program | null;
  /** Micro-batches for which weights are merged: all of a step, or 1. */
  sharing: number;
  /** Treatment of merged weights within a step, where there are any. */
  merging: Merging;
  /** Before each micro-batch, and each batch of an evaluation, whose pictures it has not seen: what nothing changes. */
  trunk: Trunk | null;
  /** Forward and backward of one micro-batch. */
  train: Program;
  /** Passes the gradients of what was made once on to the method's tensors; the method's penalty; clipping and AdamW; what the method does after them. */
  update: Program | null;
  evaluate: Program | null;
  /** Null where no average is kept. */
  averaging: Averaging | null;
  /** Of a training batch. */
  inputs: Inputs;
  /** Weight of each class in the training loss (K), as `forMean` gives it for each step; null where all count the same. */
  classWeights: Tensor | null;
  metrics: Tensor;
  /** Output of the model for a batch, in the evaluation program. */
  outputs: Tensor;
  /** Result of the loss for each row there. */
  rows: Tensor;
  measured: Measured;
  /** A program of the task's own; null where only one step is recorded. */
  beside: Beside | null;
}

/** Objective, model and inputs of evaluations. */
export interface Measured {
  objective: Objective;
  model: Model;
  inputs: Inputs;
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

/** Bytes of the merged weights of some layers, at least: a method that changes biases may leave the weights as they are. */
export const weightBytes = ({ method }: Adapted, layers: Adapted['layers']): number => (method.bias ? 0 : layers.reduce((sum, layer) => sum + 4 * layer.in * layer.out, 0));

/**
 * Records the programs of a run: no GPU, no weights, no memory. Where layers run merged, W + delta is made once for all
 * micro-batches of a step, or kept from forward to backward, if that costs few bytes, and made again if not: all are planned,
 * unless `merging` says. With weights made once more layers run merged, since that costs them less.
 */
export function recordPrograms(adapted: Adapted, options: ProgramOptions): Programs {
  if (options.merging) return recordAll(adapted, options);
  const { form, batch, accumulate = 1 } = options;
  const again = recordAll(adapted, options);
  const { total: bytes, bytes: { temp = 0 } } = planMemory(again.rec);
  for (const merging of accumulate > 1 ? (['once', 'kept'] as const) : (['kept'] as const)) {
    const forms = adapted.forms(batch, merging === 'once' ? accumulate : 1);
    const merged = adapted.layers.filter(({ name }) => (form ?? forms[name]) === 'merged');
    if (!merged.length) continue;
    // What the backward needs besides is the same. Most often this is enough, and recording all once more is saved.
    const least = bytes - temp + heldForBackward(again.train) + weightBytes(adapted, merged);
    if (merging === 'kept' && least > (1 + AT_MOST.kept) * bytes) continue;
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
  rec.advise = lessOfBatches(options, model.language?.tokens ?? 0, optimizer);
  const objective = objectiveOf(model, options.loss);
  const inputs = declareBatch(rec, objective, model, batch, options);
  const learning: Partial<Comparison> = {};
  const contextOf = (rec: Recorder, training: boolean, more?: Pick<ContextOptions, 'learning'>) =>
    adapted.context({ ...more, rec, batch, training, frozen_dtype: options.frozen_dtype, checkpoint_activations: options.checkpoint_activations, form, merging, sharing, byLayer: (options.layer_decay ?? 1) !== 1 });
  const trunk = options.trunk ? recordTrunk(rec, model, (rec, within) => void objective.forward(within(contextOf(rec, true)), model, declareBatch(rec, objective, model, batch, options))) : null;
  const context = (training: boolean, more?: Pick<ContextOptions, 'learning'>) => {
    const whole = contextOf(rec, training, more);
    return trunk ? trunk.within(whole) : whole;
  };
  const keep: Partial<Pick<Programs, 'outputs' | 'rows' | 'metrics'> & { classWeights: Tensor }> = {};
  const train = rec.program('train', () => {
    const by = { ctx: context(optimizer, { learning }), model };
    const outputs = objective.forward(by.ctx, model, inputs);
    if (options.class_weights) keep.classWeights = rec.declare('input', 'class_weights', [defined(outputs.shape[1])]);
    const { classWeights } = keep;
    const { rows, dout } = objective.loss(outputs, inputs, options.label_smoothing, { weight: learning.weight, classWeights }, by);
    if (!optimizer) keep.outputs = rec.keep((objective.logits && objective.logits(by.ctx, model, outputs)) ?? outputs);
    if (!optimizer) keep.rows = rec.keep(rows);
    keep.metrics = metricsRing();
    const besides = (of: Tensor, weight: number) => ({ of, grad: objective.loss(of, inputs, options.label_smoothing, { weight, besides: true, classWeights }, by).dout! });
    const parts = learning.parts?.(inputs.labels!, besides) ?? [];
    rec.backward(outputs, dout!, () => parts.forEach(({ of, grad }) => passGrad(of, grad)));
  });
  if (trunk) dropUnread(rec, train);
  const measured = measuredOf(rec, objective, model, batch);
  const update = recordUpdate(rec, adapted, options);
  const averaging = update && averages(adapted, options) ? recordAveraging(rec) : null;
  let evaluate: Program | null = null;
  let beside: Beside | null = null;
  if (optimizer) {
    const seen = recordSeen(rec, measured, context(false), options);
    ({ evaluate } = seen);
    if (trunk) dropUnread(rec, evaluate);
    // A new best is read by flat, a checkpoint too, with the count of skipped steps behind the last.
    rec.flats.seal();
    rec.readTogether(rec.flats.chunks.reduce((sum, bytes) => sum + bytes, clipping(rec).storage.bytes));
    keep.outputs = seen.outputs;
    keep.rows = seen.rows;
    beside = objective.beside?.(rec, context(false), model, batch) ?? null;
  }
  return { rec, objective, once: rec.onceProgram, sharing, merging: merging ?? 'again', trunk, train, update, evaluate, averaging, inputs, classWeights: keep.classWeights ?? null, metrics: keep.metrics!, outputs: keep.outputs!, rows: keep.rows!, measured, beside };
}

/** True if an average is kept: for the settings, or for the method. */
const averages = (adapted: Adapted, { averaged = false }: ProgramOptions): boolean => averaged || adapted.average !== null;

/** Records what follows the micro-batches of a step; null where nothing does. */
function recordUpdate(rec: Recorder, adapted: Adapted, options: ProgramOptions): Program | null {
  const { weight_decay, layer_decay = 1, optimizer = true } = options;
  const { penalty, afterStep, method, config } = adapted;
  if (!optimizer && !rec.onceProgram && !penalty) return null;
  return rec.program('update', () => {
    rec.settle(() => {
      for (const stack of adapted.stacks(rec)) for (const term of penalty?.(stack) ?? []) rec.setGrad(term, penalize(term));
    });
    rec.setPhase('update');
    if (!optimizer) return;
    const decays = method.decays?.(config) ?? true;
    const groups = [...new Set(rec.flats.params().map(({ group }) => group))];
    const each = (of: (name: string) => number) => Object.fromEntries(groups.map((name) => [name, of(name)]));
    const weightDecay = each((name) => (decays || name === HEAD_GROUP ? weight_decay : 0));
    adamw({ beta1: BETA1, beta2: BETA2, eps: EPS, weightDecay, headGroups: [HEAD_GROUP], rates: each((name) => power(layer_decay, belowOf(name))) });
    afterStep?.record(adapted.stacks(rec), clipping());
    if (averages(adapted, options)) average();
  });
}

/** Programs that look at images and learn nothing. */
export type EvaluationPrograms = Pick<Programs, 'rec' | 'outputs' | 'rows' | 'measured' | 'beside'> & { evaluate: Program };

/**
 * The evaluation program alone, and that of the task's own where it has one: no gradients, no optimizer state. Weights that
 * a given recorder has declared already, by name, are the ones the model reads.
 */
export function recordEvaluation(adapted: Adapted, options: ProgramOptions, rec = new Recorder(options)): EvaluationPrograms {
  const { model } = adapted;
  const { batch } = options;
  rec.advise ??= lessOfBatches(options, model.language?.tokens ?? 0, false);
  const objective = objectiveOf(model, options.loss);
  const measured = measuredOf(rec, objective, model, batch);
  const context = adapted.context({ rec, batch, training: false, frozen_dtype: options.frozen_dtype, checkpoint_activations: false, form: options.form, beside: options.beside });
  const found = recordSeen(rec, measured, context, options);
  return { rec, measured, ...found, beside: objective.beside?.(rec, context, model, batch) ?? null };
}

/** `recordEvaluation` for evaluations that look at so many rows (`ProgramOptions.measured`). */
export const recordMeasuring = (measured: number) => (adapted: Adapted, options: ProgramOptions): EvaluationPrograms => recordEvaluation(adapted, { ...options, measured });

function declareBatch(rec: Recorder, objective: Objective, model: Model, rows: number, { mixed, loss }: Pick<ProgramOptions, 'mixed' | 'loss'> = {}): Inputs {
  if (mixed && !objective.mixed) throw new ConfigError(`the loss ${loss ?? ''} has no labels to be mixed; leave mixup_alpha and cutmix_alpha at 0.`);
  return Object.fromEntries(Object.entries({ ...objective.batch(model, rows), ...(mixed && objective.mixed?.(rows)) }).map(([name, { shape, dtype }]) => [name, rec.declare('input', name, shape, dtype)]));
}

/** Evaluation of a model that is trained by this objective. An input that a training batch has too is the same tensor. */
function measuredOf(rec: Recorder, objective: Objective, model: Model, rows: number): Measured {
  const seen = objective.measured?.(model) ?? { objective, model };
  return { ...seen, inputs: declareBatch(rec, seen.objective, seen.model, rows) };
}

function recordSeen(rec: Recorder, { objective, model, inputs }: Measured, context: Context, { batch, measured = 0 }: ProgramOptions): { evaluate: Program; outputs: Tensor; rows: Tensor } {
  const keep: Partial<Pick<Programs, 'outputs' | 'rows'>> = {};
  const body = () => {
    // What a loss reads its logits off by itself is not looked at.
    const made = objective.forward(context, model, inputs);
    keep.outputs = objective.logits ? made : rec.keep(made);
    keep.rows = rec.keep(objective.loss(keep.outputs, inputs, undefined, undefined, { ctx: context, model }).rows);
  };
  const evaluate = rec.program('evaluate', body, { gradients: false });
  const rows = keep.rows!;
  rec.readTogether((rows.storage.bytes / batch) * measured);
  return { evaluate, outputs: keep.outputs!, rows };
}
