import { expect, test } from 'vitest';
import { goesOn } from './phases';

test('a pause waits for an evaluation to end, and between two steps for nothing', () => {
  expect(goesOn('evaluate', { done: 7, total: 15 })).toBe(true);
  expect(goesOn('evaluate', { done: 15, total: 15 })).toBe(false);
  expect(goesOn('train', { done: 30, total: 60 })).toBe(false);
  // Its trainings wait as a run does.
  expect(goesOn('search', { done: 30, total: 60 })).toBe(false);
});
