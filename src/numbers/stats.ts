/** Means and their uncertainty, for the command line's table and the page's. */

import { defined } from './defined';
import { t95 } from './student';

/** The fewest values that carry an interval: that of two is 12.7 standard errors long either way, and says nothing. */
export const fewest = 3;

/** A mean over n values; `interval` is the half width of its 95 % interval (Student's t), null with fewer than three values. */
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
  if (n < fewest) return { n, mean, interval: null };
  const deviation = Math.sqrt(finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, interval: (t95(n - 1) * deviation) / Math.sqrt(n) };
}

/** Places of values, from 1 for the highest; equal ones share the mean of theirs. */
export function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => 1 + values.filter((other) => other > value).length + (values.filter((other) => other === value).length - 1) / 2);
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
  const at = quantiles(ms);
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** Milliseconds of a usual step: the median of those behind the first, for which kernels are compiled; NaN where there is none. */
export const usualStep = (ms: ArrayLike<number>): number => (ms.length < 2 ? NaN : quantiles(Array.from(ms).slice(1))(0.5));

/** Quantiles of at least one number, linear between two of them. */
function quantiles(of: ArrayLike<number>): (share: number) => number {
  const sorted = Float64Array.from(of).sort();
  return (share) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    return defined(sorted[below]) + (place - below) * ((sorted[below + 1] ?? defined(sorted[below])) - defined(sorted[below]));
  };
}

/** True where the middle half of the steps took about as long: otherwise something else had the device, too. */
export const isSteady = ({ low, high }: StepTimes): boolean => high <= 1.5 * low;
