import { expect, test } from 'vitest';
import { medianOf, Recent, TimeLeft } from './recent';

test('a median is the middle one, or the mean of the two in the middle; of nothing there is none', () => {
  expect([medianOf([9, 1, 2]), medianOf([9, 1, 2, 4]), medianOf([7]), medianOf([])]).toEqual([2, 3, 7, NaN]);
});

test('the first piece counts until there is another, a slow one does not, and what lies back is forgotten', () => {
  const recent = new Recent();
  const after = (time: number) => {
    recent.add(time);
    return recent.each;
  };
  expect(recent.each).toBeNaN();
  expect([after(30), after(1), after(1), after(9), after(1)]).toEqual([30, 1, 1, 1, 1]);
  for (let i = 0; i < 8; i++) after(3);
  expect([recent.each, recent.count]).toEqual([3, 13]);
});

test('work says what is left from its second piece on, nothing at its end, and begins anew with other work', () => {
  let now = 0;
  const left = new TimeLeft(() => now);
  const at = (ms: number, done: number, total = 10) => {
    now = ms;
    return left.seconds(done, total);
  };
  expect([at(0, 0), at(5000, 1), at(6000, 2), at(6500, 2), at(8000, 4)]).toEqual([NaN, NaN, 8, 8, 6]);
  expect(at(9000, 10)).toBe(0);
  expect(at(9500, 1)).toBeGreaterThan(0);
});
