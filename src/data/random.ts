import { defined } from '../numbers/defined';

/** A well mixed 32-bit number of a state that counts up (splitmix32's finaliser). */
function mix(x: number): number {
  let z = x | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

/**
 * Seeded random numbers: Bob Jenkins and Chris Doty-Humphrey's sfc32 (32-bit integer operations only, so the same
 * sequence in every engine and for ever), its state hashed from any number of integer keys, e.g.
 * `new Random(seed, epoch, index)`: different keys give unrelated sequences. What is drawn for which purpose stands in `streams.ts`.
 */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  constructor(...keys: number[]) {
    let state = keys.length;
    for (const key of keys) {
      // Both halves of a key count, so seeds above 2^32 differ too.
      state = mix(state + 0x9e3779b9 + mix(key));
      state = mix(state + 0x9e3779b9 + mix(Math.floor(key / 2 ** 32)));
    }
    this.a = mix((state += 0x9e3779b9));
    this.b = mix((state += 0x9e3779b9));
    this.c = mix(state + 0x9e3779b9);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** A whole number in [0, 2^32). */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    this.c |= 0;
    return t >>> 0;
  }

  /** A number in [low, high), in steps of 2^-32 of the range. */
  uniform(low = 0, high = 1): number {
    return low + (this.next() / 2 ** 32) * (high - low);
  }

  /** A whole number in [0, n), without bias; n from 1 to 2^32. */
  below(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n);
    let x = this.next();
    // It ends for whatever n, also none: no comparison with NaN holds.
    while (x >= limit) x = this.next();
    return x % n;
  }
}

/** Shuffles in place (Fisher and Yates, from the end) and returns the same array. */
export function shuffle<T extends { [i: number]: unknown; length: number }>(items: T, random: Random): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = items[i];
    items[i] = items[j];
    items[j] = kept;
  }
  return items;
}

/** The random numbers of a class (`streams.ts`). */
type ByLabel = (label: number) => Random;

/** The images of each class, shuffled: the order within a class depends on that class's own images only. */
function drawn(labels: ArrayLike<number>, random: ByLabel): [label: number, images: number[]][] {
  const members = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const list = members.get(defined(labels[i]));
    if (list) list.push(i);
    else members.set(defined(labels[i]), [i]);
  }
  return [...members].map(([label, list]) => [label, shuffle(list, random(label))]);
}

/** Indices of `shots` random images of each class (all of a class that has fewer), ascending. */
export function fewShot(labels: ArrayLike<number>, shots: number, random: ByLabel): Uint32Array {
  return Uint32Array.from(drawn(labels, random).flatMap(([, list]) => list.slice(0, shots))).sort();
}

/**
 * Indices of `most` random images (all where there are fewer), ascending: each class in proportion, and at least one of
 * each where `most` allows. The kth image of a class of n has its turn at k / n, which is Adams' method of apportionment;
 * at the same turn the larger class goes first. What a smaller number takes, a larger one takes too.
 */
export function stratified(labels: ArrayLike<number>, most: number, random: ByLabel): Uint32Array {
  const turns = drawn(labels, random).flatMap(([label, list]) => list.map((image, k) => ({ image, label, of: list.length, turn: k / list.length })));
  turns.sort((a, b) => a.turn - b.turn || b.of - a.of || a.label - b.label);
  return Uint32Array.from(turns.slice(0, most), ({ image }) => image).sort();
}
