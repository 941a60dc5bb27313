import type { Dataset, Split } from '../data/source';
import { subset } from '../data/split';
import { keptTrain } from './config';
import type { HeldBack } from './deployPage';
import type { RunSpec } from './protocol';
import { runSplits } from './split';

/** Places all over a split, which may be sorted by class. */
export const places = ({ count }: Split, most: number): number[] => Array.from({ length: Math.min(most, count) }, (_, i) => Math.floor((i * count) / Math.min(most, count)));

/** Pictures all over a split. */
export const spread = (split: Split, most: number): Split => subset(split, places(split, most));

/** Pictures on which a threshold is set, at most. */
const HELD = 200;

/** Pictures that the run was followed on, all over their split: the threshold of its exported page is set on them, and that of the studio. */
export function heldBack(data: Dataset, spec: RunSpec): HeldBack {
  const { follow, followIs } = runSplits(data, keptTrain(spec.train));
  return { pictures: spread(follow, HELD), split: followIs };
}
