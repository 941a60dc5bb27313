import { Adapted } from '../adapters/adapted';
import type { SavedFile } from '../adapters/files';
import type { ImageList } from '../data/images';
import { isContinuations } from '../data/kinds';
import type { Dataset, RgbImage, Split } from '../data/source';
import { textsOf } from '../data/split';
import { FullrankError } from '../errors/errors';
import { isTextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { completeTrain, trainerNames } from '../train/config';
import { evaluateOn, type EvaluateOptions } from '../train/evaluateOn';
import { trainBatches } from '../train/feeds';
import { openTrained } from '../train/openTrained';
import type { LoadedModel } from '../train/openModel';
import { Plans } from '../train/plan';
import { classifying, predict } from '../train/predict';
import { textPredictions } from '../train/predictTexts';
import { recordEvaluation } from '../train/programs';
import type { Evaluation, Plan, Prediction, RateSearch, RateTrial, RunEvent, RunSpec, TrainConfig } from '../train/protocol';
import { Readings, type Reading } from '../train/readings';
import { scoresOf, type Scores } from '../train/scores.meta';
import { searchRate, type RateFollower } from '../train/searchRate';
import { Session } from '../train/session';
import { sharedItems } from '../train/shared';
import { runSplits, type RunSplits } from '../train/split';
import { startFrom } from '../train/startFrom';
import { withPrograms } from '../train/withPrograms';
import type { PeftModel } from './peft';

type Spelled = typeof trainerNames;

/** Settings of a training by transformers' names, and by the studio's where transformers has none. What is left out is as in the studio. */
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
export function trainConfig(args: TrainingSettings | TrainConfig): TrainConfig {
  const own = Object.entries(args).map(([name, value]): [string, unknown] => [Object.hasOwn(trainerNames, name) ? trainerNames[name as keyof Spelled] : name, name === 'max_steps' ? Math.max(0, value as number) : value]);
  return completeTrain(Object.fromEntries(own));
}

/** `resume_from_checkpoint`: the bytes of a checkpoint that an earlier training of the same settings has said, to go on from its step. */
export interface ResumeOptions {
  resume_from_checkpoint?: Uint8Array | null;
}

/** Of `find_learning_rate`. */
export interface FindRateOptions extends Omit<RateFollower, 'opened'> {
  /** Ends the search with the best so far. */
  signal?: AbortSignal;
  /** Trials of an earlier search of the same settings, as `tried` reported them. */
  looks?: readonly RateTrial[];
}

/** Report of a training: of a step, or of an evaluation on the way and at its end. */
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
  return { count: given.length, name: String, image: (i) => defined(given[i]) };
}

/** Texts by their own words. */
const wordsOf = (given: readonly string[]): Split => ({ ...textsOf(given.map((first) => ({ first, second: null }))), name: (i) => defined(given[i]) });

export interface TrainerOptions {
  model: PeftModel;
  args?: TrainingSettings | TrainConfig;
  train_dataset: Dataset;
  /** Most tokens of a text, 128 or what the longest needs when left out. */
  max_length?: number;
  /** Plans that several trainers share: runs that differ in their seed alone are planned once. */
  plans?: Plans;
}

/** Trains the active adapter of a model on a data set. One training runs on a device at a time. The studio trains with it too. */
export class Trainer {
  readonly model: PeftModel;
  readonly args: TrainConfig;
  private readonly data: Dataset;
  private readonly text: RunSpec['text'];
  private readonly plans: Plans;
  private readonly readings = new Readings();
  private split: { data: Dataset; splits: RunSplits } | null = null;
  /** The session that goes on, and whether the training was stopped before there was one. */
  private session: Session | null = null;
  private stopped = false;

  /** Throws ConfigError where a setting is unknown or out of range, and DataError where too few pictures or texts remain. */
  constructor({ model, args = {}, train_dataset, max_length, plans = new Plans() }: TrainerOptions) {
    this.model = model;
    this.plans = plans;
    const { text } = model.base_model;
    this.text = text && { ...text, ...(isContinuations(train_dataset) && { ...train_dataset.templates, ...(train_dataset.chat && { chat: true }) }), ...(max_length !== undefined && { max_length }) };
    this.data = train_dataset;
    this.args = trainConfig({ frozen_dtype: model.base_model.dtype, ...args });
    // Too few are said before anything is waited for.
    this.splitsOf(train_dataset);
  }

  /** The splits of the data as they are read, drawn once. */
  private splitsOf(data: Dataset): RunSplits {
    if (this.split?.data !== data) this.split = { data, splits: runSplits(data, this.args) };
    return this.split.splits;
  }

  /** Plans a training: parameters, bytes by role, dispatches, steps. Nothing is allocated. Throws what the training would fail with. */
  async plan(): Promise<Plan> {
    return (await this.open(() => {})).plan();
  }

  /**
   * Finds the learning rate on training pictures or texts that are held back, takes it, and says what was tried. It takes up to about
   * three trainings' time (`rateCost`) and can be paused and stopped as a training, or by `signal`: then the best so far is taken. `looks` are those
   * that a search of the same settings said before it was stopped, which goes on from there. Throws DataError when too few can be held back, RateError
   * when every rate diverges, and EngineError of kind `aborted` when it was stopped before every rate was looked at.
   */
  async find_learning_rate({ signal, looks, ...follower }: FindRateOptions = {}): Promise<RateSearch> {
    const { model, data, feedOf } = await this.reading();
    const { start, method, bases } = this.begun(data);
    const enough = () => this.session?.stop();
    signal?.addEventListener('abort', enough);
    try {
      const opened = (session: Session) => {
        this.goOn(session);
        if (signal?.aborted) session.stop();
      };
      const search = await searchRate({ spec: { ...this.spec, method, train: this.args }, model, data, feedOf, device: this.device, plans: this.plans, start, bases, tried: looks }, { ...follower, opened });
      this.args.lr = search.lr;
      return search;
    } finally {
      signal?.removeEventListener('abort', enough);
      this.ended();
    }
  }

  /**
   * Trains, and yields what each step and each evaluation says as it comes. At the end, or where `signal` stops it, the active
   * adapter has what was learned: the best weights by the evaluations, or the last. Leaving the loop stops it too. Throws what went wrong.
   */
  async *train({ signal, resume_from_checkpoint }: { signal?: AbortSignal } & ResumeOptions = {}): AsyncGenerator<TrainLog> {
    const { batch, accumulate } = this.args;
    const waiting: TrainLog[] = [];
    let wake = (): void => {};
    let over = false;
    let failure: FullrankError | null = null;
    let files: SavedFile[] | null = null;
    const { count } = this.splitsOf((await this.reading()).data).train;
    const epochOf = (step: number): number => (step * batch * accumulate) / count;
    const stop = (): void => this.stop();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    const ended = this.run(
      (event) => {
        if (event.type === 'step') waiting.push({ step: event.point.step, epoch: epochOf(event.point.step), loss: event.point.loss, learning_rate: event.point.lr, grad_norm: event.point.grad_norm });
        else if (event.type === 'evaluation') waiting.push({ step: event.evaluation.step, epoch: epochOf(event.evaluation.step), ...logOf(event.evaluation) });
        else if (event.type === 'adapter') ({ files } = event);
        else if (event.type === 'failed') failure = new FullrankError(event.error.message);
        wake();
      },
      { resume_from_checkpoint },
    ).finally(() => {
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
      if (!over) stop();
      signal?.removeEventListener('abort', stop);
      await ended;
      if (files) await this.load(files);
    }
    if (failure) throw failure as FullrankError;
  }

  /**
   * Trains, and says all that happens while it does: phases, the plan, steps, evaluations, checkpoints, and at its end the adapter's
   * files or what went wrong. The active adapter stays as it was. Throws where the model and the data do not go together; what fails later is said.
   */
  async run(post: (event: RunEvent) => void, { resume_from_checkpoint }: ResumeOptions = {}): Promise<void> {
    try {
      await this.goOn(await this.open(post, resume_from_checkpoint)).run();
    } finally {
      this.ended();
    }
  }

  private goOn(session: Session): Session {
    this.session = session;
    if (this.stopped) session.stop();
    return session;
  }

  private ended(): void {
    this.session = null;
    this.stopped = false;
  }

  /** Waits after the step that goes on, until `resume`. */
  pause(): void {
    this.session?.pause();
  }

  resume(): void {
    this.session?.resume();
  }

  /** One step of a training that is paused. */
  step(): void {
    this.session?.step();
  }

  /** Times the next step by kernel. */
  time(): void {
    this.session?.time();
  }

  /** Ends what goes on after its step, or the next training at its beginning: what was learned is kept. */
  stop(): void {
    this.stopped = true;
    this.session?.stop();
  }

  /** Gives the active adapter what its files hold that a training has said. Throws FormatError, ConfigError, ModelError, or DataError. */
  async load(files: SavedFile[], { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const { model, data } = await this.reading();
    this.model.active.trained = await openTrained(this.device, { spec: this.spec, files, model, data }, { vision: true, signal });
  }

  /** Evaluates the model on the test pictures. Throws ConfigError if its adapter has learned nothing. */
  async evaluate(options: Pick<EvaluateOptions, 'signal' | 'progress'> = {}): Promise<EvaluationLog & Pick<Evaluation, 'count' | 'per_class' | 'confusion'>> {
    const found = await this.evaluation({ step: 0, ...options });
    const { count, per_class, confusion } = found;
    return { ...logOf(found), count, per_class, confusion };
  }

  /** The same as an evaluation at the end of a training says it, of the weights of a step. */
  async evaluation(options: Omit<EvaluateOptions, 'feedOf'>): Promise<Evaluation> {
    const { feedOf, data, ...opened } = await this.opened();
    return evaluateOn(this.device, opened, this.splitsOf(data).test, data.classes.length, this.args, { ...options, feedOf });
  }

  /** The likeliest classes of pictures or texts, the first first; those of a list, of a split (`dataset.test`), or in an array. Throws ConfigError where the adapter has learned nothing. */
  async predict(given: ImageList | Split | readonly RgbImage[] | readonly string[], { top_k = 5 }: { top_k?: number } = {}): Promise<Prediction[]> {
    if (this.text) return this.predictTexts(given as Split | readonly string[], top_k);
    return this.predictImages(given as ImageList | Split | readonly RgbImage[], top_k);
  }

  private async predictTexts(given: Split | readonly string[], top_k: number): Promise<Prediction[]> {
    const texts = 'text' in given ? given : wordsOf(given as readonly string[]);
    const { feedOf, ...opened } = await this.opened(true);
    const { labels } = opened.adapted.model;
    return withPrograms(this.device, opened, this.args, texts.count, recordEvaluation, async (machine, programs) => {
      const predictor = { machine, programs: classifying(programs), labels, net: opened.adapted.model, image_size: 0, preprocess: opened.model.preprocess };
      const out: Prediction[] = [];
      for await (const [rows] of textPredictions([predictor], texts, feedOf!(texts), { topK: Math.min(top_k, labels.length) })) out.push(...defined(rows));
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

  /** The training, as a run of the studio. */
  protected get spec(): RunSpec {
    const { loaded } = this.model.base_model;
    return { id: this.model.active_adapter, name: this.model.active_adapter, model: loaded.id, data: this.data.name, method: this.model.active.config, train: this.args, ...(this.text && { text: this.text }) };
  }

  /** The data, and the model in the form that reads them, or, with `any`, other texts too. */
  protected reading(any = false): Promise<Reading<LoadedModel>> {
    return this.readings.of(this.model.base_model.loaded, { as: () => Promise.resolve(this.data), with: () => Promise.resolve(this.data) }, { text: this.text }, any);
  }

  /** The adapter on the model that reads the data, or, with `any`, other texts too. */
  private async opened(any = false) {
    const { adapted, values, bases } = this.model.learned();
    const { model, data, feedOf } = await this.reading(any);
    // A saved adapter was opened before anybody knew how long texts would be.
    const form = isTextModel(model.net) ? new Adapted(adapted.model.with({ tokens: model.net.language.tokens }), adapted.config, bases) : adapted;
    return { model, data, adapted: form, values, feedOf };
  }

  /** Start of a training: the values that the active adapter has learned on these classes, or nothing. */
  private begun({ classes }: Dataset) {
    const { trained } = this.model.active;
    return { method: this.spec.method, start: undefined, ...(trained && startFrom(trained, classes)), bases: trained?.bases };
  }

  private async open(post: (event: RunEvent) => void, resume: Uint8Array | null = null): Promise<Session> {
    const { model, data, feedOf } = await this.reading();
    const { args, plans } = this;
    const { method, ...begun } = this.begun(data);
    const splits = this.splitsOf(data);
    return new Session({ spec: { ...this.spec, method, train: args }, model, device: this.device, splits, classes: data.classes, batches: trainBatches(splits.train, model, args, feedOf), feedOf, shared: () => sharedItems(data, splits.train, splits.test), ...begun, nameImages: true, resume, plans }, post);
  }
}
