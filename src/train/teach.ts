import type { ImageList } from '../data/images';
import type { Split } from '../data/source';
import { nameOf } from '../data/split';
import type { Device } from '../engine/device';
import { defined, several } from '../numbers/defined';
import { headFeatures } from './headFeatures';
import { directions, doubtOf, labelOrder } from './labelOrder';
import { mostProbable } from './probable.meta';
import type { FrozenDtype, LabelOrder } from './protocol';
import type { OpenedAdapter } from './withPrograms';

/** Guesses that are kept of a picture. */
const TOP_K = 3;

export interface TeachOptions {
  /** The model has been trained on these classes: what it doubts comes first. Otherwise what is unlike the labelled pictures does. */
  trained: boolean;
  /** Pictures that are put in order, at most. */
  most: number;
  frozen_dtype?: FrozenDtype;
  signal?: AbortSignal;
  /** Pictures looked at so far, and all. */
  progress?: (done: number, total: number) => void;
}

/** Puts unlabelled pictures in the order in which a model learns most of them, beside those that are labelled. Throws EngineError of kind `aborted`. */
export async function teach(device: Device, opened: OpenedAdapter, pool: ImageList, labelled: Split, { trained, most, progress, ...how }: TeachOptions): Promise<LabelOrder> {
  const { labels } = opened.adapted.model;
  const total = pool.count + labelled.count;
  const known = await headFeatures(device, opened, { count: labelled.count, name: (i) => nameOf(labelled, i), image: (i) => labelled.image(i) }, { ...how, progress: (done) => progress?.(done, total) });
  const seen = await headFeatures(device, opened, pool, { ...how, progress: (done) => progress?.(labelled.count + done, total) });
  const [unlabelled, beside] = several(directions([seen.rows, known.rows]), 2);
  const order = labelOrder(unlabelled, beside, most, trained ? seen.probabilities.map(doubtOf) : undefined);
  const next = order.map((i) => ({ name: pool.name(defined(seen.at[i])), top: trained ? mostProbable(defined(seen.probabilities[i]), labels, TOP_K) : [] }));
  return { next, unreadable: seen.unreadable };
}
