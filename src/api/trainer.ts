import type { ImageList } from '../data/images';
import type { Dataset, RgbImage, Split } from '../data/source';
import { SaidError, said } from '../said/said';
import { completeTrain } from '../train/config';
import { evaluateOn } from '../train/evaluateRun';
import { splitBatches } from '../train/feeds';
import { openTrained } from '../train/openTrained';
import { classifying, predict } from '../train/predict';
import { recordEvaluation } from '../train/programs';
import type { Evaluation, Plan, Prediction, RunEvent, RunSpec, TrainConfig } from '../train/protocol';
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
}

function logOf(evaluation: Evaluation): EvaluationLog {
  const { loss, accuracy, split } = evaluation;
  const { balanced_accuracy, macro_f1 }: Scores = scoresOf(evaluation) ?? { balanced_accuracy: NaN, macro_f1: NaN };
  return { eval_loss: loss, eval_accuracy: accuracy, eval_balanced_accuracy: balanced_accuracy, eval_macro_f1: macro_f1, eval_split: split };
}

/** Pictures by name. */
function listed(given: ImageList | Split | readonly RgbImage[]): ImageList {
  if ('count' in given) return { count: given.count, name: (i) => given.name?.(i) ?? String(i), image: (i) => given.image(i) };
  return { count: given.length, name: String, image: (i) => given[i]! };
}

/** Trains the active adapter of a model on a data set. One training runs on a device at a time. */
export class Trainer {
  readonly model: PeftModel;
  readonly args: TrainConfig;
  private readonly data: Dataset;
  private readonly splits: RunSplits;

  /** Throws ConfigError where a setting is unknown or out of range, and DataError where too few pictures remain. */
  constructor({ model, args = {}, train_dataset }: { model: PeftModel; args?: TrainingSettings; train_dataset: Dataset }) {
    this.model = model;
    this.data = train_dataset;
    this.args = trainConfig({ frozen_dtype: model.base_model.dtype, ...args });
    this.splits = runSplits(train_dataset, this.args);
  }

  /** What a training will take: parameters, bytes by role, dispatches, steps. Nothing is allocated. Throws what the training would fail with. */
  plan(): Promise<Plan> {
    return this.session(() => {}).plan();
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
    const session = this.session((event) => {
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
      if (files) active.trained = await openTrained(this.device, { spec, files, model: this.model.base_model.loaded, data: this.data }, { vision: true });
    }
    if (failure) throw failure as SaidError;
  }

  /** How the model does on the test pictures. Throws ConfigError where its adapter has learned nothing. */
  async evaluate({ signal }: { signal?: AbortSignal } = {}): Promise<EvaluationLog & Pick<Evaluation, 'count' | 'per_class' | 'confusion'>> {
    const found = await evaluateOn(this.device, this.opened(), this.splits.test, this.data.classes.length, this.args, { step: 0, signal });
    const { count, per_class, confusion } = found;
    return { ...logOf(found), count, per_class, confusion };
  }

  /** The likeliest classes of pictures, the first first; those of a list, of a split (`dataset.test`), or in an array. Throws ConfigError where the adapter has learned nothing. */
  async predict(given: ImageList | Split | readonly RgbImage[], { top_k = 5 }: { top_k?: number } = {}): Promise<Prediction[]> {
    const images = listed(given);
    const opened = this.opened();
    const vision = opened.adapted.model;
    const { labels, image_size } = vision;
    return withPrograms(this.device, opened, this.args, images.count, recordEvaluation, (machine, programs) =>
      predict({ machine, programs: classifying(programs), labels, vision, image_size, preprocess: opened.model.preprocess }, images, Math.min(top_k, labels.length)),
    );
  }

  private get device() {
    return this.model.base_model.device;
  }

  private get spec(): RunSpec {
    const { loaded } = this.model.base_model;
    return { id: this.model.active_adapter, name: this.model.active_adapter, model: loaded.id, data: this.data.name, method: this.model.active.config, train: this.args };
  }

  private opened() {
    const { adapted, values } = this.model.learned();
    return { model: this.model.base_model.loaded, adapted, values };
  }

  private session(post: (event: RunEvent) => void): Session {
    const { loaded } = this.model.base_model;
    const { splits, args, spec, data } = this;
    const trained = this.model.active.trained;
    const { method, start } = trained ? startFrom(trained, data.classes) : { method: spec.method, start: undefined };
    return new Session(
      { spec: { ...spec, method }, model: loaded, device: this.device, splits, classes: data.classes, batches: splitBatches(splits.train, loaded.preprocess, args.image_size || loaded.vision.image_size, args), start, bases: trained?.bases },
      post,
    );
  }
}
