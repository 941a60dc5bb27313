import { expect, test } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { DataInfo, TrainConfig } from '../../../train/protocol';
import { countsOf, standardFor } from './runLength';
import { setsOf } from '../analyses/landscape';

const data = (val = 0): DataInfo => ({ train: 74, val, test: 20, train_per_class: [37, 37] }) as DataInfo;

test.each<[string, Partial<TrainConfig>, number, ReturnType<typeof countsOf>]>([
  ['nothing held back', {}, 0, { train: 74, follow: 20, followIs: 'test', test: 20 }],
  ['a share held back', { val_fraction: 0.3 }, 0, { train: 52, follow: 22, followIs: 'val', test: 20 }],
  ['limits', { train_limit: 30, test_limit: 7 }, 0, { train: 30, follow: 7, followIs: 'test', test: 7 }],
  ['few of each class', { shots: 4 }, 0, { train: 8, follow: 20, followIs: 'test', test: 20 }],
  ['early stopping', { early_stopping_patience: 2 }, 0, { train: 67, follow: 7, followIs: 'val', test: 20 }],
  ['a set with validation images', { val_fraction: 0.3 }, 12, { train: 74, follow: 12, followIs: 'val', test: 20 }],
])('a run’s sets are said with as many images as they will have: %s', (_, given, val, counts) => {
  expect(countsOf(completeTrain(given), data(val))).toEqual(counts);
});

test('each set of a landscape is said with its own count', () => {
  const run = (val_fraction: number) => ({ train: completeTrain({ val_fraction }) }) as never;
  expect(setsOf(run(0.3), data(), ['train', 'val'])).toEqual([{ split: 'train', of: 52 }, { split: 'val', of: 22 }]);
  expect(setsOf(run(0), data(), ['val'])).toEqual([{ split: 'test', of: 20 }]);
});

test('few pictures of one’s own, learned with one press, are seen no more than they need, unless a person says how long', () => {
  const own = (train: number, more: Partial<DataInfo> = {}) => ({ train, val: 0, test: 20, train_per_class: [train / 2, train / 2], builtin: false, ...more }) as DataInfo;
  const steps = (set: DataInfo, alone = true, train = {}) => standardFor(train, false, undefined, set, alone).steps;
  // A fifth of 50 is held back: 40 pictures in batches of 32.
  expect(steps(own(50))).toBe(60);
  expect([steps(own(140)), steps(own(140), true, { batch: 16 })]).toEqual([115, 200]);
  expect([steps(own(1000)), steps(own(50), false), steps(own(50, { builtin: true }))]).toEqual([200, 200, 200]);
  // It is evaluated as often as a usual run.
  expect(standardFor({}, false, undefined, own(50), true).eval_every).toBe(8);
  expect(standardFor({ steps: 500 }, false, undefined, own(50), true).eval_every).toBe(63);
});
