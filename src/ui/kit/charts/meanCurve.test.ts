import { expect, test } from 'vitest';
import { t95 } from '../../../numbers/student';
import { meanLine, valueBetween } from './meanCurve';

test('the mean of seeds at each step, with the 95 % interval over them', () => {
  const mean = meanLine([{ x: [1, 2], y: [1, 4] }, { x: [1, 2], y: [2, 4] }, { x: [1, 2], y: [3, 4] }]);
  expect([mean.x, mean.y]).toEqual([[1, 2], [2, 4]]);
  expect(mean.half[0]).toBeCloseTo((t95(2) * 1) / Math.sqrt(3), 12);
  expect(mean.half[1]).toBe(0);
});

test('one seed has no band, and two have none', () => {
  expect(meanLine([{ x: [1, 2], y: [5, 6] }, { x: [1, 2], y: [6, 8] }])).toEqual({ x: [1, 2], y: [5.5, 7], half: [NaN, NaN] });
  expect(meanLine([{ x: [1, 2], y: [5, 6] }])).toEqual({ x: [1, 2], y: [5, 6], half: [NaN, NaN] });
});

test('a run that ended early, or is evaluated less often, does not bend the mean', () => {
  const steady = { x: [0, 10, 20, 30], y: [0, 1, 2, 3] };
  const seldom = { x: [0, 20], y: [0, 2] };
  const mean = meanLine([steady, seldom]);
  expect([mean.x, mean.y]).toEqual([[0, 20], [0, 2]]);
  // Nor does one of which the other has few of the points.
  const often = [0, 5, 10, 15, 20];
  expect(meanLine([{ x: often, y: often }, seldom]).x).toEqual([0, 20]);
});

test('a value between points is straight between them, at one its own, and none beyond the ends', () => {
  const line = { x: [1, 3, 4], y: [10, 20, NaN] };
  expect([0.9, 1, 1.5, 2, 3, 3.5, 4, 4.1].map((at) => valueBetween(line, at))).toEqual([NaN, 10, 12.5, 15, 20, NaN, NaN, NaN]);
  expect(valueBetween({ x: [], y: [] }, 0)).toBeNaN();
});

test('lines that share no places, as in time, are met between their points', () => {
  const mean = meanLine([{ x: [0, 1, 2.1], y: [0, 1, 2.1] }, { x: [0, 1.5, 3], y: [0, 1.5, 3] }]);
  expect([mean.x, mean.y]).toEqual([[0, 1, 1.5, 2.1], [0, 1, 1.5, 2.1]]);
  // From where the last of them begins.
  expect(meanLine([{ x: [0, 1, 2.1], y: [0, 1, 2.1] }, { x: [0.5, 1.5, 3], y: [0.5, 1.5, 3] }]).x).toEqual([0.5, 1, 1.5, 2.1]);
});

test('what is no number at a step of one run leaves the others', () => {
  expect(meanLine([{ x: [1], y: [NaN] }, { x: [1], y: [3] }]).y).toEqual([3]);
  expect(meanLine([{ x: [1], y: [NaN] }])).toEqual({ x: [1], y: [NaN], half: [NaN] });
  // Nor is one that has no points yet.
  expect(meanLine([{ x: [], y: [] }, { x: [1], y: [3] }]).y).toEqual([3]);
  expect(meanLine([])).toEqual({ x: [], y: [], half: [] });
});
