import { limitRules } from '../data/limit';
import { checkField, ConfigError, methodFields, type Field } from '../adapters/fields';
import type { FrozenDtype, MethodConfig, RunSpec, TrainConfig } from './protocol';

const number = (name: keyof TrainConfig, label: string, value: number, min: number, max: number, help: string): Field => ({ name, label, kind: 'number', default: value, min, max, help });
const integer = (name: keyof TrainConfig, label: string, value: number, min: number, max: number, help: string): Field => ({ name, label, kind: 'integer', default: value, min, max, help });
const flag = (name: keyof TrainConfig, label: string, help: string): Field => ({ name, label, kind: 'boolean', default: false, help });

/** How weights that do not learn can be stored. */
export const frozenDtypes: readonly FrozenDtype[] = ['f32', 'f16', 'q8'];

/** All training settings with default, range and one line of help: forms, command-line flags and checks are made from them. */
export const trainFields: Field[] = [
  integer('steps', 'Steps', 0, 0, 1_000_000, 'Optimizer steps; 0 lets the epochs decide.'),
  number('epochs', 'Epochs', 3, 0, 10_000, 'Passes over the training images, when steps is 0.'),
  integer('batch', 'Batch', 32, 1, 4096, 'Images per (micro-)batch; more need more memory.'),
  number('lr', 'Learning rate', 0, 0, 10, 'Peak learning rate; 0 takes the method\'s own.'),
  number('head_lr', 'Learning rate of the head', 0, 0, 10, 'For the classification head; 0 takes the learning rate above.'),
  number('weight_decay', 'Weight decay', 0.05, 0, 10, 'Decoupled decay (AdamW) of everything that is trained.'),
  integer('warmup_steps', 'Warm-up steps', -1, -1, 1_000_000, 'Steps of linear warm-up from 0; -1 takes a tenth of all steps.'),
  { name: 'schedule', label: 'Schedule', kind: 'choice', default: 'cosine', choices: ['cosine', 'constant'], help: 'Learning rate after the warm-up: cosine down to 0, or constant.' },
  number('max_grad_norm', 'Gradient clipping', 1, 0, 1e6, 'Largest gradient norm; 0 switches clipping off.'),
  integer('accumulate', 'Accumulation', 1, 1, 1024, 'Micro-batches per optimizer step: a larger batch without more memory.'),
  number('label_smoothing', 'Label smoothing', 0, 0, 0.9, 'Share of each label spread over all classes.'),
  integer('shots', 'Shots', 0, 0, 100_000, 'Training images per class (few-shot); 0 takes all.'),
  integer('train_limit', 'Training images', 0, 0, 1e7, 'At most so many, chosen as the rule of limits says; 0 takes all.'),
  integer('test_limit', 'Test images', 0, 0, 1e7, 'At most so many, chosen as the rule of limits says; 0 takes all.'),
  { name: 'limit_rule', label: 'Rule of limits', kind: 'choice', default: 'stratified', choices: [...limitRules], help: 'Which images a limit takes: stratified draws each class in proportion, the same images for every run; first takes the first in order, as runs of earlier versions did.' },
  number('val_fraction', 'Validation share', 0, 0, 0.5, 'Share of the training images held back to follow the run and keep the best weights (a set that brings validation images uses those instead); with 0 the run is followed on the test images and the last weights are kept.'),
  integer('seed', 'Seed', 0, 0, 2 ** 31, 'Decides start values, order of images, augmentation and dropout.'),
  flag('crop', 'Random crop', 'Random resized crop of half to all of the image.'),
  flag('flip', 'Random flip', 'Mirror every other image, at random.'),
  integer('image_size', 'Input size', 0, 0, 1024, 'Pixels; 0 takes the checkpoint\'s own. Another size resizes whole images to a square, bilinearly, and interpolates the positions.'),
  integer('eval_every', 'Evaluate every', 0, 0, 1e6, 'Steps between evaluations; 0 evaluates only at the end.'),
  integer('checkpoint_every', 'Checkpoint every', 0, 0, 1e6, 'Steps between checkpoints for resuming; 0 writes none.'),
  integer('snapshots', 'States on the way', 0, 0, 64, 'Trainables kept at so many even steps, and at the start, to draw the path of the training in a loss landscape; together at most 64 MiB.'),
  { name: 'frozen_dtype', label: 'Frozen weights', kind: 'choice', default: 'f32', choices: [...frozenDtypes], help: 'Storage of weights that do not learn; f16 halves their memory, q8 (8 bits) takes little more than a quarter and rounds each weight by up to 1/254 of the largest near it.' },
  { name: 'loss', label: 'Loss', kind: 'choice', default: 'cross_entropy', choices: ['cross_entropy', 'contrastive'], help: 'Cross entropy over the classes, or CLIP\'s contrastive loss of images against texts, which trains both towers.' },
  { name: 'head', label: 'Head', kind: 'choice', default: 'auto', choices: ['auto', 'text', 'new'], help: 'CLIP: classify by the features of the class names (text), or by a new trained classifier; auto takes text where the model has a tokenizer.' },
  { name: 'templates', label: 'Prompt templates', kind: 'text', default: 'a photo of a {}.', help: 'CLIP: texts with {} for the class, one a line or with | between; features are averaged over them.' },
  flag('checkpoint_activations', 'Recompute activations', 'Keeps no activations inside a block and computes them again in the backward: less memory, more time.'),
];

/** Defaults of all training settings. */
export const trainDefaults = Object.fromEntries(trainFields.map((f) => [f.name, f.default])) as unknown as TrainConfig;

/** A complete training config: defaults filled in, values checked, unknown settings refused by name. Throws ConfigError. */
export function completeTrain(config: Partial<TrainConfig>): TrainConfig {
  const unknown = Object.keys(config).filter((k) => !trainFields.some((f) => f.name === k));
  if (unknown.length) throw new ConfigError(`training has no setting ${unknown.join(', ')}.`);
  return Object.fromEntries(trainFields.map((f) => [f.name, checkField(f, (config as Record<string, unknown>)[f.name])])) as unknown as TrainConfig;
}

/** Says of a kept run's settings how its limits were drawn, where they do not: runs of before `limit_rule` took the first images. */
export function withRule<T extends Partial<TrainConfig>>(train: T): T & Pick<TrainConfig, 'limit_rule'> {
  return { ...train, limit_rule: train.limit_rule ?? (train.train_limit || train.test_limit ? 'first' : 'stratified') };
}

/** The complete settings of a run that was kept, whatever version wrote it. Throws as `completeTrain`. */
export const keptTrain = (train: Partial<TrainConfig>): TrainConfig => completeTrain(withRule(train));

/** Learning rates of a run: the method's own where none is given, the head's the same where none is given. */
export function learningRates(method: MethodConfig, train: TrainConfig): { lr: number; headLr: number } {
  const lr = train.lr || methodFields[method.method]!.lr;
  return { lr, headLr: train.head_lr || lr };
}

/** Steps of a run over `images` training images, and of its warm-up. */
export function totalSteps(train: TrainConfig, images: number): { steps: number; warmup: number } {
  const perEpoch = Math.max(1, Math.ceil(images / (train.batch * train.accumulate)));
  const steps = train.steps || Math.max(1, Math.round(train.epochs * perEpoch));
  return { steps, warmup: train.warmup_steps < 0 ? Math.round(steps / 10) : Math.min(train.warmup_steps, steps) };
}

/** What must be equal for a checkpoint to be continued: everything but name, id and how often things are looked at or written. */
export function fingerprint(spec: RunSpec): string {
  const { train_limit, test_limit, limit_rule } = spec.train;
  // Written only where it matters: checkpoints of before it have none.
  const skipped = ['checkpoint_every', 'eval_every', 'snapshots', ...(limit_rule === 'first' || (!train_limit && !test_limit) ? ['limit_rule'] : [])];
  const train = Object.entries(spec.train).filter(([name]) => !skipped.includes(name));
  return JSON.stringify([spec.model, spec.data, Object.entries(spec.method).sort(), train.sort()]);
}
