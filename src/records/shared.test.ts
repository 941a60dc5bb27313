import { expect, test } from 'vitest';
import type { Split, TextRow } from '../data/source';
import { subset } from '../data/split';
import { defined } from '../numbers/defined';
import { sharedItems } from '../train/shared';

const texts = (...all: string[]): Split => ({ count: all.length, labels: new Uint16Array(all.length), image: () => expect.unreachable(), text: (i): TextRow => ({ first: defined(all[i]), second: null }) });
const images = (part: string, count: number): Split => ({ count, labels: new Uint16Array(count), image: () => expect.unreachable(), name: (i) => `${part}/${i}` });

test('test texts that a run trains on are told from those that differ in signs alone', async () => {
  const train = texts('good food', 'bad service', 'so so');
  expect(await sharedItems({}, train, texts('good food', 'Bad service!', 'bad service', 'other'))).toEqual({ exact: 2, near: 1 });
  // Only of what this run trains on.
  expect(await sharedItems({}, subset(train, [2]), texts('good food', 'Bad service!'))).toEqual({ exact: 0, near: 0 });
});

test('of images it is known where all were looked at', async () => {
  const [train, tested] = [images('train', 3), images('test', 3)];
  const ref = (split: 'train' | 'test', index: number) => ({ split, index, name: `${split}/${index}`, label: 0 });
  const twins = [{ a: ref('train', 0), b: ref('test', 1), exact: true, bits: 0 }, { a: ref('train', 1), b: ref('test', 1), exact: false, bits: 2 }, { a: ref('test', 2), b: ref('train', 2), exact: false, bits: 3 }];
  expect(await sharedItems({ twins }, train, tested)).toEqual({ exact: 1, near: 1 });
  expect(await sharedItems({ twins }, subset(train, [1]), tested)).toEqual({ exact: 0, near: 1 });
  expect(await sharedItems({}, train, tested)).toBe(undefined);
});
