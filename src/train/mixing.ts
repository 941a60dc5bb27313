import { drawMix, mixInto, mixes } from '../data/mix';
import { streams } from '../data/streams';
import { defined } from '../numbers/defined';
import type { BatchSource } from './feeds';
import type { TrainConfig } from './protocol';

type Mixing = Pick<TrainConfig, 'mixup_alpha' | 'cutmix_alpha' | 'accumulate' | 'seed'>;

/**
 * Batches whose pictures are mixed with others of the same step, or the same ones where nothing is to be mixed. One draw for each
 * step, from the seed and its number; the partner of a picture is the one as far from the end of the step as it is from its start,
 * so that it does not matter how the step is divided into micro-batches. `labels` are those that count more, `other_labels` the
 * others, and `shares` how much the first count. `shape`: (B, c, H, W).
 */
export function mixedBatches(source: BatchSource, train: Mixing, shape: readonly number[]): BatchSource {
  if (!mixes(train)) return source;
  const { accumulate, seed } = train;
  const [B, , height, width] = shape as [number, number, number, number];
  const partners = { pixel_values: new Float32Array(shape.reduce((n, d) => n * d, 1)), labels: new Uint32Array(B) };
  const floats = partners.pixel_values.length / B;
  return {
    ...source,
    // They depend on the others of their step.
    rowsAt: undefined,
    async fill(at, batch) {
      const micro = at % accumulate;
      await source.fill(at, batch);
      const pixels = batch.pixel_values as Float32Array;
      const { labels, other_labels, shares } = batch;
      // Stryker disable next-line ConditionalExpression,ArithmeticOperator: a batch that is its own partner is the same when it is filled again
      if (2 * micro + 1 === accumulate) {
        partners.pixel_values.set(pixels);
        partners.labels.set(labels!);
      } else await source.fill(at - micro + (accumulate - 1 - micro), partners);
      const mix = drawMix(train, width, height, streams.mixing(seed, Math.floor(at / accumulate)));
      for (let b = 0; b < B; b++) {
        const partner = B - 1 - b;
        mixInto(pixels.subarray(b * floats, (b + 1) * floats), partners.pixel_values.subarray(partner * floats, (partner + 1) * floats), mix, width, height);
        const [own, other] = [defined(labels![b]), defined(partners.labels[partner])];
        // Stryker disable next-line EqualityOperator: two halves count alike
        const most = mix.share >= 0.5;
        labels![b] = most ? own : other;
        other_labels![b] = most ? other : own;
        shares![b] = most ? mix.share : 1 - mix.share;
      }
    },
  };
}
