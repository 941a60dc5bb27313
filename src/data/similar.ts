import { defined } from '../numbers/defined';
import { hamming, thumbDifference, type Fingerprint } from './fingerprint';

/** Two dHashes of a pair differ in fewer bits than there are bands, so that one band at least is equal. */
const bands = 8;
const maxBits = bands - 1;
/** Levels by which the small pictures of a pair may differ on average: copies stay below 1.5; other shoes of Fashion-MNIST begin at 2.2. */
const maxDifference = 2;
/** Comparisons of hashes at most, so that a set made to collide ends too; one of small pictures counts as many. */
const maxCompared = 5e7;
const pictureCost = 50;
const slice = 1 << 20;

/** Images that look the same: indices into the list, the first below the second. */
export interface SimilarPair {
  a: number;
  b: number;
  /** Bits of the dHash that differ. */
  bits: number;
}

/**
 * Pairs that look nearly the same: at most 7 of 64 dHash bits differ, and the 9 x 8 colour pictures by 2 levels at most
 * on average (a copy that was saved again, resized or lightly touched up). Images are put into buckets by each byte of the
 * hash and compared within them, which finds every such pair and compares a small part of all. `found` gets each pair
 * once; `breathe` is awaited now and then, and may throw to cancel. Returns false when the search was cut short.
 */
export async function findSimilar(prints: readonly Fingerprint[], found: (pair: SimilarPair) => void, breathe: () => Promise<unknown>): Promise<boolean> {
  let compared = 0;
  let pause = slice;
  for (let band = 0; band < bands; band++) {
    const buckets = new Map<number, number[]>();
    for (const [i, print] of prints.entries()) {
      const key = byteOf(print, band);
      const bucket = buckets.get(key);
      if (bucket) bucket.push(i);
      else buckets.set(key, [i]);
    }
    for (const bucket of buckets.values()) {
      for (let j = 1; j < bucket.length; j++) {
        for (let i = 0; i < j; i++) {
          const bits = hamming(defined(prints[defined(bucket[i])]), defined(prints[defined(bucket[j])]));
          if (bits > maxBits || seenBefore(defined(prints[defined(bucket[i])]), defined(prints[defined(bucket[j])]), band)) continue;
          compared += pictureCost;
          if (thumbDifference(defined(prints[defined(bucket[i])]).thumb, defined(prints[defined(bucket[j])]).thumb) <= maxDifference) found({ a: defined(bucket[i]), b: defined(bucket[j]), bits });
        }
        compared += j;
        if (compared > maxCompared) return false;
        if (compared > pause) {
          await breathe();
          pause = compared + slice;
        }
      }
    }
  }
  return true;
}

const byteOf = (print: Fingerprint, band: number): number => ((band < 4 ? print.low : print.high) >>> (8 * (band & 3))) & 255;

/** True when an earlier band is equal too: the pair was met there. */
function seenBefore(a: Fingerprint, b: Fingerprint, band: number): boolean {
  for (let k = 0; k < band; k++) if (byteOf(a, k) === byteOf(b, k)) return true;
  return false;
}
