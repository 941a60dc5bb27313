/** Means and their uncertainty, for the command line's table and the page's. */

/** Two-sided 95 % quantiles of Student's t for 1 to 9 degrees of freedom. */
import { defined } from './defined';

const T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
const Z95 = 1.959964;

/** Two-sided 95 % quantile of Student's t; from 10 degrees on by the expansion in 1/df (Abramowitz and Stegun 26.7.5), right to 0.001. */
export function t95(df: number): number {
  const z = Z95;
  return T95[df - 1] ?? z + (z ** 3 + z) / (4 * df) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df ** 2) + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * df ** 3);
}

/** A mean over n values; `interval` is the half width of its 95 % interval (Student's t), null with one value. */
export interface Mean {
  n: number;
  mean: number;
  interval: number | null;
}

/** Mean of values that are numbers; null when there are none. */
export function meanOf(values: readonly number[]): Mean | null {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  if (n === 0) return null;
  const mean = finite.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return { n, mean, interval: null };
  const deviation = Math.sqrt(finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, interval: (t95(n - 1) * deviation) / Math.sqrt(n) };
}

/** True when the 95 % intervals of two means do not overlap; null when one of them has none. */
export function partApart(a: Mean, b: Mean): boolean | null {
  if (a.interval === null || b.interval === null) return null;
  return Math.abs(a.mean - b.mean) > a.interval + b.interval;
}

/** Median and quartiles of how long steps took, in milliseconds. */
export interface StepTimes {
  low: number;
  median: number;
  high: number;
}

/** Step times of a curve; null for fewer than four steps, which say nothing of their spread. */
export function stepTimes(ms: ArrayLike<number>): StepTimes | null {
  if (ms.length < 4) return null;
  const sorted = Float64Array.from(ms).sort();
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    return defined(sorted[below]) + (place - below) * ((sorted[below + 1] ?? defined(sorted[below])) - defined(sorted[below]));
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** True where the middle half of the steps took about as long: otherwise something else had the device, too. */
export const isSteady = ({ low, high }: StepTimes): boolean => high <= 1.5 * low;
