import type { Adapted } from '../adapters/adapted';
import { HEAD_ONLY } from '../adapters/fields';
import type { Machine } from '../engine/machine';
import type { Recorder } from '../engine/record';
import { limitRules, type LimitRule } from '../data/limit';
import { DataError, type Dataset } from '../data/source';
import { completeTrain, frozenDtypes, trainFields } from '../train/config';
import { openTask } from '../tasks';
import { openModel, type LoadedModel } from '../train/openModel';
import { recordMeasuring, type EvaluationPrograms, type ProgramOptions } from '../train/programs';
import type { TrainConfig } from '../train/protocol';
import { withPrograms as withProgramsOn, type OpenedAdapter } from '../train/withPrograms';
import { openAdapterSized, type OpenAdapter } from './adapter';
import { UsageError, wholeFrom, type Flag, type Given } from './command';
import { modelTree } from './files';
import { withDevice } from './gpu';
import { namesReadBy } from './head';

/** Flags for the number and choice of a split's images, as in training. */
const limits = ['train_limit', 'test_limit', 'limit_rule'];

/** Flags of every command that runs a model without training it. */
export const evaluationFlags: Flag[] = [
  ...trainFields.filter(({ name }) => limits.includes(name)),
  { name: 'batch', kind: 'integer', default: 32, help: 'Images per batch.' },
  { name: 'image_size', kind: 'integer', help: 'Input size in pixels; the adapter\'s, else the checkpoint\'s, when left out.' },
  { name: 'frozen_dtype', kind: 'choice', choices: [...frozenDtypes], default: 'f32', help: 'Storage of the weights.' },
];

/** The most images of each split; all where it is left out or 0. */
export const limitsFrom = (given: Given): { train: number; test: number } => {
  const limit = (name: string) => wholeFrom(given, name, 0, 1e7) || Infinity;
  return { train: limit('train_limit'), test: limit('test_limit') };
};

/** Rule by which a limit chooses images. Throws UsageError. */
export function limitRule(given: Given): LimitRule {
  const rule = given.limit_rule ?? 'stratified';
  if (rule !== 'stratified' && rule !== 'first') throw new UsageError(`--limit-rule is ${JSON.stringify(rule)}; it must be ${limitRules.join(' or ')}`);
  return rule;
}

/** Settings from `evaluationFlags`. */
export const evaluationSettings = (given: Given): TrainConfig => completeTrain({ batch: wholeFrom(given, 'batch', 1, 4096) ?? 32, ...(given.frozen_dtype === undefined ? {} : { frozen_dtype: given.frozen_dtype as 'f32' }) });

/**
 * The model of --model under --adapter (or as it is), at --image-size, the adapter's or the checkpoint's own size. One that reads the
 * names of classes is told `classes`, those that it was trained on when left out.
 */
export async function openForEvaluation(given: Given, say: (line: string) => void, loaded?: LoadedModel, classes?: string[]): Promise<OpenAdapter & { model: LoadedModel }> {
  const model = loaded ?? (await openModel(await modelTree(String(given.model))));
  const reads = given.adapter === undefined ? null : await namesReadBy(String(given.adapter));
  const net = reads ? (await openTask({ model, classes: classes ?? reads.classes, method: { method: reads.method }, train: evaluationSettings(given), ownHead: false, hasHead: false })).model : model.net;
  const opened = await openAdapterSized(model, net, given.adapter === undefined ? { method: HEAD_ONLY } : { adapter: given.adapter }, say, wholeFrom(given, 'image_size', 1, 4096));
  return { ...opened, model };
}

/** Builds the evaluation program for at most `images` images a batch on this machine's adapter, does the work, and lets everything go. `measured` are the rows that it is evaluated on, if it is (`rowsMeasured`). */
export async function withEvaluation<T>(
  { adapted, values, model }: OpenAdapter & { model: LoadedModel },
  given: Given,
  images: number,
  work: (machine: Machine, programs: EvaluationPrograms) => Promise<T>,
  measured = 0,
): Promise<T> {
  return withPrograms({ adapted, values, model }, given, images, recordMeasuring(measured), work);
}

/** The same for what `record` records. */
export async function withPrograms<T, P extends { rec: Recorder }>(
  opened: OpenedAdapter,
  given: Given,
  images: number,
  record: (adapted: Adapted, options: ProgramOptions) => P,
  work: (machine: Machine, programs: P) => Promise<T>,
): Promise<T> {
  return withDevice((device) => withProgramsOn(device, opened, evaluationSettings(given), images, record, work));
}

/** Place among the model's labels of each class of the data: by name where all are known to it, else in order. Throws DataError. */
export function labelPlaces(labels: string[], { title, classes }: Pick<Dataset, 'title' | 'classes'>, say: (line: string) => void): number[] {
  const byName = classes.map((name) => labels.indexOf(name));
  if (byName.every((i) => i >= 0)) return byName;
  if (labels.length !== classes.length) throw new DataError(`the model tells ${labels.length} classes apart and ${title} has ${classes.length} of other names; give an --adapter trained on it.`);
  say("warning: the names of the classes differ from the model's; they are taken in order.");
  return classes.map((_, i) => i);
}
