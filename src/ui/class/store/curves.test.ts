import { expect, test } from 'vitest';
import { roomBounds, roomMessages } from '../../../records/class.meta';
import { sentCurve } from './curves';

const said = (curve: unknown) => roomMessages.progress.safeParse({ experiment: 0, paused: false, step: 1, steps: 2, loss: null, curve }).success;

test('a curve of any length is told in few points, from its first step to its last, and the class takes it', () => {
  for (const n of [0, 1, 2, 31, 32, 33, 60, 63, 64, 1000, 12_345]) {
    const steps = Array.from({ length: n }, (_, i) => i + 1);
    const points = sentCurve(steps, steps.map((step) => 2 + 1 / step));
    expect([n, points.length, points[0]?.[0], points.at(-1)?.[0]]).toEqual([n, Math.min(n, roomBounds.points), steps[0], steps.at(-1)]);
    expect([n, said(points)]).toEqual([n, true]);
  }
  // A step whose loss was no number is passed over, and a loss that ran away is cut where the class would refuse it.
  expect(sentCurve([1, 2, 3], [NaN, 2, NaN]).map(([step]) => step)).toEqual([2, 3]);
  expect(said(sentCurve([1, 2], [1, 1e30]))).toBe(true);
});
