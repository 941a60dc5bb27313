import { expect, test } from 'vitest';
import { DataError, type Dataset, type Split } from '../data/source';
import { completeTrain } from './config';
import type { TrainConfig } from './protocol';
import { runSplits, trialSplits } from './split';

/** Examples of a run by name: which it trains on, is followed and tested on is the same for ever. */
const splitOf = (labels: readonly number[], from = 0): Split => ({ count: labels.length, labels: Uint16Array.from(labels), image: () => Promise.reject(new Error('decoded')), name: (i) => `${from + i}` });
const names = (split: Split) => Array.from({ length: split.count }, (_, i) => split.name?.(i)).join(' ');
const data: Dataset = { name: 's', title: 'S', classes: ['a', 'b', 'c'], licence: '', source: '', train: splitOf([0, 1, 0, 0, 2, 1, 0, 1, 0, 0, 2, 1]), test: splitOf([0, 1, 2, 0, 1, 2, 0, 0, 0], 100) };
const config = (train: Partial<TrainConfig>) => completeTrain({ val_fraction: 0, train_limit: 0, seed: 5, ...train });
const ALL = '0 1 2 3 4 5 6 7 8 9 10 11';
const TEST = '100 101 102 103 104 105 106 107 108';
const val = splitOf([0, 1], 200);

test.each<[Partial<TrainConfig>, Partial<Dataset>, train: string, follow: string, taken: number]>([
  [{}, {}, ALL, TEST, 0],
  [{ val_fraction: 0.25 }, {}, '1 2 3 4 6 8 9 10 11', '0 5 7', 0], [{ val_fraction: 0.25, seed: 6 }, {}, '0 1 2 3 4 7 8 9 10', '5 6 11', 0], [{ val_fraction: 0.25, early_stopping_patience: 1 }, {}, '1 2 3 4 6 8 9 10 11', '0 5 7', 0],
  // One of each class.
  [{ early_stopping_patience: 1 }, {}, '1 2 3 4 6 7 8 9 11', '0 5 10', 3], [{ early_stopping_patience: 1, seed: 6 }, {}, '0 1 3 6 7 8 9 10 11', '2 4 5', 3],
  // None of a class that has one alone.
  [{ early_stopping_patience: 1 }, { train: splitOf([1, 0, 1, 1]) }, '1 2 3', '0', 1],
  [{ shots: 1 }, {}, '1 2 10', TEST, 0], [{ shots: 2, seed: 6 }, {}, '3 4 6 7 10 11', TEST, 0], [{ shots: 1, val_fraction: 0.25 }, {}, '1 9 10', '0 5 7', 0],
  [{ val_fraction: 0.25 }, { val }, ALL, '200 201', 0], [{ early_stopping_patience: 1 }, { val }, ALL, '200 201', 0], [{}, { val }, ALL, '200 201', 0], [{ early_stopping_patience: 1 }, { val, train: splitOf([0, 1]) }, '0 1', '200 201', 0],
])('%j: %#', (train, change, trained, followed, taken) => {
  const splits = runSplits({ ...data, ...change }, config(train));
  expect([names(splits.train), names(splits.follow), splits.followIs, names(splits.test), splits.taken]).toEqual([trained, followed, followed === TEST ? 'test' : 'val', TEST, taken]);
  expect(splits.follow === splits.test).toBe(followed === TEST);
});

test('of a class that has one alone none is held back, however many are', () => {
  const { train, follow } = runSplits({ ...data, train: splitOf([...new Array<number>(30).fill(2), 0]) }, config({ early_stopping_patience: 1 }));
  expect([train.count, follow.count, names(train).endsWith(' 30')]).toEqual([28, 3, true]);
});

test.each<[Partial<TrainConfig>, string, string]>([
  [{ train_limit: 6, test_limit: 3 }, '0 3 4 5 7 9', '101 102 106'], [{ train_limit: 6, test_limit: 3, limit_rule: 'first' }, '0 1 2 3 4 5', '100 101 102'], [{ train_limit: 12, test_limit: 9 }, ALL, TEST],
])('of limits %j', (limits, trained, tested) => {
  for (const seed of [5, 6]) {
    const splits = runSplits(data, config({ ...limits, seed }));
    expect([names(splits.train), names(splits.test)]).toEqual([trained, tested]);
  }
});

test.each<[string, Partial<Dataset>, Partial<TrainConfig>, RegExp]>([
  ['one example', { train: splitOf([0]) }, {}, /^1 training example of 1 class remain/], ['none', { train: splitOf([]) }, {}, /^0 training examples of 0 classes remain/], ['one class', { train: splitOf([1, 1, 1]) }, {}, /^3 training examples of 1 class remain/],
  ['one class by a limit', {}, { train_limit: 1 }, /^1 training example of 1 class/], ['nothing to test on', { test: splitOf([]) }, {}, /S has no test example/], ['nothing to stop by', { train: splitOf([0, 1, 2]) }, { early_stopping_patience: 1 }, /S has no class with more than one/],
])('%s is too little', (_, change, train, message) => {
  expect(() => runSplits({ ...data, ...change }, config(train))).toThrow(DataError);
  expect(() => runSplits({ ...data, ...change }, config(train))).toThrow(message);
});

test('two examples of two classes, and one to test on, are enough', () => {
  expect(runSplits({ ...data, train: splitOf([2, 0]), test: splitOf([1], 100) }, config({}))).toMatchObject({ train: { count: 2 }, test: { count: 1 } });
});

test.each<[Partial<TrainConfig>, Partial<Dataset>, train: string, held: string, share: number]>([
  [{}, {}, '1 2 3 4 5 6 7 8 9 11', '0 10', 0.2], [{ seed: 6 }, {}, '1 2 3 4 5 6 7 8 9 11', '0 10', 0.2], [{ val_fraction: 0.5 }, {}, '1 2 4 5 6 8', '0 3 7 9 10 11', 0.5], [{ train_limit: 10 }, {}, '0 1 4 5 7 8 9 10', '3 6', 0.2],
  [{ early_stopping_patience: 1 }, {}, '1 2 3 4 5 6 7 8 9 11', '0 10', 0.2], [{}, { val: splitOf([0, 1, 2], 200) }, ALL, '200 201 202', 0.2],
])('a rate is found with %j on what is held back alone: %#', (train, change, trained, held, share) => {
  const splits = trialSplits({ ...data, ...change }, config(train));
  expect([names(splits.train), names(splits.follow), splits.followIs, splits.test === splits.follow, splits.taken, splits.share]).toEqual([trained, held, 'val', true, 0, share]);
});

test('of many held back a rate is found on five hundred, drawn by class, and none are too few', () => {
  const many = splitOf(Array.from({ length: 700 }, (_, i) => Number(i >= 350)), 1000);
  const own = trialSplits({ ...data, val: many }, config({ steps: 1000 }));
  expect([own.follow.count, own.follow.labels.reduce((sum, label) => sum + label, 0)]).toEqual([500, 250]);
  expect(trialSplits({ ...data, train: splitOf(Array.from({ length: 3000 }, (_, i) => i % 2)) }, config({ val_fraction: 0.4, steps: 1000 }))).toMatchObject({ train: { count: 1800 }, follow: { count: 500 } });
  // Of a short run no more than is worth its time.
  expect(trialSplits({ ...data, val: many }, config({ steps: 10 })).follow.count).toBe(100);
  expect(() => trialSplits({ ...data, train: splitOf([0, 1]) }, config({}))).toThrow(/too few training examples to hold some back/);
});
