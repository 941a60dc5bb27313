/** Quality of predictions, by the formulas that the benchmarks of language use. Each is a number that is larger for better ones. */

/** Counts of confusion[label][prediction] of two classes, of which the second is the positive one. */
import { defined } from '../numbers/defined';

const counts = (confusion: readonly (readonly number[])[]) => ({ tn: defined(defined(confusion[0])[0]), fp: defined(defined(confusion[0])[1]), fn: defined(defined(confusion[1])[0]), tp: defined(defined(confusion[1])[1]) });

/** F1 of the second of two classes; 0 where nothing of it is right. Source: sklearn.metrics.f1_score(zero_division=0). */
export function f1(confusion: readonly (readonly number[])[]): number {
  const { fp, fn, tp } = counts(confusion);
  return tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
}

/** Matthews' correlation of labels and predictions, of any number of classes; 0 where either never changes. Source: sklearn.metrics.matthews_corrcoef. */
export function matthews(confusion: readonly (readonly number[])[]): number {
  const labelled = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  const predicted = confusion.map((_, c) => confusion.reduce((sum, row) => sum + defined(row[c]), 0));
  const all = labelled.reduce((a, b) => a + b, 0);
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * defined(y[i]), 0);
  const right = confusion.reduce((sum, row, c) => sum + defined(row[c]), 0);
  const spread = Math.sqrt((all * all - dot(predicted, predicted)) * (all * all - dot(labelled, labelled)));
  return spread === 0 ? 0 : (right * all - dot(predicted, labelled)) / spread;
}

/** Pearson's correlation of two rows of numbers; 0 where either never changes. Source: scipy.stats.pearsonr. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const mean = (of: ArrayLike<number>) => Array.from(of).reduce((a, b) => a + b, 0) / n;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [defined(x[i]) - mx, defined(y[i]) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

/** Log-likelihood of each choice of a row, its number of letters, and the choice that is right. */
export interface ChoiceLikelihoods {
  sums: readonly number[];
  letters: readonly number[];
  right: number;
}

/**
 * Share of rows whose likeliest choice is the right one, by the sum over its tokens, and by the sum per letter: 0 to 1; of equals the first is
 * chosen, and nothing if a number is missing. Empty for no rows. Source: acc and acc_norm of lm-evaluation-harness.
 */
export function choiceScores(rows: readonly ChoiceLikelihoods[]): Record<string, number> {
  if (rows.length === 0) return {};
  const share = (value: (row: ChoiceLikelihoods, choice: number) => number) =>
    rows.filter((row) => likeliest(row.sums.map((_, choice) => value(row, choice))) === row.right).length / rows.length;
  return { choice_accuracy: share(({ sums }, choice) => defined(sums[choice])), choice_accuracy_norm: share(({ sums, letters }, choice) => defined(sums[choice]) / defined(letters[choice])) };
}

/** Index of the largest, the first of equals; -1 if one is no number, as the largest is none then, which is nowhere. */
const likeliest = (values: readonly number[]): number => values.indexOf(values.reduce((a, b) => Math.max(a, b), -Infinity));

/** Spearman's: Pearson's of the ranks, of which equal numbers share the mean. Source: scipy.stats.spearmanr. */
export const spearman = (x: ArrayLike<number>, y: ArrayLike<number>): number => pearson(ranks(x), ranks(y));

/** Twice the ranks, from 0 on: a correlation does not depend on where they begin or how far apart they are. */
function ranks(x: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: x.length }, (_, i) => i).sort((a, b) => defined(x[a]) - defined(x[b]));
  const out = new Float64Array(x.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && x[defined(order[to + 1])] === x[defined(order[from])]) to++;
    for (let i = from; i <= to; i++) out[defined(order[i])] = from + to;
    from = to + 1;
  }
  return out;
}
