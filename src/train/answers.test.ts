import { expect, test } from 'vitest';
import { stampOf } from '../data/stamp';
import type { Split } from '../data/source';
import { subset } from '../data/split';
import { packAnswers, rightOfEach } from './answers.meta';

test('answers come back as they were packed, and not where they do not fit the evaluation', () => {
  for (const count of [1, 7, 8, 9, 24, 25]) {
    const right = Array.from({ length: count }, (_, i) => i % 3 !== 1);
    const accuracy = right.filter(Boolean).length / count;
    const answers = packAnswers(right, '0123456789abcdef');
    expect([...rightOfEach({ answers, count, accuracy })!].map(Boolean)).toEqual(right);
    expect(rightOfEach({ answers: { ...answers }, count: count + 8, accuracy })).toBeNull();
    expect(rightOfEach({ answers: { ...answers }, count, accuracy: accuracy === 1 ? 0 : 1 })).toBeNull();
  }
  // Numbers of a little-endian bit field, as numpy.packbits(bitorder='little') has them: 0b00000101, 0b10.
  expect(packAnswers([true, false, true, false, false, false, false, false, false, true], '').right).toBe(btoa('\x05\x02'));
  expect(rightOfEach({ count: 3, accuracy: 1 })).toBeNull();
});

test('a stamp is of the same images in the same order', () => {
  const split = (names: string[]): Split => ({ count: names.length, labels: Uint16Array.from(names, (_, i) => i % 2), name: (i) => names[i] ?? '', image: () => Promise.reject(new Error('not looked at')) });
  const [set, again, renamed] = [split(['a', 'b', 'c', 'd']), split(['a', 'b', 'c', 'd']), split(['a', 'b', 'c', 'e'])];
  expect(stampOf(set)).toMatch(/^[0-9a-f]{16}$/);
  expect(stampOf(again)).toBe(stampOf(set));
  expect(stampOf(subset(set, [0, 1, 2, 3]))).toBe(stampOf(set));
  for (const other of [renamed, subset(set, [2, 1, 0, 3]), subset(set, [0, 1, 2])]) expect(stampOf(other)).not.toBe(stampOf(set));
  const texts = (first: string): Split => ({ ...split(['', '']), name: undefined, text: () => ({ first, second: null }) });
  expect(stampOf(texts('one'))).not.toBe(stampOf(texts('two')));
});
