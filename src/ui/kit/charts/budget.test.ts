import { expect, test } from 'vitest';
import { budgetScale, moveBudget } from './budget';

test('keys move the budget inside what can be reached, and always by at least one', () => {
  const rows = [{ method: 'lora', config: null, parameters: 0, range: [10, 1000] as [number, number], reason: null }];
  const scale = budgetScale(rows, 100);
  expect(scale.ticks).toEqual([10, 100, 1000]);
  expect(moveBudget('ArrowRight', 100, scale)).toBe(105);
  expect(moveBudget('ArrowRight', 9, scale)).toBe(10);
  expect(moveBudget('PageUp', 100, scale)).toBe(200);
  expect(moveBudget('End', 100, scale)).toBe(1250);
  expect(moveBudget('a', 100, scale)).toBe(null);
});
