import { defined } from '../numbers/defined';
import type { Plane } from './analysis.meta';

/**
 * The plane through three trained models, as RandLoRA's loss_barrier.py lays it: a at (0, 0), b at (0.5, 1), c at (1, 0).
 */

export const CORNERS = [[0, 0], [0.5, 1], [1, 0]] as const;

/** Barycentric weights (a, b, c) of a point; they sum to 1. */
export const weightsAt = (x: number, y: number): [number, number, number] => [1 - y / 2 - x, y, x - y / 2];

/** Places of the plane in lengths of weights: along the line from the first run to the third, and off it. */
export function lengthsOf({ unit_x: ux, unit_y: uy, cosine }: Pick<Plane, 'unit_x' | 'unit_y' | 'cosine'>): { at: (x: number, y: number) => [along: number, off: number]; back: (along: number, off: number) => [x: number, y: number] } {
  // Three runs on one line span no plane; they are drawn as if they did.
  const sine = Math.max(1e-3, Math.sqrt(Math.max(0, 1 - cosine ** 2)));
  return {
    at: (x, y) => [x * ux + y * uy * cosine, y * uy * sine],
    back: (along, off) => {
      const y = off / (uy * sine);
      return [(along - y * uy * cosine) / ux, y];
    },
  };
}

/** The paper's grid: 25 x 25 on [-1, 1.5) x [-0.5, 2). */
export const PAPER = { grid: 25, x: [-1, 1.5] as [number, number], y: [-0.5, 2] as [number, number] };

/** Coordinate of point `i` of `grid` points on the half open [low, high). */
export const coordinate = ([low, high]: readonly [number, number], grid: number, i: number): number => low + (i * (high - low)) / grid;

/** The pairs of runs between which lines go: from a to c and on to b, then back to a. */
export const pairs = (runs: number): [number, number][] => (runs === 3 ? [[0, 2], [2, 1], [1, 0]] : [[0, 1]]);

/** Models that a landscape of so many runs measures in all: the runs and the pretrained one, states on their way, lines without their ends, and the plane. */
export const modelsOf = (runs: number, states: number, { grid, line }: { grid: number; line: number }): number => runs + 1 + states + pairs(runs).length * Math.max(0, line - 2) + (runs === 3 ? grid ** 2 : 0);

/** Points a side of the coarsest level, at least. */
const COARSEST = 4;

/** Strides of the levels from coarse to fine: halves of each other, the last 1. 25 points give 4, 7, 13 and 25 a side. */
export function strides(grid: number): number[] {
  let stride = 1;
  while (Math.ceil(grid / (2 * stride)) >= COARSEST) stride *= 2;
  const out = [stride];
  while (stride > 1) out.push((stride /= 2));
  return out;
}

/** Indices (row * grid + column) that the level of this stride adds to the coarser ones. */
export function pointsOf(grid: number, stride: number): number[] {
  const coarser = stride === strides(grid)[0] ? 0 : 2 * stride;
  const out: number[] = [];
  for (let j = 0; j < grid; j += stride) for (let i = 0; i < grid; i += stride) if (!coarser || i % coarser || j % coarser) out.push(j * grid + i);
  return out;
}

/** Factor on the largest loss of the corners above which a drawing is cut. */
export const CLIP = 1.2;

/** The loss at which drawings are cut: 1.2 times the largest of the corners that is finite. */
export const clipOf = (corners: readonly { loss: number }[]): number => CLIP * Math.max(...corners.map(({ loss }) => (Number.isFinite(loss) ? loss : 0)));

/**
 * Places of a level with the most to show first: the spread of the coarser values around each, cut at `clip`. Equal ones
 * keep their order.
 */
export function byInterest(points: readonly number[], grid: number, stride: number, loss: ArrayLike<number>, clip: number): number[] {
  const coarser = 2 * stride;
  const at = (i: number, j: number): number => {
    const value = i < grid && j < grid ? defined(loss[j * grid + i]) : NaN;
    return Number.isFinite(value) ? Math.min(value, clip) : clip;
  };
  const spread = (index: number): number => {
    const [i, j] = [index % grid, Math.floor(index / grid)];
    const [i0, j0] = [i - (i % coarser), j - (j % coarser)];
    const around = [at(i0, j0), at(i0 + coarser, j0), at(i0, j0 + coarser), at(i0 + coarser, j0 + coarser)];
    return Math.max(...around) - Math.min(...around);
  };
  return points.map((index, order) => ({ index, order, spread: spread(index) })).sort((a, b) => b.spread - a.spread || a.order - b.order).map(({ index }) => index);
}

/**
 * The barrier of a straight line: how far the loss rises at most above the line between its ends, and where (index of t).
 * Source: Entezari et al., arXiv 2110.06296, definition 2.
 */
export function barrierOf(t: readonly number[], loss: readonly number[]): { barrier: number; at: number } {
  let best = { barrier: 0, at: 0 };
  const [first, last] = [defined(loss[0]), defined(loss[loss.length - 1])];
  for (let i = 0; i < t.length; i++) {
    const rise = defined(loss[i]) - (first + defined(t[i]) * (last - first));
    if (!Number.isFinite(defined(loss[i]))) return { barrier: Infinity, at: i };
    if (rise > best.barrier) best = { barrier: rise, at: i };
  }
  return best;
}
