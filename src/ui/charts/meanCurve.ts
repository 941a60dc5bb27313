import { meanOf } from '../../train/stats.meta';
import { indexAt, thin } from '../../figures/lines';

/** A line of numbers; x ascends. */
export interface Line {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** The mean of several lines, with the half widths of its 95 % interval over them (Student's t); NaN where fewer than two have a value. */
export interface MeanLine {
  x: number[];
  y: number[];
  half: number[];
}

/** A line's value at a place between its ends, straight between its points; NaN outside of them and where it is no number. */
export function valueBetween({ x, y }: Line, at: number): number {
  const n = x.length;
  if (n === 0 || at < x[0] || at > x[n - 1]) return NaN;
  const i = indexAt(x, at);
  if (x[i] === at || i === n - 1) return y[i];
  return y[i] + ((y[i + 1] - y[i]) * (at - x[i])) / (x[i + 1] - x[i]);
}

/** More places than a chart has pixels only cost time. */
const most = 1200;

/**
 * Mean of lines at every place where one of them has a point and all of them have a value: a run that ended early, or is
 * looked at less often, neither bends the mean nor hides the others' points.
 */
export function meanLine(lines: readonly Line[]): MeanLine {
  const some = lines.filter(({ x }) => x.length > 0);
  const from = Math.max(...some.map(({ x }) => x[0]));
  const to = Math.min(...some.map(({ x }) => x[x.length - 1]));
  const places = new Set<number>();
  for (const { x, y } of some) for (const i of thin(y, most)) if (x[i] >= from && x[i] <= to) places.add(x[i]);
  const x = [...places].sort((a, b) => a - b);
  return meanAt(some, x);
}

/** Mean of lines at these places. */
export function meanAt(lines: readonly Line[], x: readonly number[]): MeanLine {
  const means = x.map((at) => meanOf(lines.map((line) => valueBetween(line, at))));
  return { x: [...x], y: means.map((mean) => mean?.mean ?? NaN), half: means.map((mean) => mean?.interval ?? NaN) };
}
