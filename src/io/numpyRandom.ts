import { defined } from '../numbers/defined';
import type { Pcg64 } from './pcg64';

const WORD = 2 ** 32;

/** Sizes from which on NumPy chooses in another way: of more numbers than `MANY`, more than one of `SHARE`. */
const [MANY, SHARE] = [10_000, 50];

/** A whole number in [0, most], by Lemire's method, as numpy's `random_bounded_uint64` draws it; `most` is below 2^32 - 1. */
function bounded(random: Pcg64, most: number): number {
  if (most === 0) return 0;
  const count = most + 1;
  const threshold = (WORD - count) % count;
  for (;;) {
    const word = random.next();
    // word * count in two parts, each of them exact.
    const [low, high] = [(word & 0xffff) * count, (word >>> 16) * count];
    const lower = ((high % 0x10000) * 0x10000 + low) % WORD;
    if (lower >= threshold) return Math.floor((high + Math.floor(low / 0x10000)) / 0x10000);
  }
}

/** A whole number in [0, most], of as many bits as `most` has, drawn until they are no more: numpy's `random_interval`. */
function masked(random: Pcg64, most: number): number {
  const mask = 2 ** (32 - Math.clz32(most)) - 1;
  for (;;) {
    const value = (random.next() & mask) >>> 0;
    if (value <= most) return value;
  }
}

/** Swaps places from the end down to `first`, each with one at or before it. */
function shuffleBy(place: (most: number) => number, values: Uint32Array, first = 1): void {
  for (let i = values.length - 1; i >= first; i--) {
    const j = place(i);
    [values[i], values[j]] = [defined(values[j]), defined(values[i])];
  }
}

/** `Generator.shuffle` of a one-dimensional array, in place. */
export function shuffle(random: Pcg64, values: Uint32Array): void {
  shuffleBy((most) => masked(random, most), values);
}

/** `Generator.choice(n, size, replace=False)`. */
export function choice(random: Pcg64, n: number, size: number): Uint32Array {
  const within = (most: number) => bounded(random, most);
  if (n > MANY && size > Math.floor(n / SHARE)) {
    const all = Uint32Array.from({ length: n }, (_, i) => i);
    shuffleBy(within, all, Math.max(n - size, 1));
    return all.slice(n - size);
  }
  // Floyd's: what is there already gives way to the largest number that could have been drawn.
  const seen = new Set<number>();
  for (let most = n - size; most < n; most++) {
    const value = within(most);
    seen.add(seen.has(value) ? most : value);
  }
  const chosen = Uint32Array.from(seen);
  shuffleBy(within, chosen);
  return chosen;
}
