import { clipOf, coordinate, CORNERS, lengthsOf, strides } from '../../../analysis/plane.meta';
import type { Landscape, LandscapeSet } from '../../../analysis/analysis.meta';
import { formatLoss, formatPercent } from '../../../language/format';
import { roundStep, roundValues } from '../../../figures/scale';
import { defined } from '../../../numbers/defined';

/** Quantities of its models that a landscape can show. */
export const quantities = ['loss', 'accuracy'] as const;
export type Quantity = (typeof quantities)[number];

/** Geometry of a landscape's drawing: values, their range, and their places. */

/** Values between which colours and heights go. `best` is the end that stands off the page. */
export interface Range {
  low: number;
  high: number;
  quantity: Quantity;
}

const isMeasured = (set: LandscapeSet, index: number): boolean => Number.isFinite(set.accuracy[index]);

/** Range of a set's values: losses up to 1.2 times the largest of the corners, accuracies as they are. */
export function rangeOf(set: LandscapeSet, quantity: Quantity): Range {
  const own = [...set[quantity], ...set.corners.map((corner) => corner[quantity])].filter(Number.isFinite);
  const low = Math.min(...own);
  const high = quantity === 'loss' ? clipOf(set.corners) : Math.max(...own);
  return { low: Number.isFinite(low) ? Math.min(low, high) : 0, high: high > low ? high : low + 1e-6, quantity };
}

/** A value cut to its range; a loss that is not finite is the worst. */
export const cut = ({ low, high, quantity }: Range, value: number): number => (Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : quantity === 'loss' ? high : low);

/** A value as it stands in words and tables. */
export const formatOf = (quantity: Quantity) => (value: number): string => (quantity === 'loss' ? formatLoss(value) : Number.isFinite(value) ? `${formatPercent(value)} %` : '–');

/** Goodness of a value within its range, 0 to 1. */
export function goodness(range: Range, value: number): number {
  const share = (cut(range, value) - range.low) / (range.high - range.low);
  return range.quantity === 'loss' ? 1 - share : share;
}

/** A square of the drawing: a measured point, and the points still to come that it stands for. */
export interface Tile {
  index: number;
  i: number;
  j: number;
  /** Points a side. */
  size: number;
}

/** The measured points, the coarse ones first so that finer ones cover them. */
export function tilesOf({ spec: { grid } }: Landscape, set: LandscapeSet): Tile[] {
  const out: Tile[] = [];
  const seen = new Set<number>();
  for (const size of strides(grid)) {
    for (let j = 0; j < grid; j += size) {
      for (let i = 0; i < grid; i += size) {
        const index = j * grid + i;
        if (!isMeasured(set, index) || seen.has(index)) continue;
        seen.add(index);
        out.push({ index, i, j, size });
      }
    }
  }
  return out;
}

/** The finest stride at which every point is measured; null while there is none. */
export const wholeStride = ({ spec: { grid } }: Landscape, set: LandscapeSet): number | null => {
  const whole = (stride: number) => {
    for (let j = 0; j < grid; j += stride) for (let i = 0; i < grid; i += stride) if (!isMeasured(set, j * grid + i)) return false;
    return true;
  };
  return strides(grid).findLast(whole) ?? null;
};

/** Every stride-th value of a grid, cut to the range: `size` a side. */
export function sampled({ spec: { grid } }: Landscape, set: LandscapeSet, range: Range, stride: number): { size: number; values: number[] } {
  const size = Math.ceil(grid / stride);
  const values: number[] = [];
  for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) values.push(cut(range, defined(set[range.quantity][j * stride * grid + i * stride])));
  return { size, values };
}

/** Values at which lines are drawn: round ones, about twelve between the ends; every fifth is a main one. */
export function isoValues({ low, high }: Range): { step: number; values: number[] } {
  return { step: roundStep(low, high, 12), values: roundValues(low, high, 12).filter((value) => value > low && value < high) };
}

/** Of the lines' values those that a legend names: as many as stand well apart, and from its ends. */
export function namedValues(range: Range): number[] {
  const { step, values } = isoValues(range);
  const share = (length: number) => length / (range.high - range.low);
  const every = [1, 2, 5, 10].find((n) => share(n * step) >= 0.15) ?? 20;
  return values.filter((value) => Math.round(value / step) % every === 0 && share(value - range.low) > 0.15 && share(value - range.low) < 0.8);
}

/** Ends of the drawing on an axis: half a point beyond the first and the last. */
export function extent(axis: readonly [number, number], grid: number): [number, number] {
  const half = (axis[1] - axis[0]) / grid / 2;
  return [coordinate(axis, grid, 0) - half, coordinate(axis, grid, grid - 1) + half];
}

/** About so many round values of an axis that lie on it, and never one alone. */
export function ticksWithin([low, high]: readonly [number, number], about: number): number[] {
  for (let count = about; ; count++) {
    const ticks = roundValues(low, high, count);
    if (ticks.length > 1 || count > 4 * about) return ticks;
  }
}

/** The plane as it lies in the space of weights: lengths along the line from the first run to the third, and off it. */
export interface Layout {
  /** True where lengths are known: until then a unit of x and of y are drawn alike. */
  toScale: boolean;
  /** Place of a point of the plane, in lengths. */
  at(x: number, y: number): [along: number, off: number];
  /** The point of the plane at a place. */
  back(along: number, off: number): [x: number, y: number];
  /** The part that is drawn: around the three runs, as far as it was measured. */
  along: [number, number];
  off: [number, number];
}

/** Room around the three runs, in shares of the longest side, and how flat or tall a drawing may be. */
const ROOM = 0.22;
const FLAT = 0.3;
const TALL = 1.3;

/** Lays the plane out to scale: equal lengths of weights are equally long in every direction. `flat` is the least height, as a share of the width. */
export function layoutOf({ plane, spec }: Pick<Landscape, 'plane' | 'spec'>, flat = FLAT): Layout {
  const { at, back } = lengthsOf(plane ?? { unit_x: 1, unit_y: 1, cosine: 0 });
  const spanOf = (points: [number, number][], axis: 0 | 1): [number, number] => [Math.min(...points.map((point) => point[axis])), Math.max(...points.map((point) => point[axis]))];
  const [xs, ys] = [extent(spec.x, spec.grid), extent(spec.y, spec.grid)];
  const measured = xs.flatMap((x) => ys.map((y) => at(x, y)));
  const runs = CORNERS.map(([x, y]) => at(x, y));
  const room = ROOM * Math.max(...([0, 1] as const).map((axis) => spanOf(runs, axis)[1] - spanOf(runs, axis)[0]));
  const around = (axis: 0 | 1): [number, number] => {
    const [[low, high], [least, most]] = [spanOf(runs, axis), spanOf(measured, axis)];
    // Runs outside of what was measured are out of sight, as before they were measured around.
    return [Math.max(least, low - room), Math.min(most, high + room)];
  };
  const grown = ([low, high]: [number, number], size: number): [number, number] => {
    const more = Math.max(0, size - (high - low)) / 2;
    return [low - more, high + more];
  };
  const [along, off] = [around(0), around(1)];
  const wide = along[1] - along[0];
  const high = off[1] - off[0];
  return { toScale: plane !== null, at, back, along: grown(along, high / TALL), off: grown(off, wide * Math.max(FLAT, flat)) };
}

/** True if all that a layout shows lies within the measured part. */
export function isWhole({ along, off, back }: Layout, { x, y, grid }: Landscape['spec']): boolean {
  const within = (value: number, [low, high]: readonly [number, number]) => value >= low - 1e-6 && value <= high + 1e-6;
  return along.every((a) => off.every((b) => back(a, b).every((value, axis) => within(value, extent(axis === 0 ? x : y, grid)))));
}

/** The ground of the surface: what the map shows, its middle at the origin, one unit of length as long in either direction. */
export interface Ground {
  /** Place of a point of the plane: to the right, and towards the back. */
  at(x: number, y: number): [right: number, back: number];
  /** Extent of the ground to either side of the origin; the longer one is a half. */
  ends: [right: number, back: number];
}

/** Lays the map's part of the plane out as a ground. */
export function groundOf(layout: Layout): Ground {
  const sides = [layout.along, layout.off];
  // One divisor for both directions, or lengths would not be to scale.
  const longest = Math.max(...sides.map(([low, high]) => high - low));
  const place = (value: number, [low, high]: [number, number]) => (value - (low + high) / 2) / longest;
  const half = ([low, high]: [number, number]) => (high - low) / longest / 2;
  return {
    at: (x, y) => {
      const [along, off] = layout.at(x, y);
      return [place(along, layout.along), place(off, layout.off)];
    },
    ends: [half(layout.along), half(layout.off)],
  };
}

/** A rise above this share of the higher end is called a ridge. */
export const RIDGE = 0.05;

/** The straight line between two of the runs, whichever of them it begins at. */
export const lineBetween = (lines: Landscape['lines'], a: number, b: number): Landscape['lines'][number] | undefined => lines.find(({ from, to }) => (from === a && to === b) || (from === b && to === a));

/** True if a ridge lies between two corners on a set, by the straight line between them; null if no line was measured. */
export function parted({ lines, sets }: Landscape, set: number, a: number, b: number): boolean | null {
  const line = lineBetween(lines, a, b);
  if (!line) return null;
  const { corners } = defined(sets[set]);
  const ends = [a, b].map((corner) => defined(corners[corner]).loss);
  return defined(line.sets[set]).barrier > RIDGE * Math.max(...ends.map((loss) => (Number.isFinite(loss) ? loss : 0)));
}

/** Directions that a circle is looked at in. */
const AROUND = 360;

/**
 * Mean rise of the loss around a corner: its mean on a circle of the plane, of this radius in lengths of weights, minus
 * the loss at the corner. Between the points it is interpolated, and cut as drawings are. Null where over a quarter of the
 * circle lies outside of what was measured.
 */
export function riseAround(made: Landscape, at: number, corner: number, radius: number): number | null {
  const { plane, spec } = made;
  const set = defined(made.sets[at]);
  const [cornerX, cornerY] = defined(CORNERS[corner]);
  const stride = wholeStride(made, set);
  if (!plane || stride === null) return null;
  const { size, values } = sampled(made, set, rangeOf(set, 'loss'), stride);
  const index = (axis: readonly [number, number], value: number) => ((value - axis[0]) / (axis[1] - axis[0])) * (spec.grid / stride);
  const sine = Math.sqrt(1 - plane.cosine ** 2);
  const found: number[] = [];
  for (let k = 0; k < AROUND; k++) {
    const angle = (2 * Math.PI * k) / AROUND;
    const dy = (radius * Math.sin(angle)) / (plane.unit_y * sine);
    const dx = (radius * Math.cos(angle) - dy * plane.unit_y * plane.cosine) / plane.unit_x;
    const [i, j] = [index(spec.x, cornerX + dx), index(spec.y, cornerY + dy)];
    const [i0, j0] = [Math.floor(i), Math.floor(j)];
    if (!(i0 >= 0 && j0 >= 0 && i0 + 1 < size && j0 + 1 < size)) continue;
    const [u, v] = [i - i0, j - j0];
    const value = (a: number, b: number) => defined(values[(j0 + b) * size + i0 + a]);
    found.push((1 - v) * ((1 - u) * value(0, 0) + u * value(1, 0)) + v * ((1 - u) * value(0, 1) + u * value(1, 1)));
  }
  return found.length < 0.75 * AROUND ? null : found.reduce((sum, value) => sum + value, 0) / found.length - defined(set.corners[corner]).loss;
}
