import { wilson } from '../numbers/pairs';
import type { Evaluation } from '../train/protocol';
import { measureOf } from '../train/scores.meta';

/** Largest distance of an end of the 95 % interval from a share seen in `n` trials, whatever the share is. The upper end lies as far from one share as the lower from its rest. */
export const farthest = (n: number): number => Math.max(...Array.from({ length: n + 1 }, (_, k) => k / n - wilson(k / n, n)[0]));

/** The 95 % interval of a correlation `r` over `n` pairs. Source: R. A. Fisher, 1915: atanh r is about normal, of variance 1 / (n - 3). */
function fisher(r: number, n: number): [low: number, high: number] {
  const half = 1.959964 / Math.sqrt(Math.max(1, n - 3));
  // At 1 and -1 the interval is nothing but that; a correlation may lie beyond them by a rounding.
  const z = Math.atanh(Math.max(-1, Math.min(1, r)));
  return [Math.tanh(z - half), Math.tanh(z + half)];
}

/** The 95 % interval of what says how good an evaluation was, over other images or texts. */
export const intervalOf = (evaluation: Pick<Evaluation, 'accuracy' | 'scores' | 'count'>): [low: number, high: number] =>
  (evaluation.scores?.pearson === undefined ? wilson : fisher)(measureOf(evaluation), evaluation.count);
