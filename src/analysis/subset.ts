import { Random, shuffle } from '../data/random';
import type { Split } from '../data/source';
import { subset } from '../data/split';

/** At most `most` images of a split, chosen by the seed alone, in the order of the split. */
export function pick(split: Split, most: number, seed: number): Split {
  if (split.count <= most) return split;
  const order = shuffle(Uint32Array.from({ length: split.count }, (_, i) => i), new Random(seed, 0x706963));
  return subset(split, order.slice(0, most).sort());
}
