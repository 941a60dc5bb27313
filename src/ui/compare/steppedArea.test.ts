import { expect, test } from 'vitest';
import { steppedArea } from './steppedArea';

test('an area of steps goes along its top and back along its bottom', () => {
  expect(steppedArea([{ from: 0, to: 1, low: 9, high: 5 }, { from: 1, to: 2, low: 9, high: 3 }])).toBe('M0.0 5.0L1.0 5.0L1.0 3.0L2.0 3.0L2.0 9.0L1.0 9.0L1.0 9.0L0.0 9.0Z');
});

test('where it has no height nothing is drawn', () => {
  expect(steppedArea([{ from: 0, to: 1, low: 9, high: 9 }])).toBe('');
  expect(steppedArea([{ from: 0, to: 1, low: 9, high: 9 }, { from: 1, to: 2, low: 9, high: 3 }, { from: 2, to: 3, low: 9, high: 9 }, { from: 3, to: 4, low: 9, high: 3 }])).toBe('M1.0 3.0L2.0 3.0L2.0 9.0L1.0 9.0ZM3.0 3.0L4.0 3.0L4.0 9.0L3.0 9.0Z');
});
