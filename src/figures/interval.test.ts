import { expect, test } from 'vitest';
import { wilson } from '../numbers/pairs';
import { farthest, intervalOf } from './interval';

test('the interval of a share stays within 0 and 1, and none of so many trials reaches further than is said', () => {
  // 10 of 12: Wilson's interval as R's prop.test without correction gives it.
  expect(wilson(10 / 12, 12).map((end) => end.toFixed(3))).toEqual(['0.552', '0.953']);
  expect(wilson(0, 12)[0]).toBe(0);
  const reached = Array.from({ length: 13 }, (_, k) => k / 12 - wilson(k / 12, 12)[0]);
  expect(farthest(12)).toBeCloseTo(Math.max(...reached), 12);
  expect(farthest(12)).toBeGreaterThan(10 / 12 - 0.553);
});

test('the interval of an evaluation is that of its share, or of its correlation where it has one', () => {
  const rounded = (of: Parameters<typeof intervalOf>[0]) => intervalOf(of).map((end) => end.toFixed(4));
  // scipy.stats.binomtest(k, n).proportion_ci(method='wilson'), and tanh(atanh r ± 1.959964 / sqrt(n - 3)).
  expect(rounded({ accuracy: 0.5, count: 20 })).toEqual(['0.2993', '0.7007']);
  expect(rounded({ accuracy: 0.9, scores: { f1: 0.3 }, count: 1000 })).toEqual(['0.8798', '0.9171']);
  expect(rounded({ accuracy: 0, scores: { pearson: 0.5 }, count: 20 })).toEqual(['0.0738', '0.7718']);
  expect(rounded({ accuracy: 0, scores: { pearson: -0.5 }, count: 20 })).toEqual(['-0.7718', '-0.0738']);
  // At either end it is nothing but that, and of so few pairs that nothing can be said it is wide, but no more than from -1 to 1.
  expect(rounded({ accuracy: 0, scores: { pearson: 1 }, count: 20 })).toEqual(['1.0000', '1.0000']);
  expect(rounded({ accuracy: 0, scores: { pearson: -1 }, count: 20 })).toEqual(['-1.0000', '-1.0000']);
  expect([1 + 2e-16, 1 + 3e-16, -1 - 3e-16].map((pearson) => rounded({ accuracy: 0, scores: { pearson }, count: 20 })[0])).toEqual(['1.0000', '1.0000', '-1.0000']);
  expect(rounded({ accuracy: 0, scores: { pearson: 0 }, count: 2 })).toEqual(['-0.9611', '0.9611']);
});

test('an interval ends at 0 and 1', () => {
  expect([wilson(0, 5)[0], wilson(1, 5)[1], wilson(1, 7)[1]]).toEqual([0, 1, 1]);
  expect(farthest(1)).toBeCloseTo(wilson(0, 1)[1], 12);
  for (const n of [1, 2, 7, 30]) for (let k = 0; k <= n; k++) expect(wilson(k / n, n)[1] - k / n).toBeLessThanOrEqual(farthest(n) + 1e-12);
});
