import { expect, test } from 'vitest';
import { adviceOf, stillFalling } from './advice';

/** Noise that says the same in every run. */
const noise = (i: number): number => Math.sin(12.9898 * i) * 0.05;
const curve = (of: (i: number) => number, n = 60): number[] => Array.from({ length: n }, (_, i) => of(i) + noise(i));

test('a loss still falls where the last fifth of the steps is lower than the one before it by more than chance', () => {
  expect(stillFalling(curve((i) => 2 - i / 40))).toBeCloseTo(12 / 40 / (2 - 41.5 / 40), 1);
  expect(stillFalling(curve((i) => Math.exp(-i / 8)))).toBeNull();
  expect(stillFalling(curve(() => 0.7))).toBeNull();
  expect(stillFalling(curve((i) => i / 60))).toBeNull();
  // Noise that is larger than what it fell.
  expect(stillFalling(Array.from({ length: 60 }, (_, i) => 1 - i / 600 + (i % 2 ? 0.5 : -0.5)))).toBeNull();
  expect(stillFalling(curve((i) => 2 - i / 10, 20))).toBeNull();
  expect(stillFalling([])).toBeNull();
});

test('the weakest class is the one with the lowest share right, and of several the one with the most wrong; with Wilson\'s interval', () => {
  const of = (confusion: number[][]) => {
    const count = confusion.flat().reduce((sum, n) => sum + n, 0);
    return adviceOf({ confusion, images: [['a', 0, 0], ['b', 1, 2], ['c', 2, 2]], count, accuracy: confusion.reduce((sum, row, i) => sum + row[i]!, 0) / count }, []);
  };
  const found = of([[9, 1, 0], [1, 4, 3], [0, 0, 10]]);
  expect(found.weakest).toMatchObject({ label: 1, right: 4, count: 8, takenFor: 2 });
  // scipy.stats.binomtest(4, 8).proportion_ci(method='wilson').
  expect(found.weakest!.interval).toEqual([expect.closeTo(0.215216, 6), expect.closeTo(0.784784, 6)]);
  expect([found.wrong, found.wrongCount]).toEqual([[['b', 1, 2]], 5]);
  expect(of([[1, 1, 0], [2, 2, 0], [0, 0, 4]]).weakest).toMatchObject({ label: 1, takenFor: 0 });
  expect(of([[5, 0], [0, 5]])).toMatchObject({ weakest: null, wrongCount: 0 });
  // What was wrong most surely is shown first; older runs do not say.
  const wrong = (images: [string, number, number, number?][]) => adviceOf({ confusion: [[0, 3], [0, 1]], images, count: 4, accuracy: 0.25 }, []).wrong.map(([name]) => name);
  expect([wrong([['a', 0, 1, 0.4], ['b', 0, 1, 0.02], ['c', 1, 1, 0.9], ['d', 0, 1, 0.3]]), wrong([['b', 0, 1], ['a', 0, 1]])]).toEqual([['b', 'd', 'a'], ['b', 'a']]);
  // No test picture of a class says nothing of it.
  expect(of([[4, 1], [0, 0]]).weakest).toMatchObject({ label: 0 });
});
