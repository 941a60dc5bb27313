import { expect, test } from 'vitest';
import { go, goBack, goByLink, isBegun } from './shown';

test('a view that is led to is begun, once; one that is gone back to, or that is in sight, is not', () => {
  goBack('start');
  go('train');
  expect([isBegun('train'), isBegun('train')]).toEqual([true, false]);
  go('train');
  expect(isBegun('train')).toBe(false);
  goByLink('start');
  expect(isBegun('start')).toBe(false);
});
