import { defined } from '../numbers/defined';
import type { Evaluation } from './protocol';

/** Scores from a confusion matrix besides accuracy, for the command line, the page and exports. */

/** Measure of how good an evaluation was: Pearson's correlation, -1 to 1, where numbers were told, and else accuracy, 0 to 1. */
export const measureOf = ({ accuracy, scores }: Pick<Evaluation, 'accuracy' | 'scores'>): number => scores?.pearson ?? accuracy;

/** The share that is right; NaN where numbers were told, of which none is right or wrong. */
export const rightOf = ({ accuracy, scores }: Pick<Evaluation, 'accuracy' | 'scores'>): number => (scores?.pearson === undefined ? accuracy : NaN);

export interface Scores {
  /** Mean over the classes that have images of the share of each that is right, 0 to 1. */
  balanced_accuracy: number;
  /** Mean over the classes that have images or were predicted of the harmonic mean of precision and recall, 0 to 1; 0 where nothing of a class is right. */
  macro_f1: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

/**
 * Scores of confusion[label][prediction], counts; null where no matrix was kept, or it is empty. Source: sklearn.metrics, balanced_accuracy_score and
 * f1_score(average='macro', zero_division=0).
 */
export function scoresOf({ confusion }: Pick<Evaluation, 'confusion'>): Scores | null {
  let scores = known.get(confusion);
  if (scores === undefined) known.set(confusion, (scores = scoresOfMatrix(confusion)));
  return scores;
}

/** Tables ask again at each look, and a matrix does not change. */
const known = new WeakMap<number[][], Scores | null>();

function scoresOfMatrix(confusion: number[][]): Scores | null {
  const labelled = confusion.map(sum);
  if (sum(labelled) === 0) return null;
  const predicted = new Array<number>(confusion.length).fill(0);
  for (const row of confusion) row.forEach((n, c) => (predicted[c] = defined(predicted[c]) + n));
  const right = confusion.map((row, c) => row[c] ?? 0);
  const classes = [...confusion.keys()];
  return {
    balanced_accuracy: mean(classes.filter((c) => defined(labelled[c]) > 0).map((c) => defined(right[c]) / defined(labelled[c]))),
    // 2 P R / (P + R), P = right / predicted, R = right / labelled.
    macro_f1: mean(classes.filter((c) => defined(labelled[c]) + defined(predicted[c]) > 0).map((c) => (2 * defined(right[c])) / (defined(labelled[c]) + defined(predicted[c])))),
  };
}

/** Largest imbalance at which accuracy does not yet say something else than balanced accuracy. */
const EVEN = 1.5;

/** Ratio of the images of the largest class to those of the smallest that has any; 1 where it is too small to speak of, or not known. */
export function imbalanceOf({ confusion }: Pick<Evaluation, 'confusion'>): number {
  const counts = confusion.map(sum).filter((n) => n > 0);
  const ratio = Math.max(...counts) / Math.min(...counts);
  return ratio > EVEN ? ratio : 1;
}
