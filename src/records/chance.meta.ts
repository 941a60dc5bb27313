import type { Evaluation } from '../train/protocol';

/** One-sided 5 % quantile of the normal distribution. */
const Z = 1.645;

/**
 * Accuracy of who always says the most frequent class of what was measured, 0 to 1; NaN where there are no classes, as where numbers or
 * texts are told.
 */
export function chanceOf({ confusion }: Pick<Evaluation, 'confusion'>): number {
  const totals = confusion.map((row) => row.reduce((sum, n) => sum + n, 0));
  return Math.max(0, ...totals) / totals.reduce((sum, n) => sum + n, 0);
}

/** True if an accuracy cannot be told from chance: it is not above `chanceOf` by more than the noise of so many pictures (one-sided, 5 %). */
export function isAtChance({ confusion, accuracy }: Pick<Evaluation, 'confusion' | 'accuracy'>): boolean {
  if (confusion.length < 2) return false;
  const [chance, count] = [chanceOf({ confusion }), confusion.flat().reduce((sum, n) => sum + n, 0)];
  return accuracy <= chance + Z * Math.sqrt((chance * (1 - chance)) / count);
}
