import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ema } from '../../../figures/lines';
import { linearScale, logScale } from '../../../figures/scale';
import type { Series } from './series';
import { zoomTo } from './zoom';

const line = (x: number[], y: number[]): Series => ({ id: 'a', method: 'lora', label: 'a', detail: '', x, y, marks: false, live: false, strong: false, named: true });
const series = [line([0, 50, 100], [10, 2, 1])];

test('a zoom shows just that part, with the lines in it from edge to edge', () => {
  const { sx, sy } = zoomTo(linearScale(0, 100), linearScale(0, 10), series, 40, 100)!;
  expect([sx.min, sx.max]).toEqual([40, 100]);
  expect(sx.ticks.every((tick) => tick >= 40 && tick <= 100)).toBe(true);
  expect(sy.min).toBeGreaterThan(0.8);
  expect(sy.max).toBeLessThan(2.3);
});

test('all of the axis, and next to nothing of it, are no zoom', () => {
  expect(zoomTo(linearScale(0, 100), linearScale(0, 10), series, -5, 200)).toBeNull();
  expect(zoomTo(linearScale(0, 100), linearScale(0, 10), series, 50, 50)).toBeNull();
});

test('any part of any axis gives scales of numbers', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 100, noNaN: true }), fc.double({ min: 1, max: 100, noNaN: true }), fc.boolean(), (a, b, log) => {
      const zoom = zoomTo(log ? logScale(1, 100) : linearScale(0, 100), logScale(0.5, 20), series, Math.min(a, b), Math.max(a, b));
      for (const scale of zoom ? [zoom.sx, zoom.sy] : []) expect(scale.min < scale.max && [scale.min, scale.max, ...scale.ticks].every(Number.isFinite)).toBe(true);
    }),
  );
});

test('the exponential mean: of a constant it is the constant from the first point on, and it leaves out what is no number', () => {
  expect([...ema([3, 3, 3], 0.9)].map((value) => Number(value.toFixed(5)))).toEqual([3, 3, 3]);
  // (0.5 x 1 + 3) / 1.5
  expect(ema([1, 3], 0.5)[1]).toBeCloseTo(7 / 3, 6);
  expect([...ema([NaN, 2, NaN, 2], 0.5)]).toEqual([NaN, 2, 2, 2]);
  expect([...ema([1, 5, 2], 0)]).toEqual([1, 5, 2]);
});

test('a later point changes no earlier one: zoom and growth leave a smoothed line as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (values, weight) => {
      expect([...ema(values, weight)].slice(0, -1)).toEqual([...ema(values.slice(0, -1), weight)]);
    }),
  );
});
