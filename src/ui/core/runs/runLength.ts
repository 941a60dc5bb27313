import { heldCount, totalSteps } from '../../../train/config';
import type { DataInfo, ModelInfo, RunSpec, TrainConfig } from '../../../train/protocol';
import { areOwn } from '../data/catalog';
import { ofModel } from '../data/medium';
import { heldFrom, standardTrain } from '../settings/fields';
import type { Values } from '../settings/settings';

/** Length of runs on a data set, and what follows from it where the person set nothing. */

/** Images of each class that a limit leaves. */
function limitedCounts(train: TrainConfig, data: DataInfo): number[] {
  const all = data.train_per_class.reduce((sum, count) => sum + count, 0);
  return train.train_limit > 0 && train.train_limit < all ? data.train_per_class.map((count) => (count * train.train_limit) / all) : data.train_per_class;
}

/** Images that a run holds back of a data set. */
const heldOf = (train: TrainConfig, data: DataInfo): number => (data.val > 0 ? 0 : heldCount(train, limitedCounts(train, data)));

/** Images that a run trains on. */
function trainedOf(train: TrainConfig, data: DataInfo): number {
  const kept = limitedCounts(train, data).reduce((sum, count) => sum + count, 0) - heldOf(train, data);
  return train.shots > 0 ? Math.min(kept, data.train_per_class.reduce((sum, count) => sum + Math.min(train.shots, count), 0)) : kept;
}

/** Numbers of images that a run trains on, is followed on (those held back, or the test images if there are none), and is tested on. */
export function countsOf(train: TrainConfig, data: DataInfo): { train: number; follow: number; followIs: 'val' | 'test'; test: number } {
  const val = data.val || heldOf(train, data);
  const test = train.test_limit > 0 ? Math.min(train.test_limit, data.test) : data.test;
  return { train: trainedOf(train, data), follow: val || test, followIs: val > 0 ? 'val' : 'test', test };
}

/** Steps that a run will take on a data set as it is. */
export function stepsOf({ train }: Pick<RunSpec, 'train'>, data: DataInfo | undefined): number {
  return train.steps > 0 || !data ? train.steps : totalSteps(train, Math.max(1, trainedOf(train, data))).steps;
}

/** Smallest input that a model made for larger ones is given unasked: at half of it little is left of what it has learned. */
const LEAST_SIDE = 64;

/**
 * Input that is large enough for small pictures, where the model's own would take many times the work on a processor; 0 for the model's
 * own. DeiT-Tiny reads hand signs of 64 pixels in 17 tokens then, not in 197.
 */
function sizeFor(software: boolean, model: ModelInfo | undefined, data: DataInfo | undefined): number {
  if (!software || !model?.patch_size || !data?.side) return 0;
  const side = Math.ceil(Math.max(LEAST_SIDE, data.side) / model.patch_size) * model.patch_size;
  return side < model.image_size ? side : 0;
}

/** Times that each picture is seen at most where few of one's own are learned with one press, and steps that there are all the same: as many as the page takes where a step is slow. */
const [SEEN, FEWEST] = [30, 60];

/** Steps for so many pictures, no more than usual: with few of them further ones only show them again. */
const stepsFor = ({ steps, batch, accumulate }: TrainConfig, pictures: number): number => Math.min(steps, Math.max(FEWEST, Math.ceil((SEEN * pictures) / (batch * accumulate) / 5) * 5));

/** Training settings that hold beside what the person set, with a model on a data set: evaluations are as many as in a run of the usual length. `alone`: nothing is compared. */
export function standardFor(own: Values, software: boolean, model: ModelInfo | undefined, data: DataInfo | undefined, alone = false): TrainConfig {
  const usual = { ...standardTrain(software, ofModel(model), heldFrom(data, own.train_limit)), image_size: sizeFor(software, model, data) };
  const standard = data && alone && areOwn(data) ? { ...usual, steps: stepsFor({ ...usual, ...own, steps: usual.steps }, trainedOf({ ...usual, ...own }, data)) } : usual;
  const steps = stepsOf({ train: { ...standard, ...own } }, data);
  return steps > 0 ? { ...standard, eval_every: Math.max(1, Math.round((steps * usual.eval_every) / usual.steps)) } : standard;
}
