import { limitRules } from '../data/limit';
import { fieldGroups, type FieldGroup } from '../adapters/field';
import { checkField, ConfigError, methodFields, type Field } from '../adapters/fields';
import { didYouMean } from '../errors/near';
import { cut } from '../errors/text';
import { defined } from '../numbers/defined';
import { losses } from '../tasks/losses.meta';
import { classWeightsText } from '../tasks/classWeights.meta';
import type { FrozenDtype, MethodConfig, RunSpec, TrainConfig } from './protocol';

export { fieldGroups, type FieldGroup };

type More = Pick<Field, 'unit' | 'percent' | 'empty'>;
const number = (group: FieldGroup, name: keyof TrainConfig, label: string, value: number, min: number, max: number, help: string, more: More = {}): Field => ({ name, label, kind: 'number', default: value, min, max, help, group, ...more });
const integer = (...[group, name, label, value, min, max, help, more]: Parameters<typeof number>): Field => ({ ...number(group, name, label, value, min, max, help, more), kind: 'integer' });
const flag = (group: FieldGroup, name: keyof TrainConfig, label: string, help: string): Field => ({ name, label, kind: 'boolean', default: false, help, group });
/** 0, which stands for "not set". */
const zero = (means: string): Field['empty'] => ({ value: 0, means });

/** Storage types of frozen weights, the largest first. */
export const frozenDtypes: readonly FrozenDtype[] = ['f32', 'f16', 'q8', 'nf4'];

/** All training settings with default, range, group and one line of help: forms, command-line flags and checks are made from them. */
export const trainFields: Field[] = [
  integer('length', 'steps', 'Steps', 0, 0, 1_000_000, 'Optimizer steps.', { unit: 'steps', empty: zero('as the epochs say') }),
  number('length', 'epochs', 'Epochs', 3, 0, 10_000, 'Passes over the training pictures, if no steps are set.', { unit: 'epochs' }),
  integer('length', 'early_stopping_patience', 'Early stopping', 0, 0, 1000, 'Ends the run after so many evaluations in a row without a lower loss on validation pictures; the best weights are kept. Where no validation share is set, a tenth of the training pictures is held out, some of each class; where no evaluations are set, there are twenty.', { unit: 'evaluations', empty: zero('off') }),
  number('length', 'early_stopping_threshold', 'Least improvement', 0, 0, 100, 'By how much the validation loss must fall to count as lower for early stopping.', { empty: zero('however little') }),
  integer('optimisation', 'batch', 'Batch', 32, 1, 4096, 'Pictures in a (micro-)batch; more of them need more memory.', { unit: 'pictures' }),
  number('optimisation', 'lr', 'Learning rate', 0, 0, 10, 'Peak learning rate.', { empty: zero("the method's own") }),
  number('optimisation', 'head_lr', 'Learning rate of the head', 0, 0, 10, 'Peak learning rate of the classification head.', { empty: zero("same as the method's") }),
  number('optimisation', 'weight_decay', 'Weight decay', 0.05, 0, 10, 'Decoupled decay (AdamW) of everything that is trained.'),
  integer('optimisation', 'warmup_steps', 'Warm-up', -1, -1, 1_000_000, 'Steps over which the learning rate rises from 0.', { unit: 'steps', empty: { value: -1, means: 'a tenth of all' } }),
  { name: 'schedule', label: 'Schedule', kind: 'choice', default: 'cosine', choices: ['cosine', 'constant', 'linear'], help: 'Learning rate after the warm-up: down to 0 along a cosine or a line, or constant.', group: 'optimisation' },
  number('optimisation', 'max_grad_norm', 'Gradient clipping', 1, 0, 1e6, 'Largest norm of the gradient; a larger gradient is scaled down to it.', { empty: zero('no clipping') }),
  integer('memory', 'accumulate', 'Accumulation', 1, 1, 1024, 'Micro-batches per optimizer step: a larger batch without more memory.', { unit: 'batches' }),
  integer('memory', 'memory_limit', 'Memory limit', 0, 0, 1e6, 'Most memory that a step may take. A batch that needs more is divided by itself into as few equal micro-batches as fit, with the same result up to rounding.', { unit: 'MiB', empty: zero('what the device allows') }),
  number('optimisation', 'label_smoothing', 'Label smoothing', 0, 0, 0.9, 'Share of each label spread over all classes.'),
  { name: 'class_weights', label: 'Class weights', kind: 'text', default: null, help: 'How much each class counts in the training loss: balanced, so that rare classes count as much as frequent ones, or a number for each class in their order, with commas between. Evaluations count all pictures the same.', empty: { value: null, means: 'none' }, group: 'optimisation' },
  number('optimisation', 'layer_decay', 'Rate decay by layer', 1, 0.01, 1, 'What is left of the learning rate from one block to the one below it: the head learns at the full rate, the last block at this share of it, the one below at its square, the embeddings least. What all layers share learns at the full rate.', { empty: { value: 1, means: 'the same rate in all' } }),
  number('optimisation', 'ema_decay', 'Averaged weights', 0, 0, 0.99999, 'Decay of a moving average of the trained weights (EMA), which is measured, kept as the best and saved instead of them; smaller at first, (1 + t) / (10 + t) after t steps.', { empty: zero('none') }),
  integer('data', 'shots', 'Shots', 0, 0, 100_000, 'Training pictures of each class (few-shot learning).', { unit: 'pictures', empty: zero('all') }),
  integer('data', 'train_limit', 'Training pictures', 0, 0, 1e7, 'Largest number of training pictures; the rule of limits says which.', { unit: 'pictures', empty: zero('all') }),
  integer('data', 'test_limit', 'Test pictures', 0, 0, 1e7, 'Largest number of test pictures; the rule of limits says which.', { unit: 'pictures', empty: zero('all') }),
  { name: 'limit_rule', label: 'Rule of limits', kind: 'choice', default: 'stratified', choices: [...limitRules], help: 'Which pictures a limit takes: stratified draws each class in proportion, the same pictures for every run; first takes the first in order, as runs of earlier versions did.', group: 'data' },
  number('data', 'val_fraction', 'Validation share', 0, 0, 0.5, 'Part of the training pictures held out to follow the run and choose its best weights. Data with validation pictures of its own uses those. Without any, or with very few, the last weights are kept.', { percent: true, empty: zero('none') }),
  integer('optimisation', 'seed', 'Seed', 0, 0, 2 ** 31, 'Sets the initial values, the order of pictures, augmentation and dropout.'),
  flag('data', 'crop', 'Random crop', 'Random resized crop of half to all of the picture.'),
  flag('data', 'flip', 'Random flip', 'Mirror half of the pictures at random.'),
  number('data', 'mixup_alpha', 'Mixup', 0, 0, 32, 'Mixes each picture and its label with another of the step, in shares from Beta(alpha, alpha), drawn anew for each step; usually 0.2 to 0.8. The accuracy of training counts the label with the larger share.', { empty: zero('off') }),
  number('data', 'cutmix_alpha', 'Cutmix', 0, 0, 32, 'Puts a box of another picture of the step into each one, and shares the label by area, from Beta(alpha, alpha); usually 1. With mixup as well, each has half of the steps.', { empty: zero('off') }),
  integer('data', 'image_size', 'Input size', 0, 0, 1024, 'Width and height of the input. At another size than the model was trained with, whole pictures are resized to a square, bilinearly, and positions are interpolated.', { unit: 'px', empty: zero("the model's own") }),
  integer('logging', 'eval_every', 'Evaluate every', 0, 0, 1e6, 'Steps between evaluations.', { unit: 'steps', empty: zero('only at the end') }),
  integer('logging', 'checkpoint_every', 'Checkpoint every', 0, 0, 1e6, 'Steps between checkpoints, from which an interrupted run resumes.', { unit: 'steps', empty: zero('never') }),
  integer('logging', 'snapshots', 'Snapshots for the landscape', 0, 0, 64, 'Number of evenly spaced snapshots of the trained weights, besides the one at the start, that draw the path of training in a loss landscape; at most 64 MiB in all.', { empty: zero('none') }),
  { name: 'frozen_dtype', label: 'Frozen weights', kind: 'choice', default: 'f32', choices: [...frozenDtypes], help: 'Storage of weights that do not learn; f16 halves their memory, q8 (8 bits) takes little more than a quarter and rounds each weight by up to 1/254 of the largest near it; nf4 (the 4 bits of QLoRA) takes a seventh for layers and rounds by up to a sixth of the largest, while tables of embeddings stay in f16.', group: 'memory' },
  { name: 'loss', label: 'Loss', kind: 'choice', default: defined(losses[0]), choices: losses, help: 'Cross entropy over the classes, or CLIP\'s contrastive loss of pictures against texts, which trains both towers.', group: 'optimisation' },
  { name: 'head', label: 'Head', kind: 'choice', default: 'auto', choices: ['auto', 'text', 'new'], help: 'CLIP: classify by the features of the class names (text), or by a new trained classifier; auto takes text where the model has a tokenizer.', group: 'optimisation' },
  { name: 'templates', label: 'Prompt templates', kind: 'text', default: 'a photo of a {}.', help: 'CLIP: texts with {} for the class, one per line or separated by |; features are averaged over them.', group: 'data' },
  flag('memory', 'checkpoint_activations', 'Recompute activations', 'Keep no activations inside a block and recompute them in the backward pass: less memory, more time.'),
];

/** At an equal budget a method takes at most so many times the work of a step of full fine-tuning, where nothing else is said. */
export const MAX_WORK = 1.3;

/**
 * Trainable parameters to aim at when none were chosen, for a model of so many: a nineteenth of it in two digits. Of the built-in
 * one that is 43,000, which RandLoRA, LoRA, DoRA and NoLA all meet within 5 %, and what the recorded comparison has.
 */
export const defaultBudget = (parameters: number): number => Math.max(1, Number((parameters / 19).toPrecision(2)));

/** Examples of a batch where a step on the usual number takes seconds. */
export const SMALL_BATCH = 16;

/** Defaults of all training settings. */
export const trainDefaults = Object.fromEntries(trainFields.map((f) => [f.name, f.default])) as unknown as TrainConfig;

/** Settings whose names in transformers' TrainingArguments are other ones. */
export const trainerNames = {
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

/** A complete training config: defaults filled in, values checked, unknown settings refused by name. Throws ConfigError. */
export function completeTrain(config: Partial<TrainConfig>): TrainConfig {
  const unknown = Object.keys(config).filter((k) => !trainFields.some((f) => f.name === k));
  if (unknown.length) throw new ConfigError(`Training has no setting ${cut(unknown.join(', '))}.${didYouMean(defined(unknown[0]), trainFields.map((f) => f.name), trainerNames)}`);
  const complete = Object.fromEntries(trainFields.map((f) => [f.name, checkField(f, (config as Record<string, unknown>)[f.name])])) as unknown as TrainConfig;
  return { ...complete, class_weights: classWeightsText(complete.class_weights) };
}

/** Settings that runs of before do not have: as they are by default, they change nothing. */
const later = ['early_stopping_patience', 'early_stopping_threshold', 'class_weights', 'mixup_alpha', 'cutmix_alpha', 'layer_decay', 'ema_decay', 'memory_limit'] as const satisfies (keyof TrainConfig)[];
const ofBefore = Object.fromEntries(later.map((name) => [name, trainDefaults[name]])) as Pick<TrainConfig, (typeof later)[number]>;

/** Says of a kept run's settings what those of before do not say: how its limits were drawn (before `limit_rule` they took the first images), and `later` ones. */
export function withRule<T extends Partial<TrainConfig>>(train: T): T & typeof ofBefore & Pick<TrainConfig, 'limit_rule'> {
  return { ...ofBefore, ...train, limit_rule: train.limit_rule ?? (train.train_limit || train.test_limit ? 'first' : 'stratified') };
}

/** The complete settings of a run that was kept, whatever version wrote it. Throws as `completeTrain`. */
export const keptTrain = (train: Partial<TrainConfig>): TrainConfig => completeTrain(withRule(train));

/** Learning rates of a run: the method's own where none is given, the head's the same where none is given. */
export function learningRates(method: MethodConfig, train: TrainConfig): { lr: number; headLr: number } {
  const lr = train.lr || defined(methodFields[method.method]).lr;
  return { lr, headLr: train.head_lr || lr };
}

/** Steps of a run over `images` training images, and of its warm-up. */
export function totalSteps(train: TrainConfig, images: number): { steps: number; warmup: number } {
  const perEpoch = Math.max(1, Math.ceil(images / (train.batch * train.accumulate)));
  const steps = train.steps || Math.max(1, Math.round(train.epochs * perEpoch));
  return { steps, warmup: train.warmup_steps < 0 ? Math.round(steps / 10) : Math.min(train.warmup_steps, steps) };
}

/** Share of the training images that early stopping takes where no validation share is set, and evaluations of a run where none are. */
const STOPPING = { share: 0.1, evaluations: 20 };

/** Steps between evaluations in a run of so many; 0 for none on the way. */
export const evaluationsEvery = ({ eval_every, early_stopping_patience }: TrainConfig, steps: number): number =>
  eval_every || (early_stopping_patience > 0 ? Math.max(1, Math.round(steps / STOPPING.evaluations)) : 0);

/** True if a run holds back training images to be followed on, where the data brings none. */
export const holdsBack = ({ val_fraction = 0, early_stopping_patience = 0 }: Partial<TrainConfig>): boolean => val_fraction > 0 || early_stopping_patience > 0;

/**
 * Training images that a run holds back, of so many of each class: the validation share, or a tenth for early stopping, of which each
 * class that has more than one image gives at least one, and keeps one.
 */
export function heldCount({ val_fraction, early_stopping_patience }: Pick<TrainConfig, 'val_fraction' | 'early_stopping_patience'>, counts: readonly number[]): number {
  const sum = (of: readonly number[]) => of.reduce((all, n) => all + n, 0);
  if (val_fraction > 0 || !early_stopping_patience) return Math.round(val_fraction * sum(counts));
  const able = counts.filter((n) => n > 1);
  return Math.min(sum(able) - able.length, Math.max(Math.round(STOPPING.share * sum(counts)), able.length));
}

/** The least images that best weights are chosen by, and no fewer than one a class: what fewer say is chance. */
const LEAST_TO_CHOOSE = 5;

/** True if so many validation images choose the best weights; otherwise the last are kept. Early stopping has its own measure of when to end, and goes back. */
export const choosesBest = (held: number, classes: number, stopsEarly: boolean): boolean => stopsEarly || held >= Math.max(LEAST_TO_CHOOSE, classes);

/** Everything that two runs on the same data, edited alike (`runPrint`), must have in common to compute the same: all but name, id, how often things are looked at or written, and how a batch is divided. */
export function fingerprint(spec: RunSpec): string {
  const { train_limit, test_limit, limit_rule, early_stopping_patience, val_fraction, shots } = spec.train;
  // Which images a run takes or holds back of each class is drawn by streams of their own; a checkpoint of before them is of other images.
  const drawn = shots > 0 || (early_stopping_patience > 0 && !(val_fraction > 0));
  // Written only where they matter: checkpoints of before them have none.
  const unset = later.filter((name) => (spec.train[name] ?? ofBefore[name]) === ofBefore[name]);
  const skipped = new Set<string>(['checkpoint_every', 'snapshots', 'memory_limit', ...unset]);
  // Early stopping ends a run by its evaluations.
  if (!(early_stopping_patience > 0)) skipped.add('eval_every');
  if (limit_rule === 'first' || (!train_limit && !test_limit)) skipped.add('limit_rule');
  const train = Object.entries(spec.train).filter(([name]) => !skipped.has(name));
  return JSON.stringify([spec.model, spec.data, Object.entries(spec.method).sort(), train.sort(), ...(spec.text ? [spec.text] : []), ...(drawn ? ['drawn by class'] : []), ...(spec.init_from === undefined ? [] : [`from ${spec.init_from}`])]);
}
