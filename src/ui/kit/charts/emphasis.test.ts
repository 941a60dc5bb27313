import { expect, test } from 'vitest';
import { bandShade, fromTop, isPart, lineAt, step } from './emphasis';
import { linearScale } from '../../../figures/scale';
import type { Series } from './series';

const line = (id: string, y: number[], more: Partial<Series> = {}): Series => ({ id, method: id, label: id, detail: '', x: y.map((_, i) => 10 * i), y, marks: false, live: false, strong: false, named: true, ...more });
const [sx, sy] = [linearScale(0, 20), linearScale(0, 1)];
const series = [line('low', [0, 0.1, 0.2]), line('high', [0.5, 0.8, NaN]), line('middle', [0.4, 0.4, 0.4]), line('middle 3', [0, 1, 0.39], { faint: true, behind: 'middle' }), line('none', []), line('zero-shot', [0.05], { constant: true })];

test('bands that lie over one another hide no line together, however many they are', () => {
  for (const bands of [1, 2, 3, 7, 30]) expect(1 - (1 - bandShade(bands)) ** bands, String(bands)).toBeLessThan(0.26);
  expect(bandShade(1)).toBeGreaterThan(bandShade(7));
});

test('the line near the pointer is picked out, between its points as well; a single seed is no line of its own', () => {
  const at = (x: number, y: number) => lineAt(series, sx, sy, x, y, 0.08);
  expect(at(0.25, 0.64)).toBe('high');
  expect(at(0.5, 0.42)).toBe('middle');
  expect(at(0.9, 0.19)).toBe('low');
  // No line is near, and a line ends where its values do.
  expect(at(0.5, 0.6)).toBeNull();
  expect(at(0.9, 0.8)).toBeNull();
  // A baseline holds everywhere.
  expect(at(0.9, 0.04)).toBe('zero-shot');
});

test('steps up and down go through the lines as their names stand, and stay at the ends', () => {
  expect(fromTop(series).map(({ id }) => id)).toEqual(['high', 'middle', 'low', 'zero-shot']);
  expect(step(series, null, true)?.id).toBe('high');
  expect(step(series, null, false)?.id).toBe('zero-shot');
  expect(step(series, 'high', true)?.id).toBe('middle');
  expect(step(series, 'high', false)?.id).toBe('high');
  expect(step(series, 'zero-shot', true)?.id).toBe('zero-shot');
  expect(step([], null, true)).toBeNull();
});

test('single seeds stand out with their mean', () => {
  expect(series.filter((one) => isPart(one, 'middle')).map(({ id }) => id)).toEqual(['middle', 'middle 3']);
});
