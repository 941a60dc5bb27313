import { expect, test } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { DataInfo, TrainConfig } from '../../../train/protocol';
import { countsOf } from './runLength';
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
