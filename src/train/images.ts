import { preprocessAugmented } from '../data/augment';
import { preprocess, withSize, type PreprocessConfig } from '../data/preprocess';
import type { Split } from '../data/source';
import { defined } from '../numbers/defined';
import type { HostBatch } from '../tasks/task';

/** Preprocessed pixels kept in memory at most, per split, when nothing random happens to them. */
const CACHE_BYTES = 512 * 1024 * 1024;

/** Rows of a split as batches hold them. */
export interface Feed {
  /** Writes the rows at `indices` in an epoch, and their labels where the batch has any; rows beyond are not touched. */
  fill(indices: ArrayLike<number>, epoch: number, batch: HostBatch): Promise<void>;
  /** Labels of all rows, `width` of each; one where left out. */
  readonly labels: ArrayLike<number>;
  readonly width?: number;
  /** Those of some, in an epoch. */
  labelsOf(indices: ArrayLike<number>, epoch: number): ArrayLike<number>;
  /** Its rows differ from epoch to epoch. */
  readonly drawn?: true;
  /** Rows that are measured besides, where the others alone do not say all; null of none. */
  readonly others?: ExtraRows | null;
  /** Of texts whose words have a class each: the words of a row, and the place of each in it. */
  wordsOf?(index: number): readonly { word: string; at: number }[];
}

/** Rows beside those of a feed. */
export interface ExtraRows {
  feed: Feed;
  count: number;
  /** Of texts that go on by choices, in their order: letters of each choice, the place of the right one among them, and whether all are read to their ends. Null of a text without. */
  readonly choices?: readonly ({ letters: readonly number[]; right: number; whole: boolean } | null)[];
  /** Scores of the rows of both together, each as its objective leaves it. */
  scores(found: Float32Array, beside: Float32Array): Record<string, number>;
}

export interface FeedOptions {
  crop: boolean;
  flip: boolean;
  seed: number;
}

/**
 * Turns images of a split into pixel_values: crop and flip (seeded by epoch and index), resize, normalise. The same
 * code serves training, evaluation and the page. Unaugmented images are preprocessed once.
 */
export class ImageFeed implements Feed {
  private readonly config: PreprocessConfig;
  private readonly cache = new Map<number, Float32Array>();
  private readonly cacheable: boolean;
  readonly drawn?: true;
  /** Floats of one image. */
  readonly floats: number;

  constructor(
    private readonly split: Split,
    config: PreprocessConfig,
    imageSize: number,
    private readonly options: FeedOptions | null,
  ) {
    this.config = withSize(config, imageSize);
    this.floats = 3 * imageSize * imageSize;
    const augmented = options !== null && (options.crop || options.flip);
    if (augmented) this.drawn = true;
    this.cacheable = !augmented && split.count * this.floats * 4 <= CACHE_BYTES;
  }

  /** Writes the images at `indices` as `pixel_values` (B, 3, H, W), and their `labels`, where the batch has them; rows beyond are not touched. */
  async fill(indices: ArrayLike<number>, epoch: number, { pixel_values, labels }: HostBatch): Promise<void> {
    for (let row = 0; row < indices.length; row++) {
      const i = defined(indices[row]);
      if (pixel_values) pixel_values.set(await this.one(i, epoch), row * this.floats);
      if (labels) labels[row] = defined(this.split.labels[i]);
    }
  }

  /** Labels of all images of the split. */
  get labels(): Uint16Array {
    return this.split.labels;
  }

  labelsOf(indices: ArrayLike<number>): number[] {
    return Array.from(indices, (i) => defined(this.split.labels[i]));
  }

  private async one(i: number, epoch: number): Promise<Float32Array> {
    const known = this.cache.get(i);
    if (known) return known;
    const image = await this.split.image(i);
    const { options } = this;
    const data = options && (options.crop || options.flip) ? preprocessAugmented(image, this.config, options, epoch, i) : preprocess(image, this.config);
    if (this.cacheable) this.cache.set(i, data);
    return data;
  }
}
