import { shuffle } from '../data/random';
import type { Split } from '../data/source';
import { subset } from '../data/split';
import { streams } from '../data/streams';

/** At most `most` images of a split, chosen by the seed alone, in the order of the split. */
export function pick(split: Split, most: number, seed: number): Split {
  if (split.count <= most) return split;
  const order = shuffle(Uint32Array.from({ length: split.count }, (_, i) => i), streams.analysis(seed));
  return subset(split, order.slice(0, most).sort());
}
