import { limited } from '../data/limit';
import { fewShot, Random, shuffle } from '../data/random';
import { subset } from '../data/split';
import { DataError, type Dataset, type Split } from '../data/source';
import { said } from '../said/said';
import type { TrainConfig } from './protocol';
import { heldOf, heldShare, RATE_SEED } from './rates.meta';

/** The images of a run: what is trained on, what the run is followed on, and what the result is measured on. */
export interface RunSplits {
  train: Split;
  /** The same as `test` when nothing is held back, and in trials, which have no other test. */
  follow: Split;
  followIs: 'val' | 'test';
  test: Split;
}

/**
 * Limits by their rule, the same for every seed; then the validation share and few shots, by the seed alone. A set's own
 * validation images are used as they are, and nothing is held back then. Throws DataError when too little remains.
 */
export function runSplits(data: Dataset, config: TrainConfig): RunSplits {
  let train = limited(data.train, config.train_limit || Infinity, config.limit_rule);
  const test = limited(data.test, config.test_limit || Infinity, config.limit_rule);
  let follow = data.val ?? test;
  const held = data.val ? 0 : Math.round(config.val_fraction * train.count);
  if (held > 0) {
    const order = shuffle(Uint32Array.from({ length: train.count }, (_, i) => i), new Random(config.seed, 0x76616c));
    follow = subset(train, order.slice(0, held).sort());
    train = subset(train, order.slice(held).sort());
  }
  if (config.shots) train = subset(train, fewShot(train.labels, config.shots, config.seed));
  const present = new Set(train.labels);
  if (train.count < 2 || present.size < 2) {
    const [images, classes] = [train.count, present.size];
    throw new DataError(
      images === 1
        ? said`${images} training image of ${classes} class remain; training needs at least two images and two classes.`
        : classes === 1
          ? said`${images} training images of ${classes} class remain; training needs at least two images and two classes.`
          : said`${images} training images of ${classes} classes remain; training needs at least two images and two classes.`,
    );
  }
  if (test.count < 1) throw new DataError(said`${data.title} has no test image; accuracy could not be measured.`);
  return { train, follow, followIs: follow === test ? 'test' : 'val', test };
}

/**
 * The images that a learning rate is found on: some of the training images are held back, or the set's own validation images
 * are taken, and what is measured is measured on those alone. Throws DataError when too few remain.
 */
export function trialSplits(data: Dataset, config: TrainConfig): RunSplits & { share: number } {
  const { count } = limited(data.train, config.train_limit || Infinity, config.limit_rule);
  const share = heldShare(config, count);
  const { train, follow, followIs } = runSplits(data, { ...config, val_fraction: share, seed: RATE_SEED });
  if (followIs === 'test') throw new DataError(said`${data.title} has too few training images to hold some back, on which a learning rate could be found; give one.`);
  const held = limited(follow, data.val ? heldOf({ val_fraction: 1 }, follow.count) : heldOf(config, count), 'stratified');
  return { train, follow: held, followIs, test: held, share };
}
