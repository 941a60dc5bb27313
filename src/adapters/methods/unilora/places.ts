import { choice, shuffle } from '../../../io/numpyRandom';
import { Pcg64 } from '../../../io/pcg64';
import { defined } from '../../../numbers/defined';

/** Numbers of the vector for all entries of all matrices, in the order of these, and for each number the factor of all its entries. */
export interface Assigned {
  indices: Uint32Array;
  scales: Float32Array;
}

/**
 * Number of `d` that stands at each of `total` entries, as PEFT draws it from a seed: each number as often as any other, or once
 * more. Source: peft/tuners/unilora/model.py, generate_index.
 */
export function assign(total: number, d: number, seed: number): Assigned {
  const random = new Pcg64(seed);
  const [each, rest] = [Math.floor(total / d), total % d];
  const indices = Uint32Array.from({ length: total }, (_, i) => Math.floor(i / each));
  const more = rest ? choice(random, d, rest) : new Uint32Array();
  indices.set(more, each * d);
  shuffle(random, indices);
  const counts = new Uint32Array(d).fill(each);
  for (const n of more) counts[n] = defined(counts[n]) + 1;
  // In f32 throughout, as there.
  return { indices, scales: Float32Array.from(counts, (count) => (count ? 1 / Math.fround(Math.sqrt(count)) : 0)) };
}
