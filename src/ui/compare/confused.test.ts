import { expect, test } from 'vitest';
import { mostConfused, mostOften } from './confused';

test('pairs of classes that are confused most, with all that are as many', () => {
  const confusion = [[5, 2, 0], [2, 4, 1], [0, 0, 9]];
  expect(mostConfused(confusion, 2)).toEqual([[0, 1, 2], [1, 0, 2]]);
  expect(mostOften(confusion)).toEqual([[0, 1, 2], [1, 0, 2]]);
  expect(mostOften([[1, 0], [0, 1]])).toEqual([]);
});
