/**
 * Everything that crosses between the page and the training worker, as plain data.
 * The same events are what the command line listens to. Nothing here imports the engine.
 */
import type { BudgetRow } from '../adapters/budget.meta';
import type { MethodConfig } from '../adapters/field';
import type { SelfTest } from '../check';
import type { Tuning } from '../check/tune';
import type { Edits } from '../data/edits.meta';
import type { LimitRule } from '../data/limit';
import type { TextLabels, TextReading, TextReads, TextTable } from '../data/reading.meta';
import type { Health } from '../data/health';
import type { DeviceReport, Trial } from '../engine/report';
import type { BytesByRole, Role } from '../engine/tensor';
import type { GgufDtype } from '../export/gguf';
import type { OnnxDtype } from '../io/onnx/dtype';
import type { ExportVerdict } from '../export/onnx/verify';
import type { HubEvent } from '../io/hub/events';
import type { CachedRepo, HubCache } from '../io/hub/hub';
import type { KeptItem } from '../io/kept';
import type { FrozenDtype } from '../io/stored';
import type { Threshold } from '../player/facts.meta';
import type { TaskSettings } from '../tasks/task';
import type { Answers, AttentionMap, Evaluation, Likely, Prediction } from '../tasks/verdict';

export type { BudgetRow, BytesByRole, DeviceReport, FrozenDtype, MethodConfig, Role, Trial };
export type { Answers, AttentionMap, Evaluation, ExportVerdict, Likely, Prediction, SelfTest, Tuning };
export type { CachedRepo, Edits, Health, HubCache, HubEvent, KeptItem };

/** Settings of a training run. Every field has a default in `train/config.ts` (`trainDefaults`). */
export interface TrainConfig extends Required<TaskSettings> {
  /** Optimizer steps; 0 means `epochs` decides. */
  steps: number;
  epochs: number;
  /** Ends the run after so many evaluations in a row without a lower validation loss; 0 switches that off. */
  early_stopping_patience: number;
  /** Least fall of the validation loss that counts as lower. */
  early_stopping_threshold: number;
  batch: number;
  lr: number;
  /** Learning rate of the head; 0 means `lr`. */
  head_lr: number;
  weight_decay: number;
  warmup_steps: number;
  schedule: 'cosine' | 'constant' | 'linear';
  /** 0 switches clipping off. */
  max_grad_norm: number;
  /** Micro-batches per optimizer step. */
  accumulate: number;
  /** The most MiB that a step may be planned with before its batches are divided into micro-batches; 0 for what the device allows. */
  memory_limit: number;
  label_smoothing: number;
  /** Beta(alpha, alpha) of the shares by which pictures are mixed with others, or with a box of others; 0 leaves it out. */
  mixup_alpha: number;
  cutmix_alpha: number;
  /** Factor on the learning rate from one block to the one below it; 1 for the same rate everywhere. */
  layer_decay: number;
  /** Decay of the average of the weights that is measured and saved; 0 keeps none. */
  ema_decay: number;
  /** Images per class for few-shot runs; 0 takes all. */
  shots: number;
  /** The most images of the training / test split that are used; 0 takes all. */
  train_limit: number;
  test_limit: number;
  /** Rule for choosing those; older runs took the first (`withRule` in `train/config.ts`). */
  limit_rule: LimitRule;
  /** Share of the training images held back for validation, by seed; the best weights on it are kept. */
  val_fraction: number;
  /** Random resized crop and horizontal flip. */
  crop: boolean;
  flip: boolean;
  /** Input size in pixels; 0 takes the checkpoint's own. */
  image_size: number;
  /** Steps between evaluations on the test split; 0 evaluates only at the end. */
  eval_every: number;
  /** Steps between checkpoints for resuming; 0 writes none. */
  checkpoint_every: number;
  /** States of the trainables that are kept on the way, for loss landscapes; 0 keeps none. */
  snapshots: number;
  /** Storage of frozen weights. */
  frozen_dtype: FrozenDtype;
  /** Re-record each block inside its backward instead of keeping its activations. */
  checkpoint_activations: boolean;
}

/** Settings for reading texts; absent in runs on images. */
export interface TextSettings extends Omit<TextReading, 'reads'> {
  /** Task that the model is read for, by the names of `tasks/tasks.meta.ts`; the one of config.json when left out. */
  task?: string;
  /** Most tokens of a text. */
  max_length?: number;
}

export interface RunSpec {
  id: string;
  name: string;
  model: string;
  data: string;
  method: MethodConfig;
  train: TrainConfig;
  /** Of a run on texts. */
  text?: TextSettings;
  /** The person's changes to the data set; none when left out. */
  edits?: Edits;
  /** Source of the learning rate, if not a person or the method: it is to be found before training, instead of `train.lr`, or was found for these settings. */
  rate?: 'find' | 'found';
  /** Run whose trained weights it begins with, by its id; those of the pretrained model when left out. */
  init_from?: string;
  /** Experiment of the paper that it was trained for, by its name in `records/paper.meta.ts`. It changes nothing about the run. */
  experiment?: string;
  /** Adapter parameters that its method was to have, where its setting was chosen by them. It changes nothing about the run. */
  budget?: number;
}

/** The set of texts that a run reads, and how. */
export type ReadTexts = Pick<RunSpec, 'data' | 'text'>;

/** A run at one rate of a search, looked at on its way. */
export interface RateTrial {
  lr: number;
  steps: number;
  /** 0 for the first and shortest, which tries every rate. */
  rung: number;
  /** On the pictures that were held back; NaN where it diverged. */
  loss: number;
  /** Top-1, 0 to 1. */
  accuracy: number;
  /** Loss of each held-back picture, none where it diverged: kept as long as the search may go on. */
  losses?: Float32Array;
}

/** A learning rate that was found, and how (`train/rates.meta.ts`). */
export interface RateSearch {
  lr: number;
  /** In the order in which they ran. */
  trials: RateTrial[];
  /** Pictures that were held back from training to decide by. */
  held: number;
  /** Seed of all trials. */
  seed: number;
  /** The rate is the least or the largest of those that were tried: a better one may lie beyond. */
  edge?: boolean;
  /** The method's own rate was kept, as the few pictures could not tell another that did better from it. */
  kept?: boolean;
  /** It was stopped: the best so far. */
  stopped?: boolean;
}

/** Fields that zero-shot accuracy depends on: the same model, images and texts as a run's. */
export type ZeroShotSpec = Pick<RunSpec, 'model' | 'data' | 'edits' | 'train'>;

/** Cost of a run, known before anything is allocated. */
export interface Plan {
  adapter_parameters: number;
  head_parameters: number;
  trainable_parameters: number;
  bytes: BytesByRole;
  total_bytes: number;
  dispatches: number;
  /** Equal parts in which each batch is computed, with the same result, where it does not fit as a whole. */
  micro_batches?: { count: number; size: number };
  /** Bytes of the adapter's file of weights; of the whole model's for full fine-tuning. */
  file_bytes?: number;
  /** Multiply-adds of a step in shares of full fine-tuning's: an estimate, and no measurement. */
  work?: number;
  steps: number;
  /** Form in which each adapted layer runs, e.g. { "vit.encoder.layer.0.…": "merged" }. */
  forms: Record<string, 'streamed' | 'merged'>;
  /** Merged weights are kept from forward to backward, or made once for all micro-batches of a step; when absent they are made again. */
  merging?: 'kept' | 'once';
}

export interface ModelInfo {
  id: string;
  title: string;
  family: string;
  parameters: number;
  image_size: number;
  /** Edge of a patch in pixels, which divides the size of an input; absent of one that reads texts. */
  patch_size?: number;
  labels: number;
  /** Default `target_modules`: suffixes, or a regular expression. */
  target_modules: string | string[];
  /** Version of transformers since which its layers have other names; absent where they kept them. */
  renamed?: string;
  note: string;
  builtin: boolean;
  /** Paths of its files below the page's address, if it comes with the page. */
  files?: string[];
  /** Of a CLIP that can classify by text: default `target_modules` where both towers are trained. */
  texts?: { target_modules: string | string[] };
  /** Of a model that reads texts and looks at no pictures: most tokens of a text, what it can learn of them, and whether it leaves the page as ONNX (a decoder's file has no cache, and serves few there), and as a file for llama.cpp. */
  language?: { max_tokens: number; reads: TextReads[]; onnx: boolean; gguf: boolean };
}

export interface DataInfo {
  id: string;
  title: string;
  /** Classes in use, as edited. */
  classes: string[];
  /** All classes that the set brings, with the disabled ones. */
  all_classes: string[];
  train: number;
  /** Validation images that the set brings. */
  val: number;
  test: number;
  /** True when the set brings no split of its own: it was parted by a seed, and may be parted otherwise. */
  seeded: boolean;
  train_per_class: number[];
  /** Of a set that brings validation images. */
  val_per_class?: number[];
  test_per_class: number[];
  licence: string;
  source: string;
  builtin: boolean;
  /** Longer edge of its pictures in pixels, where its description says so. */
  side?: number;
  warnings: string[];
  /** Of a set of texts: how they are read now, what their labels are, and the first table that they are in; null where there are none. */
  texts?: { reading: TextReading; labels: TextLabels | null; table: TextTable | null };
}

/** Images of one class by name, those to train on first, then validation and test. */
export interface ClassPictures {
  names: string[];
  counts: { train: number; val: number; test: number };
}

/** A small image for a canvas. */
export interface Picture {
  label: number;
  width: number;
  height: number;
  rgba: Uint8ClampedArray;
}

/** A text, or a pair of texts, and its class; the beginning of a long one. */
export interface Excerpt {
  label: number;
  first: string;
  second: string | null;
  /** Its label, where that is a number; or each of its words with its class. */
  number?: number;
  words?: { word: string; label: string }[];
}

/** Part that a token plays: of the text itself, counted in the loss, standing around a text, or cut. */
export type TokenPart = 'text' | 'counts' | 'special' | 'cut';

/** Lengths in tokens that the texts of a set have for a model, of those that were looked at. */
export interface TextLengths {
  texts: number;
  shortest: number;
  longest: number;
  /** Most tokens that are read of a text; how many texts are longer, and tokens in all that they lose. */
  most: number;
  cut: number;
  lost: number;
  /** Texts by length: `counts[i]` have more than i and at most i + 1 times `width` tokens. */
  width: number;
  counts: number[];
  /** Words in those that were looked at, how many of them the model has no tokens for, and the most frequent of these. */
  words: { all: number; unknown: number; most: string[] };
  /** The first texts, token by token. */
  samples: { text: string; part: TokenPart }[][];
}

/** One of a data set, for the page. */
export type Sample = Picture | Excerpt;

export type Phase = 'fetch' | 'verify' | 'search' | 'decode' | 'upload' | 'compile' | 'warm-up' | 'train' | 'evaluate' | 'save';

export interface StepPoint {
  step: number;
  loss: number;
  /** Training top-1 of the batch, 0 to 1. */
  accuracy: number;
  lr: number;
  grad_norm: number;
  /** Milliseconds of this step, wall clock. */
  ms: number;
}

/** Bytes on the device from a moment of a run on, until the next point. */
export interface MemoryPoint {
  phase: Phase;
  step: number;
  /** Seconds since the run was opened. */
  seconds: number;
  bytes: BytesByRole;
}

/** Time of one training step on the device, by kernel. */
export interface KernelTimes {
  step: number;
  /** The longest first; empty where the device has no timestamps. */
  kernels: { kernel: string; count: number; ns: number }[];
}

export interface RunError {
  /** The page chooses the buttons by it. */
  kind: 'device-lost' | 'out-of-memory' | 'bad-input' | 'diverged' | 'cancelled' | 'internal';
  /** One or two sentences on what happened and what to do. */
  message: string;
  /** One sentence on what was kept. */
  kept: string;
  details: string;
}

/** Effect of early stopping on a run; the weights that were kept are those of `RunSummary.best`. */
export interface EarlyStopping {
  /** Steps between evaluations. */
  eval_every: number;
  /** Training images that were held back for it, since neither the settings nor the data have any to follow the run on; else 0. */
  held: number;
  /** Evaluations in a row, at the end of the run, without a lower validation loss. */
  evaluations: number;
  /** True when they ended it, before all of `plan.steps`. */
  stopped: boolean;
}

/** Items of a run's test that it trained on as well: the same ones, and nearly the same ones. */
export interface SharedItems {
  exact: number;
  near: number;
}

export interface RunSummary {
  best: Evaluation | null;
  final: Evaluation | null;
  /** Of a CLIP that classifies by text: before the first step, which is zero-shot unless it started from an adapter. */
  start?: Evaluation | null;
  steps: number;
  /** Absent in runs without early stopping. */
  early_stopping?: EarlyStopping;
  /** Of the steps since it was begun or resumed last, as is their pace. */
  seconds: number;
  images_per_second: number;
  skipped_steps: number;
  /** Absent where that is not known. */
  shared?: SharedItems;
  plan: Plan;
  allocated: BytesByRole;
  device: DeviceReport;
  /** Forms of the kernels that ran: values passed round in quads, the reading of frozen weights, and, where tiles of products were chosen for this device, those by kind. */
  variants?: { quads: boolean; weights: FrozenDtype | 'f16 native'; tiles?: Record<string, string> };
}

/**
 * A run as files keep it: `run.json` of the command line, and each run of a file of runs (`records/runFile.ts`), which the page
 * reads and writes. What is optional is known to some only.
 */
export interface RunRecord {
  spec: RunSpec;
  curve: StepPoint[];
  evaluations: Evaluation[];
  /** Null for a run that has not come to an end. */
  summary: RunSummary | null;
  /** Titles as they were when it ran. */
  model_title?: string;
  data_title?: string;
  classes?: string[];
  state?: 'done' | 'stopped' | 'failed' | 'interrupted';
  /** Milliseconds of the epoch. */
  created?: number;
  ended?: number;
  /** Seconds of training, over all sessions. */
  seconds?: number;
  error?: RunError;
  /** Of a run without a summary. */
  plan?: Plan;
  allocated?: BytesByRole;
  adapter_bytes?: number;
  /** The device self-test's verdict when it ran: how many checks, and which were wrong. */
  self_test?: Pick<SelfTest, 'ok' | 'gflops' | 'quads'> & { checks: number; problems: string[] };
  /** Memory whenever it changed, and the time of one step by kernel. */
  memory?: MemoryPoint[];
  times?: KernelTimes;
  /** The search that found its learning rate, if there was one. */
  rates?: RateSearch;
  /** The person's notes on it. */
  notes?: string;
  /** The folder that the person keeps it in. */
  folder?: string;
  /** Whoever trained it, as they call themselves. */
  by?: string;
}

/** Formats for several runs: a file of runs, a report as one page, results and curves as CSV, PEFT's method_comparison, TensorBoard's event files. */
export type RunsFormat = 'runs' | 'html' | 'csv-summary' | 'csv' | 'csv-wide' | 'peft-json' | 'tensorboard';

/** Messages that a run sends as it goes. */
export type RunEvent =
  /** While it evaluates it says how many seconds the run has left. */
  | { type: 'phase'; run: string; phase: Phase; done: number; total: number; unit: string; seconds_left?: number }
  /** A trial of the search for its learning rate has ended. */
  | { type: 'trial'; run: string; trial: RateTrial }
  /** Its learning rate was found; it trains at it from here on. */
  | { type: 'rate'; run: string; search: RateSearch }
  | { type: 'planned'; run: string; plan: Plan }
  | { type: 'allocated'; run: string; bytes: BytesByRole; total_bytes: number }
  /** `seconds_left` until it is saved, its evaluations included. */
  | { type: 'step'; run: string; point: StepPoint; images_per_second: number; seconds_left: number }
  /** `seconds` are those that it took. */
  | { type: 'evaluation'; run: string; evaluation: Evaluation; best: boolean; seconds?: number }
  /** The bytes on the device have changed. */
  | { type: 'memory'; run: string; point: MemoryPoint }
  | { type: 'times'; run: string; times: KernelTimes }
  | { type: 'state'; run: string; state: 'running' | 'paused' | 'stopping' }
  /** Everything needed to go on with the same curve: trainables, optimizer state, position. Transferred, not copied. */
  | { type: 'checkpoint'; run: string; step: number; bytes: Uint8Array }
  /** The trainables on the way, by label, as a safetensors file. */
  | { type: 'snapshot'; run: string; step: number; bytes: Uint8Array }
  /** The adapter as PEFT files, at the end (best evaluation, or the last step). */
  | { type: 'adapter'; run: string; files: { path: string; bytes: Uint8Array }[] }
  | { type: 'finished'; run: string; reason: 'done' | 'stopped'; summary: RunSummary }
  | { type: 'failed'; run: string; error: RunError };

/** Options for loading from a hub. The token stays in the worker's memory for this one load and goes to the endpoint alone. */
export interface HubOptions {
  /** Branch, tag or commit; also as `owner/name@revision`. */
  revision?: string;
  /** Of a data set that holds several, each in a folder: the one that is wanted. */
  config?: string;
  /** Address of a mirror. */
  endpoint?: string;
  token?: string;
}

/** Form in which a trained model leaves. */
export interface ExportSpec {
  /** PEFT's adapter, an adapter that PEFT lacks as the one of PEFT's that computes the same, any other as the plain one that comes nearest, the merged model as a Hugging Face folder, as a page of its own, as ONNX or as GGUF, the experiment as a folder for Python. */
  format: 'peft' | 'equivalent' | 'nearest' | 'folder' | 'web' | 'onnx' | 'gguf' | 'python';
  /** Heading of a page; the data's title when left out. */
  title?: string;
  /** Head of the file's name; the run's name and its method when left out. */
  called?: string;
  /** Rank of the nearest one; 16 when left out. */
  rank?: number;
  /** Size at which the nearest one has the update's intruder dimensions, 0 to 1; 1 when left out. */
  scale_intruders?: number;
  /** Version whose names the layers of an adapter go by, where a family has two (`Generation`); the newest when left out. */
  transformers?: 4 | 5;
  /** Storage of matrices in ONNX, and in GGUF. */
  dtype?: OnnxDtype;
  gguf?: GgufDtype;
  /** Known facts about the run, for the card. */
  facts?: { data?: string; accuracy?: number; images?: number };
}

/** Form in which a trained model goes to a hub: as an adapter or a merged model. */
export type PushSpec = ExportSpec & { format: 'peft' | 'equivalent' | 'folder' };

/** Progress of an export or a push; `bytes` are those packed or sent so far, or the pictures held back that were looked at. */
export interface ExportEvent {
  stage: 'open' | 'images' | 'make' | 'held' | 'zip' | 'send';
  bytes: number;
  /** Bytes that are to be sent, once that is known. */
  total?: number;
}

/** Destination on a hub. The token stays in the worker's memory for this one push and goes to the endpoint alone. */
export interface HubTarget {
  /** As `owner/name`. */
  repository: string;
  /** Address of a mirror. */
  endpoint?: string;
  token: string;
  /** Private, where the repository is made. */
  hidden: boolean;
}

/** Result of putting something on a hub. */
export interface Pushed {
  /** Address of the repository. */
  url: string;
  /** Its hash. */
  commit: string;
}

/** An export as one file: a zip, where it is made of several. */
export interface Exported {
  name: string;
  file: Blob;
  verdict?: ExportVerdict;
  /** Remarks for the person; empty when there are none. */
  note: string;
}

/** Kind of data that is learned from. */
export type Medium = 'pictures' | 'texts';

export type ImportKind = KeptItem['kind'];

/** Copies of imports that the browser keeps for this project; `refusal` says why it keeps none, and is null when it does. */
export interface KeptImports {
  items: KeptItem[];
  refusal: string | null;
}

/** A repository of a hub that a project uses. */
export interface HubUse {
  kind: 'model' | 'dataset';
  id: string;
}

export interface ProjectContents {
  settings: Record<string, unknown>;
  edits: Record<string, unknown>;
  /** Records of the browser's database, handed over one by one when their turn comes. */
  records: { store: string; key: string }[];
  /** `KeptItem.key` of the imports that go along. */
  imports: string[];
  hub: HubUse[];
}

/** A project that was read from a file, checked, and lies ready beside the present one. */
export interface StagedProject {
  /** Time at which it was saved, in milliseconds of the epoch. */
  saved: number;
  settings: Record<string, unknown>;
  edits: Record<string, unknown>;
  hub: HubUse[];
  imports: { kind: ImportKind; id: string; bytes: number }[];
  /** Reason why the imports could not be kept; null when they were. */
  refusal: string | null;
}

/** A file that the person chose, with its path inside what was chosen. */
export interface ChosenFile {
  path: string;
  file: File;
}

/** An adapter that came from outside, as it was read onto a model. */
export interface AdapterInfo {
  method: string;
  /** Rank; null where the method has none. */
  r: number | null;
  /** The base model that its config names, from outside; empty when it names none. */
  base: string;
  adapter_parameters: number;
  head_parameters: number;
  /** Layers of the model that it changes. */
  layers: number;
  labels: string[];
  /** Size of the images it was trained on, where known. */
  image_size: number | null;
  /** Sentences on what a person should know of it. */
  warnings: string[];
}

/** An adapter that is tried, by its run, or a place between the pretrained model (0) and what the run trained (1). */
export type TrySpec = RunSpec & { at?: number; /** Its threshold for “none of these” is asked for, as an exported page has it. */ sure?: boolean };

/** The images that adapters are tried on, or the texts. */
export interface TryImages {
  title: string;
  names: string[];
  /** Of texts: their own words, which names may be too short for. */
  texts?: Omit<Excerpt, 'label'>[];
  /** Number of those that these were drawn from, by whose places they go. */
  of?: number;
  /** Their classes, or numbers, where they are the test images of a data set. */
  truths: string[] | null;
  notes: string[];
}

/** Source of images or texts to try: chosen files of the kind that the model takes, texts as they were typed, or the first `limit` test images or texts of a data set (0: all), drawn as a run's. */
export type TrySource = { name: string; files: ChosenFile[]; medium: Medium } | { texts: { first: string; second: string | null }[] } | { data: string; limit: number; edits?: Edits; text?: TextSettings };

/** A picture that was not opened from a file: what the camera shows now. */
export type Frame = Omit<Picture, 'label'>;

/** Unlabelled pictures in the order in which they teach most. */
export interface LabelOrder {
  /** Their names, and the likeliest classes, the first first; none before there is a run on these classes. */
  next: { name: string; top: Likely[] }[];
  unreadable: { name: string; reason: string }[];
}

/** Predictions of several models for one picture, with where they look. */
export interface TryLook {
  memory: ResidentMemory;
  /** By adapter, in the order asked for: the picture as the model sees it, and what it says of it. */
  seen: { key: string; picture: Frame; prediction: Prediction }[];
}

export interface TryEvent {
  /** `model` and `adapter` are being put on the GPU, then images are classified. */
  stage: 'model' | 'adapter' | 'images';
  name: string;
  done: number;
  total: number;
  /** Rows since the last event, by adapter. */
  rows?: { key: string; rows: Prediction[] }[];
}

/** Settings for generating text, by transformers' names; at temperature 0 the likeliest token follows. */
export interface GenerateSettings {
  max_new_tokens: number;
  temperature: number;
  /** Draws from so many of the likeliest tokens alone; 0 from all. */
  top_k?: number;
  /** Draws from the likeliest that together reach this share. */
  top_p?: number;
  seed: number;
  /** Beginnings that are followed side by side, of which the likeliest whole is said; with more than 1 nothing is drawn. */
  num_beams?: number;
}

/** Text of one adapter. */
export interface GeneratedText {
  key: string;
  text: string;
  /** That it is shorter than was asked for, and why. */
  note?: string;
}

/** Memory on the GPU: the model once, and what each adapter adds to it. */
export interface ResidentMemory {
  backbone: BytesByRole;
  adapters: { key: string; bytes: BytesByRole }[];
}

export interface TryResult {
  memory: ResidentMemory;
  /** By adapter, in the order asked for, with its classes as its probabilities have them; fewer rows than images when it was cancelled. */
  predictions: { key: string; rows: Prediction[]; labels: readonly string[] }[];
  cancelled: boolean;
  /** Of the adapters that were asked for it, and whose data are open. */
  thresholds: { key: string; threshold: Threshold }[];
  /** Of texts: how many are longer than the model reads, and how many tokens those are. */
  cut?: { texts: number; most: number };
  /** Of each text: its words that the model's tokenizer has no tokens for. */
  unknown?: string[][];
}

/** Device to compute on, as the person asked for it: `auto` is the graphics card, or the faster of a software adapter and the processor. */
export type DeviceChoice = 'auto' | 'webgpu' | 'wasm' | 'wasm-fused';
