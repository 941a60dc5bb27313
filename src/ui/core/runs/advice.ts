import { defined, several } from '../../../numbers/defined';
import { wilson } from '../../../numbers/pairs';
import type { Evaluation } from '../../../train/protocol';

/** What a finished run's answers and its curve say of the next one. */

export interface Advice {
  /** Class with the lowest share right, of those with the most wrong; null where nothing is wrong. */
  weakest: { label: number; right: number; count: number; interval: [low: number, high: number]; takenFor: number } | null;
  /** Names of the test pictures that were wrong, as far as they are kept, each with its class, the answer, and the probability that its class had: the least first, for a label that is itself wrong is most often among those. */
  wrong: readonly (readonly [name: string, label: number, said: number, likely?: number])[];
  /** Number of all that were. */
  wrongCount: number;
  /** Share by which the training loss still fell; null where it did by no more than chance. */
  falling: number | null;
}

/** Parts of a curve, the last of which is held against the one before it. */
const PARTS = 5;
/** Steps that each must have, the share by which the loss must fall, and in how many standard errors of the difference. */
const [FEWEST, LEAST, SURE] = [5, 0.05, 2];

/** Share by which the loss fell from the last but one fifth of the steps to the last; null where that is little, or may be chance. */
export function stillFalling(losses: ArrayLike<number>): number | null {
  const n = Math.floor(losses.length / PARTS);
  if (n < FEWEST) return null;
  const all = Array.from(losses);
  const momentsOf = (values: number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    return { mean, error: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n };
  };
  const [before, last] = several([all.slice(-2 * n, -n), all.slice(-n)].map(momentsOf), 2);
  const fell = before.mean - last.mean;
  return fell > SURE * Math.sqrt(before.error + last.error) && fell > LEAST * before.mean ? fell / before.mean : null;
}

/** Advice by a run's test and the losses of its steps. */
export function adviceOf({ confusion, images = [], count, accuracy }: Pick<Evaluation, 'confusion' | 'images' | 'count' | 'accuracy'>, losses: ArrayLike<number>): Advice {
  const rows = confusion.map((row, label) => {
    const all = row.reduce((sum, n) => sum + n, 0);
    const others = row.map((n, said) => (said === label ? 0 : n));
    return { label, right: defined(row[label]), count: all, takenFor: others.indexOf(Math.max(...others)) };
  });
  const [worst] = rows.filter(({ right, count }) => right < count).sort((a, b) => a.right / a.count - b.right / b.count || b.count - b.right - (a.count - a.right));
  return {
    weakest: worst ? { ...worst, interval: wilson(worst.right / worst.count, worst.count) } : null,
    wrong: images.filter(([, label, said]) => label !== said).sort(([, , , a = 1], [, , , b = 1]) => a - b),
    wrongCount: Math.round(count * (1 - accuracy)),
    falling: stillFalling(losses),
  };
}
