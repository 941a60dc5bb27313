import { expect, test } from 'vitest';
import { byMost, isAbove, isBelow } from './order';

const broken = [NaN, Infinity, -Infinity, null, undefined];

test('a number is above and below whatever is no finite number, which is above and below nothing', () => {
  for (const one of broken) {
    for (const compare of [isAbove, isBelow]) {
      expect([compare(3, one), compare(one, 3)], String(one)).toEqual([true, false]);
      for (const other of broken) expect(compare(one, other)).toBe(false);
    }
  }
  expect([isAbove(2, 1), isAbove(1, 2), isAbove(1, 1), isBelow(1, 2), isBelow(2, 1), isBelow(1, 1)]).toEqual([true, false, false, true, false, false]);
});

test('the largest comes first, and what is no number last, wherever it stood', () => {
  for (const values of [[NaN, 1, 3, 2], [1, NaN, 2, 3], [3, 1, NaN, 2], [2, 3, 1, NaN]]) expect([...values].sort(byMost)).toEqual([3, 2, 1, NaN]);
});
