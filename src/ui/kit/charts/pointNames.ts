import { along, placeNames, type Box, type Placed } from '../../../figures/labels';
import { defined } from '../../../numbers/defined';

/** Places of the names of points, in px. */

interface Spot {
  x: number;
  y: number;
}

/** Mark of a point, with the ends of its interval upwards where it has one. */
export interface MarkSpot extends Spot {
  low?: number;
  high?: number;
}

interface Drawing {
  width: number;
  height: number;
  em: number;
  /** Room that a mark takes to each side. */
  half: number;
  marks: readonly MarkSpot[];
  /** Points that lines go through, and those on the front, whose line is stepped. */
  lines: readonly (readonly Spot[])[];
  front: readonly Spot[];
  on: 'screen' | 'paper';
}

/** Room that a mark takes to each side on paper, in em. It stands where its numbers are: places there are read off with a ruler. */
export const roomOnPaper = 0.45;

/** Lines of a name, in em. */
const lineHeight = 1.25;

/** Each with the one after it. */
const neighbours = <T,>(list: readonly T[]): [one: T, next: T][] => list.slice(1).map((next, i) => [defined(list[i]), next]);

const boxAround = (left: number, top: number, right: number, bottom: number): Box => ({ left: Math.min(left, right), top: Math.min(top, bottom), right: Math.max(left, right), bottom: Math.max(top, bottom) });

/** Places of names of so many px and lines, beside their marks; null where one has found none. */
export function placePointNames(names: readonly (Spot & { width: number; lines: number })[], { width, height, em, half, marks, lines, front, on }: Drawing): (Placed | null)[] {
  const whiskers = marks.flatMap(({ x, low, high }) => (low === undefined || high === undefined ? [] : [boxAround(x - 2, low, x + 2, high)]));
  return placeNames(
    names.map(({ lines: rows, ...name }) => ({ ...name, height: rows * lineHeight * em, gap: half + 2 })),
    { left: 0, top: -em, right: width, bottom: height },
    marks.map(({ x, y }) => boxAround(x - half, y - half, x + half, y + half)),
    [...whiskers, ...neighbours(front).flatMap(([one, next]) => [...along(one.x, one.y, next.x, one.y), ...along(next.x, one.y, next.x, next.y)]), ...lines.flatMap((line) => neighbours(line).flatMap(([one, next]) => along(one.x, one.y, next.x, next.y)))],
    on,
  );
}
