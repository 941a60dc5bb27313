import { Adapted } from '../adapters/adapted';
import type { ImageList } from '../data/images';
import { isContinuations } from '../data/kinds';
import type { Dataset, RgbImage, Split } from '../data/source';
import { textsOf } from '../data/split';
import { isTextModel } from '../models/text';
import { SaidError, said } from '../said/said';
import { completeTrain } from '../train/config';
import { evaluateOn } from '../train/evaluateRun';
import { trainBatches } from '../train/feeds';
import { openTrained } from '../train/openTrained';
import type { LoadedModel } from '../train/openModel';
import { classifying, predict } from '../train/predict';
import { textPredictions } from '../train/predictTexts';
import { recordEvaluation } from '../train/programs';
import type { Evaluation, Plan, Prediction, RunEvent, RunSpec, TrainConfig } from '../train/protocol';
import { Readings, type Reading } from '../train/readings';
import { scoresOf, type Scores } from '../train/scores.meta';
import { Session } from '../train/session';
import { runSplits, type RunSplits } from '../train/split';
import { startFrom } from '../train/startFrom';
import { withPrograms } from '../train/withPrograms';
import type { PeftModel } from './peft';

/** Settings whose names in transformers' TrainingArguments are other than the studio's. */
const spelled = {
  per_device_train_batch_size: 'batch',
  gradient_accumulation_steps: 'accumulate',
  learning_rate: 'lr',
  num_train_epochs: 'epochs',
  max_steps: 'steps',
  lr_scheduler_type: 'schedule',
  label_smoothing_factor: 'label_smoothing',
  gradient_checkpointing: 'checkpoint_activations',
  eval_steps: 'eval_every',
} as const satisfies Record<string, keyof TrainConfig>;

type Spelled = typeof spelled;

/** Settings of a training by transformers' names, and the studio's for what transformers has not. What is left out is as in the studio. */
export type TrainingSettings = { [name in keyof Spelled]?: TrainConfig[Spelled[name]] } & Partial<Omit<TrainConfig, Spelled[keyof Spelled]>>;

/** The same as a class, as transformers has it, whose values are checked when it is made. Throws ConfigError, which names a setting that is unknown or out of range. */
export const TrainingArguments = class {
  constructor(settings: TrainingSettings = {}) {
    trainConfig(settings);
    Object.assign(this, settings);
  }
} as new (settings?: TrainingSettings) => TrainingSettings;
export type TrainingArguments = TrainingSettings;

/** The same by the studio's names, complete. Throws ConfigError, which names a setting that is unknown or out of range. */
export function trainConfig(args: TrainingSettings): TrainConfig {
  const own = Object.entries(args).map(([name, value]) => [Object.hasOwn(spelled, name) ? spelled[name as keyof Spelled] : name, name === 'max_steps' ? Math.max(0, value as number) : value]);
  return completeTrain(Object.fromEntries(own) as Partial<TrainConfig>);
}

/** What a training says: of a step, or of an evaluation on the way and at its end. */
export type TrainLog = { step: number; epoch: number } & ({ loss: number; learning_rate: number; grad_norm: number } | EvaluationLog);

/** Shares from 0 to 1; `eval_split` says of which pictures. */
export interface EvaluationLog {
  eval_loss: number;
  eval_accuracy: number;
  eval_balanced_accuracy: number;
  eval_macro_f1: number;
  eval_split: Evaluation['split'];
  /** Of texts that are gone on with, where accuracy is that of their tokens. */
  eval_perplexity?: number;
  /** Of texts with choices: how often the likeliest is the right one, 0 to 1, and by the letter. */
  eval_choice_accuracy?: number;
  eval_choice_accuracy_norm?: number;
}

function logOf(evaluation: Evaluation): EvaluationLog {
  const { loss, accuracy, split, scores: others } = evaluation;
  const { balanced_accuracy, macro_f1 }: Scores = scoresOf(evaluation) ?? { balanced_accuracy: NaN, macro_f1: NaN };
  return { eval_loss: loss, eval_accuracy: accuracy, eval_balanced_accuracy: balanced_accuracy, eval_macro_f1: macro_f1, eval_split: split, ...(others?.perplexity !== undefined && { eval_perplexity: others.perplexity }), ...(others?.choice_accuracy !== undefined && { eval_choice_accuracy: others.choice_accuracy, eval_choice_accuracy_norm: others.choice_accuracy_norm }) };
}

/** Pictures by name. */
function listed(given: ImageList | Split | readonly RgbImage[]): ImageList {
  if ('count' in given) return { count: given.count, name: (i) => given.name?.(i) ?? String(i), image: (i) => given.image(i) };
  return { count: given.length, name: String, image: (i) => given[i]! };
}

/** Texts by their own words. */
const wordsOf = (given: readonly string[]): Split => ({ ...textsOf(given.map((first) => ({ first, second: null }))), name: (i) => given[i]! });

/** Trains the active adapter of a model on a data set. One training runs on a device at a time. */
export class Trainer {
  readonly model: PeftModel;
  readonly args: TrainConfig;
  private readonly data: Dataset;
  private readonly splits: RunSplits;
  private readonly text: RunSpec['text'];
  private readonly readings = new Readings();

  /** `max_length`: most tokens of a text, 128 or what the longest needs when left out. Throws ConfigError where a setting is unknown or out of range, and DataError where too few pictures or texts remain. */
  constructor({ model, args = {}, train_dataset, max_length }: { model: PeftModel; args?: TrainingSettings; train_dataset: Dataset; max_length?: number }) {
    this.model = model;
    const { text } = model.base_model;
    this.text = text && { ...text, ...(isContinuations(train_dataset) && { ...train_dataset.templates, ...(train_dataset.chat && { chat: true }) }), ...(max_length !== undefined && { max_length }) };
    this.data = train_dataset;
    this.args = trainConfig({ frozen_dtype: model.base_model.dtype, ...args });
    this.splits = runSplits(train_dataset, this.args);
  }

  /** What a training will take: parameters, bytes by role, dispatches, steps. Nothing is allocated. Throws what the training would fail with. */
  async plan(): Promise<Plan> {
    return (await this.session(() => {})).plan();
  }

  /**
   * Trains, and yields what each step and each evaluation says as it comes. At the end, or where `signal` stops it, the active
   * adapter has what was learned: the best weights by the evaluations, or the last. Leaving the loop stops it too. Throws what went wrong.
   */
  async *train({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<TrainLog> {
    const { batch, accumulate } = this.args;
    const { spec, model: { active } } = this;
    const waiting: TrainLog[] = [];
    let wake = (): void => {};
    let over = false;
    let failure: SaidError | null = null;
    let files: Extract<RunEvent, { type: 'adapter' }>['files'] | null = null;
    const epochOf = (step: number): number => (step * batch * accumulate) / this.splits.train.count;
    const session = await this.session((event) => {
      if (event.type === 'step') waiting.push({ step: event.point.step, epoch: epochOf(event.point.step), loss: event.point.loss, learning_rate: event.point.lr, grad_norm: event.point.grad_norm });
      else if (event.type === 'evaluation') waiting.push({ step: event.evaluation.step, epoch: epochOf(event.evaluation.step), ...logOf(event.evaluation) });
      else if (event.type === 'adapter') ({ files } = event);
      else if (event.type === 'failed') failure = new SaidError(event.error.said?.message ?? said`${event.error.message}`);
      wake();
    });
    const stop = (): void => session.stop();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    const ended = session.run().then(() => {
      over = true;
      wake();
    });
    try {
      while (!over || waiting.length > 0) {
        const log = waiting.shift();
        if (log) yield log;
        else await new Promise<void>((woken) => (wake = woken));
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', stop);
      await ended;
      if (files) active.trained = await openTrained(this.device, { spec, files, model: (await this.reading()).model, data: this.data }, { vision: true });
    }
    if (failure) throw failure as SaidError;
  }

  /** How the model does on the test pictures. Throws ConfigError where its adapter has learned nothing. */
  async evaluate({ signal }: { signal?: AbortSignal } = {}): Promise<EvaluationLog & Pick<Evaluation, 'count' | 'per_class' | 'confusion'>> {
    const { feedOf, ...opened } = await this.opened();
    const found = await evaluateOn(this.device, opened, this.splits.test, this.data.classes.length, this.args, { step: 0, signal, feedOf });
    const { count, per_class, confusion } = found;
    return { ...logOf(found), count, per_class, confusion };
  }

  /** The likeliest classes of pictures or texts, the first first; those of a list, of a split (`dataset.test`), or in an array. Throws ConfigError where the adapter has learned nothing. */
  async predict(given: ImageList | Split | readonly RgbImage[] | readonly string[], { top_k = 5 }: { top_k?: number } = {}): Promise<Prediction[]> {
    if (this.text) return this.predictTexts(given as Split | readonly string[], top_k);
    return this.predictImages(given as ImageList | Split | readonly RgbImage[], top_k);
  }

  private async predictTexts(given: Split | readonly string[], top_k: number): Promise<Prediction[]> {
    const texts = 'text' in given ? (given as Split) : wordsOf(given as readonly string[]);
    const { feedOf, ...opened } = await this.opened(true);
    const { labels } = opened.adapted.model;
    return withPrograms(this.device, opened, this.args, texts.count, recordEvaluation, async (machine, programs) => {
      const predictor = { machine, programs: classifying(programs), labels, net: opened.adapted.model, image_size: 0, preprocess: opened.model.preprocess };
      const out: Prediction[] = [];
      for await (const [rows] of textPredictions([predictor], texts, feedOf!(texts), { topK: Math.min(top_k, labels.length) })) out.push(...rows!);
      return out;
    });
  }

  private async predictImages(given: ImageList | Split | readonly RgbImage[], top_k: number): Promise<Prediction[]> {
    const images = listed(given);
    const opened = await this.opened();
    const net = opened.adapted.model;
    const { labels, image_size } = net;
    return withPrograms(this.device, opened, this.args, images.count, recordEvaluation, (machine, programs) =>
      predict({ machine, programs: classifying(programs), labels, net, image_size, preprocess: opened.model.preprocess }, images, Math.min(top_k, labels.length)),
    );
  }

  private get device() {
    return this.model.base_model.device;
  }

  private get spec(): RunSpec {
    const { loaded } = this.model.base_model;
    return { id: this.model.active_adapter, name: this.model.active_adapter, model: loaded.id, data: this.data.name, method: this.model.active.config, train: this.args, ...(this.text && { text: this.text }) };
  }

  /** The adapter on the model that reads the data, or, with `any`, other texts too. */
  private async opened(any = false) {
    const { adapted, values, bases } = this.model.learned();
    const { model, feedOf } = await this.reading(any);
    // A saved adapter was opened before anybody knew how long texts would be.
    const form = isTextModel(model.net) ? new Adapted(adapted.model.with({ tokens: model.net.language.tokens }), adapted.config, bases) : adapted;
    return { model, adapted: form, values, feedOf };
  }

  /** The model in the form that reads the data. */
  private reading(any = false): Promise<Reading<LoadedModel>> {
    return this.readings.of(this.model.base_model.loaded, { as: () => Promise.resolve(this.data), with: () => Promise.resolve(this.data) }, { text: this.text }, any);
  }

  private async session(post: (event: RunEvent) => void): Promise<Session> {
    const { model: loaded, feedOf } = await this.reading();
    const { splits, args, spec, data } = this;
    const trained = this.model.active.trained;
    const { method, start } = trained ? startFrom(trained, data.classes) : { method: spec.method, start: undefined };
    return new Session(
      { spec: { ...spec, method }, model: loaded, device: this.device, splits, classes: data.classes, batches: trainBatches(splits.train, loaded, args, feedOf), feedOf, start, bases: trained?.bases },
      post,
    );
  }
}
