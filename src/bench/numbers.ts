/**
 * Normal numbers from a counter, the same for everybody: all weights and inputs of the benchmark are made by this
 * formula, so that no file is needed and losses compare digit by digit. Source: mulberry32, Box and Muller.
 */
import { defined } from '../numbers/defined';

export function randn(count: number, std: number, seed: number): Float32Array {
  const next = uniform(seed);
  return Float32Array.from({ length: count }, () => std * Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next()));
}

/** Uniform numbers in [0, 1). */
export function uniform(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), s | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Median, smallest, largest, and how many there were. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  n: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  return { median: (defined(sorted[Math.floor((n - 1) / 2)]) + defined(sorted[Math.floor(n / 2)])) / 2, min: defined(sorted[0]), max: defined(sorted[n - 1]), n };
}

/** Largest difference, relative to the largest value of `want`; infinite where sizes differ or something is no number. */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Infinity;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs(defined(got[i]) - defined(want[i]));
    difference = Number.isNaN(d) ? Infinity : Math.max(difference, d);
    largest = Math.max(largest, Math.abs(defined(want[i])));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** Median of a / b round by round: what slowed the machine down slowed both. NaN without a common round. */
export function ratio(a: readonly number[], b: readonly number[]): number {
  const rounds = a.slice(0, b.length).map((t, i) => t / defined(b[i]));
  return rounds.length ? spread(rounds).median : NaN;
}
