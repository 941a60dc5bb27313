import { limited } from '../data/limit';
import { fewShot, shuffle, stratified } from '../data/random';
import { perClass, subset } from '../data/split';
import { DataError, type Dataset, type Split } from '../data/source';
import { streams } from '../data/streams';
import { defined } from '../numbers/defined';
import { heldCount, totalSteps } from './config';
import type { TrainConfig } from './protocol';
import { heldOf, heldShare, RATE_SEED } from './rates.meta';

/** The images of a run: what is trained on, what the run is followed on, and what the result is measured on. */
export interface RunSplits {
  train: Split;
  /** The same as `test` when nothing is held back, and in trials, which have no other test. */
  follow: Split;
  followIs: 'val' | 'test';
  test: Split;
  /** Training images that were held back though no share was set: early stopping needs some. */
  taken: number;
}

/** So many examples of each class, by a seed. */
export const shotsOf = (labels: ArrayLike<number>, shots: number, seed: number): Uint32Array => fewShot(labels, shots, (label) => streams.shots(seed, label));

/**
 * Limits by their rule, the same for every seed; then the validation share and few shots, by the seed alone. A set's own
 * validation images are used as they are, and nothing is held back then. Early stopping takes images of each class where no share is set. Throws DataError when too little remains.
 */
export function runSplits(data: Dataset, config: TrainConfig): RunSplits {
  let train = limited(data.train, config.train_limit || Infinity, config.limit_rule);
  const test = limited(data.test, config.test_limit || Infinity, config.limit_rule);
  let follow = data.val ?? test;
  const held = data.val ? 0 : heldCount(config, perClass(train, data.classes.length));
  if (config.early_stopping_patience > 0 && !data.val && held === 0) throw new DataError(`Early stopping needs examples that are not trained on, and ${data.title} has no class with more than one training example; add examples, or switch it off.`);
  if (held > 0) {
    const [first, rest] = config.val_fraction > 0 ? byChance(train, held, config.seed) : ofEachClass(train, held, config.seed);
    follow = subset(train, first);
    train = subset(train, rest);
  }
  if (config.shots) train = subset(train, shotsOf(train.labels, config.shots, config.seed));
  const present = new Set(train.labels);
  if (present.size < 2) {
    const [images, classes] = [train.count, present.size];
    throw new DataError(
      images === 1
        ? `${images} training example of ${classes} class remain; training needs at least two examples and two classes.`
        : classes === 1
          ? `${images} training examples of ${classes} class remain; training needs at least two examples and two classes.`
          : `${images} training examples of ${classes} classes remain; training needs at least two examples and two classes.`,
    );
  }
  if (test.count < 1) throw new DataError(`${data.title} has no test example; accuracy could not be measured.`);
  return { train, follow, followIs: follow === test ? 'test' : 'val', test, taken: config.val_fraction > 0 ? 0 : held };
}

/** So many images of a split by chance, and the others, each in order. */
function byChance({ count }: Split, held: number, seed: number): [Uint32Array, Uint32Array] {
  const order = shuffle(Uint32Array.from({ length: count }, (_, i) => i), streams.validation(seed));
  return [order.slice(0, held).sort(), order.slice(held).sort()];
}

/** So many images of a split, of each class in proportion, but none of a class that has no other; and the others. */
function ofEachClass(split: Split, held: number, seed: number): [Uint32Array, Uint32Array] {
  const { count, labels } = split;
  const counts = perClass(split, 0);
  const able = Uint32Array.from(labels.keys()).filter((i) => defined(counts[defined(labels[i])]) > 1);
  const first = stratified(Array.from(able, (i) => defined(labels[i])), held, (label) => streams.held(seed, label)).map((i) => defined(able[i]));
  const taken = new Set(first);
  return [first, Uint32Array.from({ length: count }, (_, i) => i).filter((i) => !taken.has(i))];
}

/**
 * The images that a learning rate is found on: some of the training images are held back, or the set's own validation images
 * are taken, and what is measured is measured on those alone. Throws DataError when too few remain.
 */
export function trialSplits(data: Dataset, config: TrainConfig): RunSplits & { share: number } {
  const { count } = limited(data.train, config.train_limit || Infinity, config.limit_rule);
  const share = heldShare(config, count);
  const { train, follow, followIs, taken } = runSplits(data, { ...config, val_fraction: share, seed: RATE_SEED });
  if (followIs === 'test') throw new DataError(`${data.title} has too few training examples to hold some back, on which a learning rate could be found; give one.`);
  const { steps } = totalSteps(config, count);
  const held = limited(follow, data.val ? heldOf({ ...config, val_fraction: 1 }, follow.count, steps) : heldOf(config, count, steps), 'stratified');
  return { train, follow: held, followIs, test: held, taken, share };
}
