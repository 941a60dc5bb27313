import { checkWeights } from '../models/load';
import { traceModel } from '../models/trace';
import type { LoadedModel } from './openModel';

/** True when the checkpoint brings a head for exactly these classes, which a run then goes on with. */
export function hasOwnHead({ net, source }: LoadedModel, classes: string[]): boolean {
  const { newHead } = checkWeights(traceModel(net), source);
  return !newHead && classes.length === net.num_labels && classes.every((c, i) => c === net.labels[i]);
}
