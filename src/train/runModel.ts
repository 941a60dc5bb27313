import { checkWeights } from '../models/load';
import { traceModel } from '../models/trace';
import type { LoadedModel } from './openModel';

/** True when the checkpoint brings a head for exactly these classes, which a run then goes on with. */
export function hasOwnHead({ vision, source }: LoadedModel, classes: string[]): boolean {
  const { newHead } = checkWeights(traceModel(vision), source);
  return !newHead && classes.length === vision.num_labels && classes.every((c, i) => c === vision.labels[i]);
}
