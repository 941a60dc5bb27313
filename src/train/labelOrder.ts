import { defined } from '../numbers/defined';

/** Features of pictures, `width` of each, one picture after another. */
export interface FeatureRows {
  count: number;
  width: number;
  values: Float32Array;
}

/** Directions of the features of several lists from the mean of all, as rows of length 1: what all pictures have in common tells none apart. A row at the mean stays there. */
export function directions(lists: readonly FeatureRows[]): FeatureRows[] {
  const width = defined(lists[0]).width;
  const mean = new Float64Array(width);
  const all = lists.reduce((sum, { count }) => sum + count, 0);
  for (const { values } of lists) values.forEach((v, i) => (mean[i % width] = defined(mean[i % width]) + v / all));
  return lists.map(({ count, values }) => {
    const unit = values.map((v, i) => v - defined(mean[i % width]));
    for (let i = 0; i < count; i++) {
      const row = unit.subarray(i * width, (i + 1) * width);
      const length = Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
      if (length > 0) row.forEach((v, c) => (row[c] = v / length));
    }
    return { count, width, values: unit };
  });
}

/** Doubt between the two likeliest classes: 1 where they are alike, 0 where one is sure (Settles 2009, margin sampling). */
export function doubtOf(probabilities: ArrayLike<number>): number {
  let [first, second] = [0, 0];
  for (let i = 0; i < probabilities.length; i++) {
    const p = defined(probabilities[i]);
    if (p > first) [first, second] = [p, first];
    else if (p > second) second = p;
  }
  return 1 - (first - second);
}

/** Distance of row `i` of one from row `j` of another. */
function distance(one: FeatureRows, i: number, other: FeatureRows, j: number): number {
  const { width } = one;
  let sum = 0;
  for (let c = 0; c < width; c++) {
    const d = defined(one.values[i * width + c]) - defined(other.values[j * width + c]);
    sum += d * d;
  }
  return Math.sqrt(sum);
}

/**
 * The order in which `pool` is to be labelled, at most `most` of it: each next one has the largest product of doubt and distance to the
 * nearest that is labelled or stands before it, so that a copy of one of these comes last. With equal doubt it is the greedy k-center of
 * Sener & Savarese (arXiv 1708.00489); doubt times distance is what BADGE's gradient embeddings measure (Ash et al., arXiv 1906.03671).
 * Of equal ones the first in the pool. `doubts`: of each of the pool; 1 of all when left out. O((labelled + most) pool width).
 */
export function labelOrder(pool: FeatureRows, labelled: FeatureRows, most: number, doubts?: ArrayLike<number>): number[] {
  const near = new Float64Array(pool.count).fill(Infinity);
  const seen = (of: FeatureRows, j: number) => {
    for (let i = 0; i < pool.count; i++) near[i] = Math.min(defined(near[i]), distance(pool, i, of, j));
  };
  for (let j = 0; j < labelled.count; j++) seen(labelled, j);
  const left = new Set(near.keys());
  const order: number[] = [];
  while (order.length < most && left.size > 0) {
    let [best, score] = [-1, -1];
    for (const i of left) {
      const doubt = doubts ? defined(doubts[i]) : 1;
      const far = defined(near[i]);
      // Before anything is labelled all are as far.
      const value = doubt * (far === Infinity ? 1 : far);
      if (value > score) [best, score] = [i, value];
    }
    left.delete(best);
    order.push(best);
    seen(pool, best);
  }
  return order;
}
