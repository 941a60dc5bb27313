import type { Adapted, ContextOptions } from '../adapters/adapted';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import type { Machine } from '../engine/machine';
import type { Program, Recorder, RecorderOptions } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import type { TensorSource } from '../io/safetensors';
import type { Tokenizer } from '../io/tokenizer';
import type { Model } from '../models/model';
import type { Context } from '../nn/context';
import type { LossPart } from '../ops/metrics';
import type { MethodConfig } from '../adapters/field';
import type { Evaluation, Prediction } from './verdict';

/** One input of a batch. */
export interface Field {
  shape: readonly number[];
  dtype: 'f32' | 'u32';
}

/** Inputs of a batch on the device, by name. */
export type Inputs = Record<string, Tensor>;

/** A batch as it is filled before it is written, by the same names. */
export type HostBatch = Record<string, Float32Array | Uint32Array>;

/** A label that does not count, -100, as batches hold it. */
export const IGNORED = 0xffffff9c;

/** Result of a loss. */
export interface Loss {
  /** (B, n), of which the first column is the loss of each row; `judge` knows the others. */
  rows: Tensor;
  /** Gradient of the mean loss by the outputs; null where no gradients are recorded. */
  dout: Tensor | null;
}

/** Results of an evaluation, without where and when. */
export type Verdict = Omit<Evaluation, 'step' | 'split' | 'count'>;

/** The measured set: labels of all images, the number of classes, and names, if images are to be named. */
export interface Judged {
  labels: ArrayLike<number>;
  classes: number;
  name?: (image: number) => string;
}

/** A program of a task's own beside the run's, and what it reads and gives. */
export interface Beside {
  inputs: Inputs;
  program: Program;
  out: Tensor;
}

/** Definition of a batch, of what is computed from it, and of how good that was. */
export interface Objective {
  /** True if models of this form are trained by this objective under this `loss`; of several the first in the register is taken. */
  fits(model: Model, loss: string | undefined): boolean;
  /** The inputs of a batch of so many rows. */
  batch(model: Model, rows: number): Record<string, Field>;
  /** Its loss compares the rows of a batch with one another: micro-batches are not the same as the batch. */
  whole?: true;
  /** Additional fields of a batch of pictures that are mixed two by two: the labels that count less, and how much the others count (train/mixing.ts). Absent if nothing is learned from such. */
  mixed?(rows: number): Record<string, Field>;
  /** The model's outputs for a batch. */
  forward(ctx: Context, model: Model, batch: Inputs): Tensor;
  /** Adds its sums to the metrics ring, which the host reads late. `smoothing` is for training alone, as is how it counts beside what else a method learns by: by `weight`, and, where it is `besides` another loss of the same rows, without counting them again; and how much each class counts (K). `by` is the model that made the outputs, and its context, for a loss that reads weights of its own. */
  loss(outputs: Tensor, batch: Inputs, smoothing?: number, part?: LossPart, by?: { ctx: Context; model: Model }): Loss;
  /** Logits of outputs, for looking at them, where the loss reads them off the outputs by itself. Null if they are too large to be looked at. */
  logits?(ctx: Context, model: Model, outputs: Tensor): Tensor | null;
  /** Number of rows of a batch that count in the mean of the loss, if it differs from the number of rows. */
  counted?(batch: HostBatch, model: Model): number;
  /** Its loss knows `classWeights`. */
  weighs?: true;
  /** Objective of evaluations and the form of the model for it, if evaluations compute something else than training. */
  measured?(model: Model): { objective: Objective; model: Model };
  /** Records a program beside the evaluation's, that `OpenedTask.refresh` runs. */
  beside?(rec: Recorder, ctx: Context, model: Model, rows: number): Beside;
  /** Writes the inputs of a measured batch that do not come with its images. */
  complete?(batch: HostBatch): void;
  /** Verdict on the rows of all images, which were gathered on the GPU and read at the end. */
  judge(rows: Float32Array, of: Judged): Verdict;
  /** Prediction for people from the logits of one row; absent if that is the likeliest of its classes. */
  says?(logits: Float32Array, labels: readonly string[], topK: number): Pick<Prediction, 'top' | 'number'>;
  /** True if the evaluation `found` is better than the best so far. */
  better(than: Evaluation, found: Evaluation): boolean;
}

/** Options for a task to record programs of its own with. */
export type Recording = RecorderOptions & Pick<ContextOptions, 'batch' | 'frozen_dtype' | 'form'>;

/** Settings of a training (`TrainConfig`) that a task reads. */
export interface TaskSettings {
  /** Kind of training, by the names of `tasks/losses.meta.ts`: classes of images, both towers of a CLIP on images against texts, ... */
  loss: string;
  /** Head by which a CLIP classifies: texts of the classes, or a new classifier; `auto` takes texts where it can. */
  head: 'auto' | 'text' | 'new';
  /** Prompt templates with {} for the class, one a line or with | between. */
  templates: string;
  /** Weights of the classes in the training loss: null for all the same, "balanced", or numbers in their order with commas between. */
  class_weights?: string | null;
  seed?: number;
}

/** Model, classes, method and settings that a task opens on. */
export interface TaskRequest {
  model: { id: string; net: Model; tokenizer?: () => Promise<Tokenizer> };
  classes: string[];
  method: MethodConfig;
  train: TaskSettings;
  /** The checkpoint's own head is for these classes. */
  ownHead: boolean;
  /** A trained head for these classes is there, the checkpoint's or that of an adapter to start from. */
  hasHead: boolean;
  /** Fixed batches that are replayed instead of a data set's images, and the texts that they may bring. */
  fixed?: { texts?: BatchTexts & { tokens: number } };
}

/** Source of the texts of a batch. */
export interface BatchTexts {
  /** Writes ids (B, T) and ends (B) of the texts for micro-batch `at`, whose images have these labels. */
  fill(at: number, labels: Uint32Array, ids: Uint32Array, ends: Uint32Array): void;
}

/** Inputs that a task needs beside the checkpoint and the method to be measured. */
export interface TaskValues {
  source: TensorSource;
  options: Recording;
  /** The adapter as trained, where the values depend on it; the start of a run when left out. */
  trained?: { adapted: Adapted; values: Arrays };
  signal?: AbortSignal;
}

/** A task on a model and the classes of a data set. */
export interface OpenedTask {
  /** In the form that is trained, for these classes. */
  model: Model;
  /** The model says something before its first step: a run measures that. */
  knows: boolean;
  /** Values, by label, that neither the checkpoint nor the method has. */
  values(device: Device, needs: TaskValues): Promise<Arrays>;
  /** Writes the inputs of training batch number `at` that do not come with its images. */
  complete?(batch: HostBatch, at: number): void;
  /** Before a measurement: makes anew what evaluations read and training changes. */
  refresh?(machine: Machine, programs: { rec: Recorder; beside: Beside | null }, signal?: AbortSignal): Promise<void>;
}

/** One file a task, one line in tasks/index.ts. */
export interface Task {
  objective: Objective;
  /** True if a run with these settings has this task; of several the first in the register is taken. */
  takes(asked: TaskRequest): boolean;
  /** Throws ConfigError where the settings, the model and the data do not go together. */
  open(asked: TaskRequest): Promise<OpenedTask>;
  /** A model in the form that is trained under this `loss`, where that is not its own, before any data are known. */
  form?(model: Model, loss: string | undefined): Model;
}
