import { expect, test } from 'vitest';
import { steppedArea } from './steppedArea';

test('an area of steps goes along its top and back along its bottom', () => {
  expect(steppedArea([{ from: 0, to: 1, low: 9, high: 5 }, { from: 1, to: 2, low: 9, high: 3 }])).toBe('M0,5L1,5L1,3L2,3L2,9L1,9L1,9L0,9Z');
});

test('where it has no height nothing is drawn', () => {
  expect(steppedArea([{ from: 0, to: 1, low: 9, high: 9 }])).toBe('');
  expect(steppedArea([{ from: 0, to: 1, low: 9, high: 9 }, { from: 1, to: 2, low: 9, high: 3 }, { from: 2, to: 3, low: 9, high: 9 }, { from: 3, to: 4, low: 9, high: 3 }])).toBe('M1,3L2,3L2,9L1,9ZM3,3L4,3L4,9L3,9Z');
});
