import { expect, test } from 'vitest';
import { chanceOf, isAtChance } from './chance.meta';

/** So many of each class, of which this share is right and the others are taken for the next class. */
const matrix = (counts: number[], share: number): number[][] => counts.map((count, c) => counts.map((_, predicted) => (predicted === c ? Math.round(count * share) : predicted === (c + 1) % counts.length ? count - Math.round(count * share) : 0)));
const at = (counts: number[], share: number) => isAtChance({ confusion: matrix(counts, share), accuracy: share });

test('chance is the share of the most frequent class', () => {
  expect(chanceOf({ confusion: matrix([50, 50], 1) })).toBe(0.5);
  expect(chanceOf({ confusion: matrix([10, 70, 20], 0.3) })).toBeCloseTo(0.7, 12);
  expect(chanceOf({ confusion: [] })).toBeNaN();
});

test('an accuracy is at chance up to what so many pictures vary by', () => {
  // Ten classes of 50: 0.1 + 1.645 sqrt(0.09 / 500) is 0.1221.
  expect([0.02, 0.1, 0.12, 0.14, 0.6].map((share) => at(new Array<number>(10).fill(50), share))).toEqual([true, true, true, false, false]);
  // Of fewer pictures more may be chance: 0.5 + 1.645 sqrt(0.25 / 20) is 0.684.
  expect([0.6, 0.7].map((share) => at([10, 10], share))).toEqual([true, false]);
  // Whoever says the large class alone has learned nothing.
  expect(at([90, 10], 0.9)).toBe(true);
  // Nor has anybody where all are of one class.
  expect(at([20, 0], 1)).toBe(true);
});

test('where nothing is right or wrong there is no chance', () => {
  expect(isAtChance({ confusion: [], accuracy: 0 })).toBe(false);
  expect(isAtChance({ confusion: [[5]], accuracy: 1 })).toBe(false);
});
