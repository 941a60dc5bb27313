import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { bandPath, indexAt, lineBoxes, path, smooth, spread, thin } from './lines';
import { placeNames } from './labels';
import { linearScale, logScale } from './scale';

test('a moving average of a line is the line, and leaves out what is no number', () => {
  expect([...smooth([0, 1, 2, 3, 4, 5, 6], 3)]).toEqual([0.5, 1, 2, 3, 4, 5, 5.5]);
  expect([...smooth([1, NaN, 3], 3)]).toEqual([1, 2, 3]);
});

test('thinning keeps the ends and every extreme of a long line', () => {
  const y = Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 50));
  y[4321] = 9;
  const kept = thin(y, 200);
  expect(kept.length).toBeLessThan(210);
  expect(kept).toContain(4321);
  expect([kept[0], kept[kept.length - 1]]).toEqual([0, 9999]);
  expect(kept.every((index, i) => i === 0 || index > defined(kept[i - 1]))).toBe(true);
});

test('a path has a gap where a value is no number', () => {
  const scale = linearScale(0, 4);
  expect(path([0, 1, 2, 3, 4], [0, 1, NaN, 3, 4], scale, scale).match(/M/g)).toHaveLength(2);
});

test('a band never leaves its plot, also where a log axis has no place for its lower edge', () => {
  const sx = linearScale(0, 2);
  const numbers = bandPath([0, 1, 2], [1, 1, 1], [0.5, 4, NaN], sx, logScale(0.5, 2)).match(/-?[\d.]+/g)!.map(Number);
  expect(numbers).toHaveLength(8);
  expect(numbers.every((value) => value >= 0 && value <= 1000)).toBe(true);
});

test('the index of a place is that of the last point at or before it', () => {
  expect([-1, 0, 1, 2.5, 9].map((x) => indexAt([0, 1, 2, 3], x))).toEqual([0, 0, 1, 2, 3]);
});

test('labels keep their distance, their order and the box', () => {
  const placed = spread([50, 51, 52, 10, 99, 100], 7, 0, 100);
  const sorted = [...placed].sort((a, b) => a - b);
  expect(sorted.every((y, i) => i === 0 || y - defined(sorted[i - 1]) >= 7 - 1e-9)).toBe(true);
  expect(placed[3]).toBe(10);
  expect(placed[0]).toBeLessThan(defined(placed[1]));
  expect(Math.max(...placed)).toBeLessThanOrEqual(100);
});

test('labels of unlike heights keep clear of each other too', () => {
  const heights = [30, 15, 30, 15];
  const placed = spread([50, 52, 54, 200], heights, 0, 232);
  for (let i = 1; i < 4; i++) expect(defined(placed[i]) - defined(placed[i - 1])).toBeGreaterThanOrEqual((defined(heights[i]) + defined(heights[i - 1])) / 2 - 1e-9);
  expect(placed[3]).toBe(200);
});

test('words stand clear of a line through their point where there is a place beside it', () => {
  const line = lineBoxes([{ x: 0, y: 100 }, { x: 400, y: 100 }]);
  expect(line).toEqual([{ left: -1, right: 401, top: 99, bottom: 101 }]);
  const steep = lineBoxes([{ x: 100, y: 0 }, { x: 120, y: 200 }]);
  expect(steep.length).toBe(50);
  expect(steep.every(({ left, right, top, bottom }) => right - left < 4 && bottom - top < 6.01)).toBe(true);
  const bounds = { left: 0, top: 0, right: 400, bottom: 200 };
  const [placed] = placeNames([{ x: 200, y: 100, width: 60, height: 15, gap: 8 }], bounds, [{ left: 194, top: 94, right: 206, bottom: 106 }], line);
  expect(placed!.box.bottom <= 99 || placed!.box.top >= 101).toBe(true);
});
