import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEPT_RIGHT, MOST_SURE, noThreshold, thresholdOf } from './facts.meta';

const answer = (probability: number, right: boolean) => ({ probability, right });

test('the threshold leaves nineteen of twenty right answers, and says what it costs and keeps out', () => {
  const right = Array.from({ length: 20 }, (_, i) => answer(0.4 + i / 50, true));
  // One of twenty may fall below: that at 0.4.
  expect(thresholdOf([...right, answer(0.3, false), answer(0.41, false), answer(0.9, false), answer(0.42, false)], 'val')).toEqual({ value: 0.42, images: 24, split: 'val', right: 0.95, wrong: 0.5 });
  expect(thresholdOf([answer(0.7, true)], 'test')).toEqual({ value: 0.7, images: 1, split: 'test', right: 1, wrong: null });
});

test('it asks for no more than nine tenths, however sure the answers to the pictures at hand are', () => {
  expect(thresholdOf([answer(0.999, true), answer(1, true)], 'val')).toMatchObject({ value: MOST_SURE, right: 1 });
});

test('where nothing was right every answer is given', () => {
  expect(thresholdOf([answer(0.9, false)], 'val')).toEqual(noThreshold);
  expect(thresholdOf([], 'val')).toEqual(noThreshold);
});

test('whatever was answered, it keeps that share of the right ones', () => {
  fc.assert(fc.property(fc.array(fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() })), (answers) => {
    const { value, right } = thresholdOf(answers, 'val');
    expect(value).toBeGreaterThanOrEqual(0);
    expect(right).toBeGreaterThanOrEqual(KEPT_RIGHT);
  }));
});
