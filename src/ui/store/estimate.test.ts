import { expect, test } from 'vitest';
import type { Dataset, Split } from '../../data/source';
import { perClass } from '../../data/split';
import { completeTrain } from '../../train/config';
import type { DataInfo, TrainConfig } from '../../train/protocol';
import { runSplits } from '../../train/split';
import { countsOf } from './estimate';
import { setsOf } from './landscape';

const split = (labels: number[]): Split => ({ count: labels.length, labels: Uint16Array.from(labels), image: () => Promise.reject(new Error('not looked at')) });
const each = (count: number): Split => split(Array.from({ length: 2 * count }, (_, i) => i % 2));
const infoOf = ({ train, val, test }: Dataset): DataInfo => ({ train: train.count, val: val?.count ?? 0, test: test.count, train_per_class: perClass(train, 2) }) as DataInfo;
const data = (val?: Split): Dataset => ({ title: 'd', classes: ['a', 'b'], train: each(37), val, test: each(10) }) as unknown as Dataset;

test.each<[string, Partial<TrainConfig>, Split | undefined]>([
  ['nothing held back', {}, undefined],
  ['a share held back', { val_fraction: 0.3 }, undefined],
  ['limits', { train_limit: 30, test_limit: 7 }, undefined],
  ['few of each class', { shots: 4 }, undefined],
  ['early stopping', { early_stopping_patience: 2 }, undefined],
  ['a set with validation images', { val_fraction: 0.3 }, each(6)],
])('a run’s sets are said with as many images as they will have: %s', (_, given, val) => {
  const train = completeTrain(given);
  const parted = runSplits(data(val), train);
  expect(countsOf(train, infoOf(data(val)))).toEqual({ train: parted.train.count, follow: parted.follow.count, followIs: parted.followIs, test: parted.test.count });
});

test('each set of a landscape is said with its own count', () => {
  const run = (val_fraction: number) => ({ train: completeTrain({ val_fraction }) }) as never;
  expect(setsOf(run(0.3), infoOf(data()), ['train', 'val'])).toEqual([{ split: 'train', of: 52 }, { split: 'val', of: 22 }]);
  expect(setsOf(run(0), infoOf(data()), ['val'])).toEqual([{ split: 'test', of: 20 }]);
});
