import { expect, test } from 'vitest';
import { Ranges } from './ranges';

test('counts each byte once, however it was added', () => {
  const ranges = new Ranges();
  expect(ranges.count(0, 100)).toBe(0);
  for (const [from, to] of [[40, 50], [10, 20], [15, 30], [30, 35]] as const) ranges.add(from, to);
  expect([ranges.count(0, 100), ranges.count(20, 45), ranges.count(35, 40)]).toEqual([35, 20, 0]);
  const others = new Ranges();
  others.add(0, 12);
  others.add(49, 60);
  ranges.addAll(others);
  expect(ranges.count(0, 100)).toBe(35 + 10 + 10);
});
