import { expect, test } from 'vitest';
import { tinyData } from '../testing/tiny';
import { completeTrain } from './config';
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
