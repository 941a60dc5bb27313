import { Batches } from '../data/batches';
import { DataError, type Split } from '../data/source';
import type { TextTower } from '../models/model';
import type { BatchTexts, HostBatch } from '../tasks/task';
import { ImageFeed, type Feed } from './images';
import type { PreprocessConfig } from '../data/preprocess';
import type { KnownModel } from './openModel';
import type { TrainConfig } from './protocol';

export interface BatchSource {
  /** Training images (for epochs), and a fixed number of steps where the source has one. */
  count: number;
  steps: number | null;
  /** Writes micro-batch number `at` of the run: `pixel_values` (B, 3, H, W) where the batch has them, and `labels` (B) where it has any. Depends on `at` alone. */
  fill(at: number, batch: HostBatch): Promise<void>;
  /** Rows of micro-batch `at`, by numbers that stand for the same values whenever they come. Absent where there are none. */
  rowsAt?(at: number): ArrayLike<number>;
  /** Classes of all images that are trained on, and of those of micro-batch `at`. */
  labels: ArrayLike<number>;
  labelsAt(at: number): ArrayLike<number>;
  /** Texts (B, tokens) that go with the images, where the source brings its own. */
  texts?: BatchTexts & { tokens: number };
}

/** Batches of a split, in an order that depends on the seed and the step alone. */
export function splitBatches(split: Split, preprocess: PreprocessConfig, imageSize: number, config: TrainConfig): BatchSource {
  return feedBatches(new ImageFeed(split, preprocess, imageSize, { crop: config.crop, flip: config.flip, seed: config.seed }), split, config);
}

/** A split as a model of this image size is measured on it: `feedOf` says how, where it is not of images. */
export const measuredFeed = (split: Split, { preprocess }: Pick<KnownModel, 'preprocess'>, imageSize: number, feedOf?: (split: Split) => Feed): Feed => feedOf?.(split) ?? new ImageFeed(split, preprocess, imageSize, null);

/** Rows that an evaluation of a split looks at: the split's, and those that its feed has besides. */
export const rowsMeasured = ({ count }: Split, feed?: Pick<Feed, 'others'>): number => count + (feed?.others?.count ?? 0);

/** The same of that of these splits which has the most. */
export const mostMeasured = (splits: readonly Split[], feedOf?: (split: Split) => Feed): number => Math.max(0, ...splits.map((split) => rowsMeasured(split, feedOf?.(split))));

/** Batches of a split as this model takes them: `feedOf` says how, where they are not of images. */
export const trainBatches = (split: Split, { preprocess, net }: Pick<KnownModel, 'preprocess' | 'net'>, config: TrainConfig, feedOf?: (split: Split) => Feed): BatchSource =>
  feedOf ? feedBatches(feedOf(split), split, config) : splitBatches(split, preprocess, config.image_size || net.image_size, config);

/** The same of whatever a split feeds. */
export function feedBatches(feed: Feed, split: Pick<Split, 'count'>, config: Pick<TrainConfig, 'batch' | 'seed'>): BatchSource {
  // Stryker disable next-line StringLiteral: what is not dropped is filled up
  const batches = new Batches({ count: split.count, batch: config.batch, seed: config.seed, last: 'wrap' });
  return {
    count: split.count,
    steps: null,
    get labels() {
      return feed.labels;
    },
    labelsAt(at) {
      const { indices, epoch } = batches.at(at);
      return feed.labelsOf(indices, epoch);
    },
    ...(!feed.drawn && { rowsAt: (at: number) => batches.at(at).indices }),
    async fill(at, batch) {
      const { indices, epoch } = batches.at(at);
      await feed.fill(indices, epoch, batch);
    },
  };
}

/** Fixed batches from a file: pixel_values (S, B, 3, H, W) and labels (S, B), replayed in order. Throws DataError. */
export function fixedBatches(pixels: Float32Array, shape: readonly number[], labels: Float32Array, classes: number): BatchSource & { batch: number; size: [number, number] } {
  const [S, B, C, H, W] = shape as [number, number, number, number, number];
  if (shape.length !== 5 || C !== 3) throw new DataError(`pixel_values of --batches must be (S, B, 3, H, W), it is [${shape.join(', ')}].`);
  if (labels.length !== S * B) throw new DataError(`--batches has ${labels.length} labels for ${S} batches of ${B} images.`);
  const bad = labels.find((l) => !Number.isInteger(l) || l < 0 || l >= classes);
  if (bad !== undefined) throw new DataError(`--batches has a label ${bad}; the model has classes 0 to ${classes - 1}.`);
  const floats = B * C * H * W;
  return {
    count: S * B,
    steps: S,
    batch: B,
    size: [H, W],
    labels,
    labelsAt: (at) => labels.subarray(at * B, (at + 1) * B),
    fill(at, batch) {
      batch.pixel_values!.set(pixels.subarray(at * floats, (at + 1) * floats));
      batch.labels?.set(labels.subarray(at * B, (at + 1) * B));
      return Promise.resolve();
    },
  };
}

/** Texts of fixed batches: input_ids (S, B, T), replayed in order. Throws DataError. */
export function fixedTexts(ids: Float32Array, shape: readonly number[], batches: { steps: number | null; batch: number }, tower: TextTower): BatchTexts & { tokens: number } {
  const [S, B, T] = shape as [number, number, number];
  if (shape.length !== 3 || S !== batches.steps || B !== batches.batch || T < 1 || T > tower.max_tokens) {
    throw new DataError(`input_ids of --batches must be (${String(batches.steps)}, ${batches.batch}, T) with at most ${tower.max_tokens} tokens, it is [${shape.join(', ')}].`);
  }
  const bad = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= tower.vocab_size);
  if (bad !== undefined) throw new DataError(`--batches has a token ${bad}; the model knows tokens 0 to ${tower.vocab_size - 1}.`);
  return {
    tokens: T,
    fill(at, _labels, out, ends) {
      out.set(ids.subarray(at * B * T, (at + 1) * B * T));
      // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
      for (let b = 0; b < B; b++) ends[b] = tower.endOf(out.subarray(b * T, (b + 1) * T));
    },
  };
}
