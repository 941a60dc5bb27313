import { Random } from './random';

/**
 * All that is drawn by chance on the host, each purpose with a stream of its own: a word behind its other keys keeps it apart from the rest. The
 * order of epochs, the first here, has none, and keeps the stream it always had: results of before depend on it. The last two are of
 * data, by a seed that is no run's, and as fixed, as they decide who tests on which rows; a run whose seed is theirs shares their streams.
 */
export const streams = {
  /** The order of a run's images or texts in an epoch. */
  order: (seed: number, epoch: number) => new Random(seed, epoch),
  /** Images of a class that are the few of a run. */
  shots: (seed: number, label: number) => new Random(seed, label, 0x73686f),
  /** Images of a class that early stopping holds back. */
  held: (seed: number, label: number) => new Random(seed, label, 0x686c64),
  /** Images that a validation share holds back. */
  validation: (seed: number) => new Random(seed, 0x76616c),
  /** Images to choose from in the study of labelling, and those that random order takes next. */
  pool: (seed: number) => new Random(seed, 0x706f6f),
  labelled: (seed: number, count: number) => new Random(seed, count, 0x6c6162),
  /** Crop and flip of an image in an epoch. */
  augmentation: (seed: number, epoch: number, index: number) => new Random(seed, epoch, index, 0x617567),
  /** Mixing of the images of a step. */
  mixing: (seed: number, step: number) => new Random(seed, step, 0x6d6978),
  /** Text of its class for each image of a micro-batch. */
  captions: (seed: number, batch: number) => new Random(seed, batch, 0x636170),
  /** Hidden tokens of a text in an epoch, whatever the run's seed. */
  hidden: (epoch: number, index: number) => new Random(epoch, index, 0x686964),
  /** Images of a split for an analysis. */
  analysis: (seed: number) => new Random(seed, 0x706963),
  /** Token at a place of a text that is sampled. */
  token: (seed: number, place: number) => new Random(seed, place, 0x746f6b),
  /** Images of a class that a limit takes: the same for all runs, so that those that are compared are measured on the same images. */
  limit: (label: number) => new Random(0x6c696d69, label),
  /** Partition of a class's images into training, validation and test, by the seed of the data. */
  parts: (seed: number, label: number) => new Random(seed, label),
} satisfies Record<string, (...keys: number[]) => Random>;
