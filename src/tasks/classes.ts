import { defined } from '../numbers/defined';
import { isAbove } from '../numbers/order';
import { add } from '../ops/add';
import { crossEntropy } from '../ops/crossEntropy';
import type { Evaluation } from './verdict';
import type { Judged, Objective, Verdict } from './task';

/** Images that are named at most: right ones of each class, mistakes of each other cell of the confusion matrix, and all together. */
const RIGHT_IMAGES = 24;
const WRONG_IMAGES = 200;
const NAMED_IMAGES = 4000;

/** Images and their classes: softmax cross entropy of the model's logits. */
export const classify: Objective = {
  fits: () => true,
  batch: ({ channels, image_size }, rows) => ({
    pixel_values: { shape: [rows, channels, image_size, image_size], dtype: 'f32' },
    labels: { shape: [rows], dtype: 'u32' },
  }),
  forward: (ctx, model, { pixel_values }) => model.forward(ctx, pixel_values!),
  mixed: (rows) => ({ other_labels: { shape: [rows], dtype: 'u32' }, shares: { shape: [rows], dtype: 'f32' } }),
  loss(outputs, { labels, other_labels, shares }, smoothing, part) {
    const { rows, dlogits } = crossEntropy(outputs, labels!, smoothing, { ...part, shares });
    if (!shares) return { rows, dout: dlogits };
    const other = crossEntropy(outputs, other_labels!, smoothing, { ...part, besides: true, shares, rest: true });
    // Stryker disable next-line ObjectLiteral: people read it, and no test
    return { rows, dout: dlogits && add(dlogits, other.dlogits!, { label: 'd logits of both labels' }) };
  },
  weighs: true,
  judge: judgeClasses,
  better: (than, found) => isAbove(found.accuracy, than.accuracy),
};

/** Probability of the label by its cross entropy, to three digits after the point. */
const likelyBy = (loss: number): number => Math.round(1000 * Math.exp(-loss)) / 1000;

/** Top-1, per class, and the confusion matrix, of rows (count, 4): loss, right, counted, prediction. */
function judgeClasses(rows: Float32Array, { labels, classes, name }: Judged): Verdict {
  const count = rows.length / 4;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const images: NonNullable<Evaluation['images']> = [];
  let loss = 0;
  for (let i = 0; i < count; i++) {
    loss += defined(rows[4 * i]);
    const [label, predicted] = [defined(labels[i]), defined(rows[4 * i + 3])];
    const seen = (defined(confusion[label])[predicted] = defined(defined(confusion[label])[predicted]) + 1);
    if (name && seen <= (label === predicted ? RIGHT_IMAGES : WRONG_IMAGES) && images.length < NAMED_IMAGES) images.push([name(i), label, predicted, likelyBy(defined(rows[4 * i]))]);
  }
  const right = confusion.map((row, c) => defined(row[c]));
  const totals = confusion.map((row) => row.reduce((a, b) => a + b, 0));
  return {
    loss: loss / count,
    accuracy: right.reduce((a, b) => a + b, 0) / count,
    per_class: right.map((n, c) => (totals[c] ? n / totals[c] : NaN)),
    confusion,
    ...(name && { images }),
  };
}
