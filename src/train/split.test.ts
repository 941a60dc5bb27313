import { expect, test } from 'vitest';
import { Batches } from '../data/batches';
import { tinyData } from '../testing/tiny';
import type { Split } from '../data/source';
import { completeTrain, fingerprint, keptTrain } from './config';
import { runSplits } from './split';

test("a set's own validation images are followed, and nothing is held back", () => {
  const data = tinyData(24, 10);
  const val = tinyData(6, 4).train;
  const own = runSplits({ ...data, val }, completeTrain({ val_fraction: 0.25 }));
  expect([own.train.count, own.follow, own.followIs, own.test]).toEqual([24, val, 'val', data.test]);
  const held = runSplits(data, completeTrain({ val_fraction: 0.25 }));
  expect([held.train.count, held.follow.count, held.followIs]).toEqual([18, 6, 'val']);
  const none = runSplits(data, completeTrain({ val_fraction: 0 }));
  expect([none.train.count, none.follow, none.followIs]).toEqual([24, data.test, 'test']);
});

/** The same images in the order of their classes, as folders lie. */
const sorted = (split: Split): Split => ({ ...split, labels: split.labels.slice().sort() });

test('a limit leaves no class out, and takes the same images whatever the seed', () => {
  const { train, test: tests, ...rest } = tinyData(40, 60, 4);
  const data = { ...rest, train: sorted(train), test: sorted(tests) };
  const of = (seed: number, change: object = {}) => runSplits(data, completeTrain({ seed, train_limit: 10, test_limit: 20, ...change }));
  const counts = (split: Split) => [0, 1, 2, 3].map((label) => [...split.labels].filter((l) => l === label).length);
  expect([counts(of(0).test), counts(of(0).train)]).toEqual([[5, 5, 5, 5], [3, 3, 2, 2]]);
  const pixels = (split: Split) => Array.from({ length: split.count }, (_, i) => split.image(i));
  expect(pixels(of(1).test)).toEqual(pixels(of(0).test));
  expect(pixels(of(1).train)).toEqual(pixels(of(0).train));
});

test('runs of before take the first images still, and their checkpoints are their own', () => {
  const { limit_rule: _, ...old } = completeTrain({ train_limit: 10, test_limit: 5 });
  const kept = keptTrain(old);
  const data = tinyData(40, 60, 4);
  expect([kept.limit_rule, ...runSplits(data, kept).test.labels]).toEqual(['first', 0, 1, 2, 3, 0]);
  const spec = { id: 'x', name: 'x', model: 'm', data: 'd', method: { method: 'lora' } };
  expect(fingerprint({ ...spec, train: kept })).toBe(fingerprint({ ...spec, train: old as typeof kept }));
  expect(fingerprint({ ...spec, train: completeTrain(old) })).not.toBe(fingerprint({ ...spec, train: kept }));
  // Without a limit there is nothing that could differ.
  const { limit_rule: _none, ...whole } = completeTrain({});
  expect(keptTrain(whole)).toEqual(completeTrain({}));
  expect(fingerprint({ ...spec, train: completeTrain({}) })).toBe(fingerprint({ ...spec, train: whole as typeof kept }));
});

test('a large set: more images than a call has room for as arguments', () => {
  const { train, ...rest } = tinyData(4, 10, 2);
  const labels = Uint16Array.from({ length: 150_000 }, (_, i) => i % 2);
  const { train: kept, follow, followIs } = runSplits({ ...rest, train: { ...train, count: labels.length, labels } }, completeTrain({ train_limit: 0, val_fraction: 0, early_stopping_patience: 3 }));
  expect([kept.count + follow.count, followIs]).toEqual([labels.length, 'val']);
});

test('the few images of class c are not those that come first in epoch c', () => {
  const train = { count: 24, labels: Uint16Array.from({ length: 24 }, (_, i) => i % 2), image: (i: number) => ({ width: i, height: 1, data: new Uint8Array() }) };
  const alike = Array.from({ length: 20 }, (_, seed) => {
    const few = runSplits({ ...tinyData(), train }, completeTrain({ shots: 4, seed })).train;
    const taken = Array.from(few.labels.keys()).filter((i) => few.labels[i] === 1).map((i) => Math.floor((few.image(i) as { width: number }).width / 2));
    const epoch = new Batches({ count: 12, batch: 4, seed, last: 'drop' }).at(3);
    return epoch.epoch === 1 && taken.join() === [...epoch.indices].sort((a, b) => a - b).join();
  });
  expect(alike.filter(Boolean).length).toBeLessThan(3);
});
