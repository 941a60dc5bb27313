import { expect, test } from 'vitest';
import { budgetScale, moveBudget } from './budget';
import { at, extentScale, linearScale, logScale, valueAt } from './scale';

test('a linear scale starts and ends on ticks around its values', () => {
  const scale = linearScale(0.587, 0.892);
  expect([scale.min, scale.max]).toEqual([0.5, 0.9]);
  expect(scale.ticks).toEqual([0.5, 0.6, 0.7, 0.8, 0.9]);
});

test('an axis of steps ends where the run ends', () => {
  expect(extentScale(318)).toMatchObject({ max: 318, ticks: [0, 100, 200, 300] });
  expect(extentScale(0).max).toBe(1);
});

test('a log scale holds its values between its first and last tick', () => {
  for (const [low, high] of [[0.26, 2.3], [0.02, 9], [1.9, 2.31], [1, 1], [1e-9, 1e9], [2, 3e35]]) {
    const scale = logScale(low, high);
    expect(scale.min).toBeLessThanOrEqual(low * 1.001);
    expect(scale.max).toBeGreaterThanOrEqual(high * 0.999);
    expect(scale.ticks.length).toBeGreaterThan(2);
    expect(scale.ticks.length).toBeLessThan(10);
  }
});

test('positions and values are each other’s inverse', () => {
  for (const scale of [linearScale(0, 7), logScale(0.3, 40)]) expect(valueAt(scale, at(scale, 2))).toBeCloseTo(2, 9);
});

test('keys move the budget inside what can be reached, and always by at least one', () => {
  const rows = [{ method: 'lora', config: null, parameters: 0, range: [10, 1000] as [number, number], reason: '' }];
  const scale = budgetScale(rows, 100);
  expect(scale.ticks).toEqual([10, 100, 1000]);
  expect(moveBudget('ArrowRight', 100, scale)).toBe(105);
  expect(moveBudget('ArrowRight', 9, scale)).toBe(10);
  expect(moveBudget('PageUp', 100, scale)).toBe(200);
  expect(moveBudget('End', 100, scale)).toBe(1250);
  expect(moveBudget('a', 100, scale)).toBe(null);
});
