import { valueAt } from './matrix';

/** Values of stored weights, by the rules of their formats and not by our code. */

/** Nearest number that a half has: 11 significant bits down to the smallest exponent of -14, ties to even. */
export function half(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const step = 2 ** (exponent - 10);
  const steps = value / step;
  const below = Math.floor(steps);
  const rest = steps - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return (below + (up ? 1 : 0)) * step;
}

/** ggml's Q8_0 with the largest magnitude in f32: in each 32 values the nearest of 127 equal steps up to it. */
function eighth(values: readonly number[]): number[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return values.map((value) => (largest === 0 ? 0 : (largest * Math.round((value / largest) * 127)) / 127));
}

/** The sixteen values of NF4 as bitsandbytes prints them (arXiv 2305.14314, appendix E). */
const QUANTILES = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

/** In each 64 values the nearest of the sixteen, times the largest magnitude. */
function fourth(values: readonly number[]): number[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return values.map((value) => largest * QUANTILES.reduce((best, one) => (Math.abs(value / largest - one) < Math.abs(value / largest - best) ? one : best)));
}

/** Values in runs of so many, each run changed as a whole. */
function inRuns(values: ArrayLike<number>, length: number, of: (run: readonly number[]) => number[]): Float64Array {
  const all: number[] = [];
  for (let from = 0; from < values.length; from += length) all.push(...of(Array.from({ length: Math.min(length, values.length - from) }, (_, i) => valueAt(values, from + i))));
  return Float64Array.from(all);
}

/** By storage, what is read in place of values that were stored so. */
export const storages = {
  f32: (values: ArrayLike<number>) => Float64Array.from(values),
  f16: (values: ArrayLike<number>) => Float64Array.from(values, half),
  q8: (values: ArrayLike<number>) => inRuns(values, 32, eighth),
  nf4: (values: ArrayLike<number>) => inRuns(values, 64, fourth),
} as const;

export type Storage = keyof typeof storages;
export const storageNames = Object.keys(storages) as Storage[];
