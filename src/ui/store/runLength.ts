import { heldCount, totalSteps } from '../../train/config';
import type { DataInfo, Medium, RunSpec, TrainConfig } from '../../train/protocol';
import { heldFrom, standardTrain } from './fields';
import type { Values } from './settings';

/** How long runs are on a data set, and what follows from that where the person set nothing. */

/** Images of each class that a limit leaves. */
function limitedCounts(train: TrainConfig, data: DataInfo): number[] {
  const all = data.train_per_class.reduce((sum, count) => sum + count, 0);
  return train.train_limit > 0 && train.train_limit < all ? data.train_per_class.map((count) => (count * train.train_limit) / all) : data.train_per_class;
}

/** Images that a run holds back of a data set. */
export const heldOf = (train: TrainConfig, data: DataInfo): number => (data.val > 0 ? 0 : heldCount(train, limitedCounts(train, data)));

/** Steps that a run will take on a data set as it is. */
export function stepsOf({ train }: Pick<RunSpec, 'train'>, data: DataInfo | undefined): number {
  if (train.steps > 0 || !data) return train.steps;
  const all = data.train_per_class.reduce((sum, count) => sum + count, 0);
  const limited = train.train_limit > 0 ? Math.min(train.train_limit, all) : all;
  const kept = limited - heldOf(train, data);
  const trained = train.shots > 0 ? Math.min(kept, data.train_per_class.reduce((sum, count) => sum + Math.min(train.shots, count), 0)) : kept;
  return totalSteps(train, Math.max(1, trained)).steps;
}

/** Training settings that hold beside what the person set, on a data set: evaluations are as many as in a run of the usual length. */
export function standardFor(own: Values, software: boolean, medium: Medium, data: DataInfo | undefined): TrainConfig {
  const standard = standardTrain(software, medium, heldFrom(data, own.train_limit));
  const steps = stepsOf({ train: { ...standard, ...own } }, data);
  return steps > 0 ? { ...standard, eval_every: Math.max(1, Math.round((steps * standard.eval_every) / standard.steps)) } : standard;
}
