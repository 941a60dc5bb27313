import { expect, test } from 'vitest';
import { farthest, wilson } from './interval';

test('the interval of a share stays within 0 and 1, and none of so many trials reaches further than is said', () => {
  // 10 of 12: Wilson's interval as R's prop.test without correction gives it.
  expect(wilson(10 / 12, 12).map((end) => end.toFixed(3))).toEqual(['0.552', '0.953']);
  expect(wilson(0, 12)[0]).toBe(0);
  const reached = Array.from({ length: 13 }, (_, k) => k / 12 - wilson(k / 12, 12)[0]);
  expect(farthest(12)).toBeCloseTo(Math.max(...reached), 12);
  expect(farthest(12)).toBeGreaterThan(10 / 12 - 0.553);
});
