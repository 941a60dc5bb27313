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

test('counts as a list of single bytes does', () => {
  let seed = 1;
  const next = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  const spans = Array.from({ length: 80 }, () => [next(50), next(50)] as const);
  for (let round = 0; round < 20; round++) {
    const [ranges, bytes] = [new Ranges(), new Set<number>()];
    for (let i = 0; i < 8; i++) {
      const from = next(40);
      const to = from + 1 + next(8);
      ranges.add(from, to);
      for (let byte = from; byte < to; byte++) bytes.add(byte);
    }
    expect(spans.map(([from, to]) => ranges.count(from, to))).toEqual(spans.map(([from, to]) => [...bytes].filter((byte) => byte >= from && byte < to).length));
  }
});
