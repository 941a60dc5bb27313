import type { Run } from './runs';

/** The budget over a comparison: the most trainable parameters of the runs that are seen, from the smallest of them on, on a log scale. */

/** Places of its slider; the last leaves no run out. */
export const places = 60;

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

/** Parameters at a place, of two digits; 0 at the last. No run is left out at the first but those larger than the smallest. */
export function amountAt({ low, high }: Span, place: number): number {
  if (place >= places) return 0;
  const exact = low * (high / low) ** (place / places);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
  return Math.max(low, Math.round(exact / unit) * unit);
}

/** Place of an amount; the last for none, and for one that leaves no run out. */
export function placeOf({ low, high }: Span, amount: number): number {
  if (amount <= 0 || amount >= high) return places;
  return Math.min(places - 1, Math.max(0, Math.round((places * Math.log(Math.max(amount, low) / low)) / Math.log(high / low))));
}

/** Runs within an amount; those whose size is not known yet are. */
export const within = (runs: readonly Run[], amount: number): Run[] => (amount > 0 ? runs.filter((run) => (sizeOf(run) ?? 0) <= amount) : [...runs]);
