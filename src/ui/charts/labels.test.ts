import { expect, test } from 'vitest';
import { placeLabels, type Label } from './labels';

const bounds = { left: 0, top: 0, right: 100, bottom: 100 };
const label = (x: number, y: number, change: Partial<Label> = {}): Label => ({ x, y, width: 30, height: 10, gap: 5, sides: ['below', 'above', 'right', 'left'], ...change });

test('labels stand on the preferred side, and elsewhere where it is taken or outside', () => {
  expect(placeLabels([label(50, 50)], bounds)).toEqual([{ left: 35, top: 55, right: 65, bottom: 65 }]);
  const [, second] = placeLabels([label(50, 50), label(52, 50)], bounds);
  expect(second).toEqual({ left: 37, top: 35, right: 67, bottom: 45 });
  // Below lies outside.
  expect(placeLabels([label(50, 95)], bounds)[0].bottom).toBe(90);
  // A marker below it is not covered.
  expect(placeLabels([label(50, 50)], bounds, [{ left: 48, top: 58, right: 52, bottom: 62 }])[0].top).toBe(35);
});

test('above and below a point its word slides into the bounds', () => {
  expect(placeLabels([label(2, 98)], bounds)).toEqual([{ left: 0, top: 83, right: 30, bottom: 93 }]);
  expect(placeLabels([label(99, 50)], bounds)).toEqual([{ left: 70, top: 55, right: 100, bottom: 65 }]);
});

test('where every side costs something the least is taken', () => {
  const [box] = placeLabels([label(2, 98)], bounds, [{ left: 0, top: 80, right: 100, bottom: 93 }]);
  expect(box).toEqual({ left: 7, top: 93, right: 37, bottom: 103 });
});
