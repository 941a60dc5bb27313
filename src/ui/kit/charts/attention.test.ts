import { expect, test } from 'vitest';
import type { AttentionMap } from '../../../train/protocol';
import { factsOf, levelPaths, levels, overlap, timesEven, topOf } from './attention';

const map = (rows: number, cols: number, at: (y: number, x: number) => number): AttentionMap => {
  const raw = Array.from({ length: rows * cols }, (_, i) => at(Math.floor(i / cols), i % cols));
  const sum = raw.reduce((a, b) => a + b, 0);
  return { rows, cols, weights: raw.map((v) => v / sum), share: 0.8 };
};

test('an even map has nothing to point at: half of the patches hold half', () => {
  const even = map(4, 4, () => 1);
  const facts = factsOf(even);
  expect([facts.half, facts.times, topOf([even])]).toEqual([8, 1, 2]);
});

test('the place, the strength and the spread of a peak', () => {
  const peaked = map(6, 9, (y, x) => (y === 5 && x === 1 ? 53 : 1));
  const facts = factsOf(peaked);
  expect(facts).toMatchObject({ peak: 46, half: 1 });
  expect(facts.times).toBeCloseTo(27, 9);
});

test('squares of a map, each once, by level; the largest is the last', () => {
  const steps = map(2, 3, (y, x) => 1 + 3 * y + x);
  const paths = levelPaths(steps, topOf([steps]));
  expect(paths.flatMap(({ d }) => d.match(/M/g) ?? [])).toHaveLength(6);
  expect(paths.at(-1)!.d).toContain('M2 1h1v1h-1z');
  expect(levelPaths(steps, timesEven(steps, 5)).at(-1)!.level).toBe(levels - 1);
});

test('maps overlap with themselves wholly, with their opposite not, and with another grid in no number', () => {
  const left = map(2, 2, (_, x) => 1 - x);
  const right = map(2, 2, (_, x) => x);
  expect([overlap(left, left), overlap(left, right), overlap(left, map(1, 2, () => 1))]).toEqual([1, 0, null]);
});
