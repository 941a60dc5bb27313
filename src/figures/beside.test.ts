import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { sideBySide } from './beside';

const mark = (x: number, y: number, reach = 6) => ({ x, top: y - reach, bottom: y + reach });

test('marks that would cover each other stand side by side, around where they are', () => {
  expect(sideBySide([mark(100, 50), mark(104, 54), mark(300, 50)], 12, 50)).toEqual([96, 108, 300]);
  // One above the other they cover nothing, unless an interval passes through the other.
  expect(sideBySide([mark(100, 50), mark(100, 90)], 12, 50)).toEqual([100, 100]);
  expect(sideBySide([mark(100, 50), mark(100, 90, 50)], 12, 50)).toEqual([94, 106]);
});

test('what a row comes to cover joins it', () => {
  const xs = sideBySide([mark(100, 50), mark(101, 50), mark(112, 50)], 12, 50);
  expect([defined(xs[1]) - defined(xs[0]), defined(xs[2]) - defined(xs[1])].map(Math.round)).toEqual([12, 12]);
});

test('a row at an edge ends there, so that no mark lies under names or over the axis', () => {
  expect(sideBySide([mark(100, 50), mark(100, 54), mark(2, 50), mark(2, 54)], 12, 50, [0, 102])).toEqual([90, 102, 0, 12]);
});

test('none goes far from the number it stands for: a row of many is closer together, in its order', () => {
  const xs = sideBySide(Array.from({ length: 9 }, (_, i) => mark(100 + i, 50)), 12, 20);
  expect(Math.max(...xs.map((x, i) => Math.abs(x - 100 - i)))).toBeCloseTo(20, 6);
  expect(xs.every((x, i) => i === 0 || x > defined(xs[i - 1]))).toBe(true);
});
