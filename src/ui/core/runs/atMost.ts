import type { Run } from './runs';

/** The budget over a comparison: the most trainable parameters of the runs that are seen, from the smallest of them on, on a log scale. */

/** Amounts that it stops at, in each power of ten: those that people say. */
const stops = [1, 1.2, 1.5, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9];

export interface Span {
  low: number;
  high: number;
}

const sizeOf = ({ plan }: Run): number | null => plan?.trainable_parameters ?? null;

/** Fewest and most trainable parameters of these runs; null where there is nothing to choose among. */
export function spanOf(runs: readonly Run[]): Span | null {
  const sizes = runs.map(sizeOf).filter((size) => size !== null && size > 0) as number[];
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  return sizes.length > 1 && high > low ? { low, high } : null;
}

/** Amounts of the slider in order: the smallest run's, then round ones; its place after the last of them leaves no run out. */
export function amountsOf({ low, high }: Span): number[] {
  const powers = Array.from({ length: Math.floor(Math.log10(high)) + 1 }, (_, i) => 10 ** i);
  return [low, ...powers.flatMap((power) => stops.map((stop) => Math.round(stop * power))).filter((amount, i, all) => amount > low && amount < high && all.indexOf(amount) === i)];
}

/** Place of an amount among these: of the nearest below it where there is none of it; the one after the last for 0, and for what leaves no run out. */
export function placeOf(span: Span, amount: number): number {
  const amounts = amountsOf(span);
  if (amount <= 0 || amount >= span.high) return amounts.length;
  return Math.max(0, amounts.findLastIndex((one) => one <= amount));
}

/** Runs within an amount; those whose size is not known yet are. */
export const within = (runs: readonly Run[], amount: number): Run[] => (amount > 0 ? runs.filter((run) => (sizeOf(run) ?? 0) <= amount) : [...runs]);
