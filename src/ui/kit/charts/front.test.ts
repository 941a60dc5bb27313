import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onFront } from './front';

test('a point is beaten by one that costs no more and reaches more', () => {
  const points = [{ x: 1, y: 0.5 }, { x: 2, y: 0.4 }, { x: 2, y: 0.7 }, { x: 3, y: 0.7 }];
  expect(onFront(points, 'low', 'high')).toEqual([true, false, true, false]);
  expect(onFront(points, 'low', 'low')).toEqual([true, true, false, false]);
});

test('somebody always stands on the front, and equal points stand there together', () => {
  const point = fc.record({ x: fc.integer({ min: 0, max: 5 }), y: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), (points) => {
      const front = onFront(points, 'low', 'high');
      expect(front).toContain(true);
      points.forEach((one, i) => points.forEach((other, j) => one.x === other.x && one.y === other.y && expect(front[i]).toBe(front[j])));
    }),
  );
});
