import { expect, test } from 'vitest';
import { isBusy } from './phases';

test('a pause waits for an evaluation to end, and between two steps for nothing', () => {
  expect(isBusy('evaluate', { done: 7, total: 15 })).toBe(true);
  expect(isBusy('evaluate', { done: 15, total: 15 })).toBe(false);
  expect(isBusy('train', { done: 30, total: 60 })).toBe(false);
  // Its trainings wait as a run does.
  expect(isBusy('search', { done: 30, total: 60 })).toBe(false);
});
