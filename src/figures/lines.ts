import { area, line } from 'd3-shape';
import { defined, several } from '../numbers/defined';
import type { Box } from './labels';
import { at, type Scale } from './scale';

type Numbers = ArrayLike<number>;

/**
 * Exponential moving average over all points, freed of its start: y_t = sum w^(t-i) x_i / sum w^(t-i), with w the weight of
 * the past (0 to below 1). What is no number is left out. Source: the bias correction of Adam, Kingma and Ba, 2015.
 */
export function ema(values: Numbers, weight: number): Float32Array {
  const out = new Float32Array(values.length);
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) {
      sum = weight * sum + defined(values[i]);
      weights = weight * weights + 1;
    }
    out[i] = weights > 0 ? sum / weights : NaN;
  }
  return out;
}

/** Centred moving average over all points; the window shrinks at the ends. Values that are no number are left out. */
export function smooth(values: Numbers, window: number): Float32Array {
  const out = new Float32Array(values.length);
  const half = window >> 1;
  let sum = 0;
  let count = 0;
  const add = (i: number, sign: number) => {
    if (i < 0 || i >= values.length || !Number.isFinite(values[i])) return;
    sum += sign * defined(values[i]);
    count += sign;
  };
  for (let i = 0; i < half; i++) add(i, 1);
  for (let i = 0; i < values.length; i++) {
    add(i + half, 1);
    add(i - half - 1, -1);
    out[i] = count > 0 ? sum / count : NaN;
  }
  return out;
}

/**
 * Indices that keep the shape of a long line: the least and the greatest of each bucket, and both ends.
 * A chart is a few hundred pixels wide; more points only cost time.
 */
export function thin(y: Numbers, most = 600): number[] {
  const n = y.length;
  if (n <= most) return Array.from({ length: n }, (_, i) => i);
  const buckets = most >> 1;
  const out: number[] = [0];
  for (let b = 0; b < buckets; b++) {
    const start = Math.floor((b * n) / buckets);
    const end = Math.floor(((b + 1) * n) / buckets);
    let low = start;
    let high = start;
    for (let i = start; i < end; i++) {
      if (defined(y[i]) < defined(y[low])) low = i;
      if (defined(y[i]) > defined(y[high])) high = i;
    }
    for (const i of low < high ? [low, high] : [high, low]) if (i !== out[out.length - 1]) out.push(i);
  }
  if (out[out.length - 1] !== n - 1) out.push(n - 1);
  return out;
}

/** SVG path in a box of 1000 by 1000; a gap where a value is no number. */
export function path(x: Numbers, y: Numbers, sx: Scale, sy: Scale): string {
  const px = (i: number) => 1000 * at(sx, defined(x[i]));
  const py = (i: number) => 1000 * (1 - at(sy, defined(y[i])));
  return line<number>((i) => px(i), (i) => Math.min(9999, Math.max(-9999, py(i)))).defined((i) => Number.isFinite(px(i)) && Number.isFinite(py(i))).digits(1)(thin(y)) ?? '';
}

/** SVG path in a box of 1000 by 1000 around the area between y − half and y + half, within the scale; a part without a half width is left out. */
export function bandPath(x: Numbers, y: Numbers, half: Numbers, sx: Scale, sy: Scale): string {
  const edge = (sign: number) => (i: number) => 1000 * (1 - at(sy, Math.min(sy.max, Math.max(sy.min, defined(y[i]) + sign * defined(half[i])))));
  const isShown = (i: number) => Number.isFinite(y[i]) && Number.isFinite(half[i]) && defined(x[i]) >= sx.min && defined(x[i]) <= sx.max;
  return area<number>((i) => 1000 * at(sx, defined(x[i])), edge(-1), edge(1)).defined(isShown).digits(1)(thin(y)) ?? '';
}

/** Area that a line through points covers, in boxes of a few pixels: words had better not stand there. */
export function lineBoxes(points: readonly { x: number; y: number }[]): Box[] {
  const half = 1;
  return points.slice(1).flatMap((to, i): Box[] => {
    const from = defined(points[i]);
    const parts = from.y === to.y ? 1 : Math.min(200, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) / 4));
    return Array.from({ length: parts }, (_, k) => {
      const [x, y, nextX, nextY] = several([k, k + 1].flatMap((part) => [from.x + (part / parts) * (to.x - from.x), from.y + (part / parts) * (to.y - from.y)]), 4);
      return { left: Math.min(x, nextX) - half, right: Math.max(x, nextX) + half, top: Math.min(y, nextY) - half, bottom: Math.max(y, nextY) + half };
    });
  });
}

/** Index of the last point at or before `value` in an ascending column; 0 when all are later. */
export function indexAt(x: Numbers, value: number): number {
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (defined(x[middle]) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Moves labels apart so that neighbours keep their heights, each staying as near as it can, their middles inside [low, high].
 * `heights` is one for all, or one for each.
 */
export function spread(wanted: readonly number[], heights: number | readonly number[], low: number, high: number): number[] {
  const tall = (i: number) => (typeof heights === 'number' ? heights : defined(heights[i]));
  const order = [...wanted.entries()].sort(([, a], [, b]) => a - b);
  interface Block {
    items: number[];
    height: number;
    /** Sum over its labels of where its top would be if that label stood where it wants. */
    tops: number;
  }
  const topOf = ({ tops, items }: Block) => tops / items.length;
  const blocks: Block[] = [];
  for (const [i, middle] of order) {
    let block: Block = { items: [i], height: tall(i), tops: middle - tall(i) / 2 };
    // Labels that touch become one block, which stands where it suits them best together.
    for (let above = blocks.at(-1); above && !(topOf(block) >= topOf(above) + above.height - 1e-9); above = blocks.at(-1)) {
      blocks.pop();
      block = { items: [...above.items, ...block.items], height: above.height + block.height, tops: above.tops + block.tops - block.items.length * above.height };
    }
    blocks.push(block);
  }
  const out = new Array<number>(wanted.length);
  let floor = -Infinity;
  for (const block of blocks) {
    const { items, height } = block;
    const least = low - tall(defined(items[0])) / 2;
    const most = high + tall(defined(items.at(-1))) / 2 - height;
    let top = Math.max(floor, least, Math.min(topOf(block), most));
    for (const i of items) {
      out[i] = top + tall(i) / 2;
      top += tall(i);
    }
    floor = top;
  }
  return out;
}
