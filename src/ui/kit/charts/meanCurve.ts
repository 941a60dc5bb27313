import { meanOf } from '../../../numbers/stats';
import { indexAt, thin } from '../../../figures/lines';
import { defined } from '../../../numbers/defined';

/** A line of numbers; x ascends. */
export interface Line {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** The mean of several lines, with the half widths of its 95 % interval over them (Student's t); NaN where too few have a value for a band. */
export interface MeanLine {
  x: number[];
  y: number[];
  half: number[];
}

/** A line's value at a place between its ends, straight between its points; NaN outside of them and where it is no number. */
export function valueBetween({ x, y }: Line, at: number): number {
  const n = x.length;
  if (n === 0 || at < defined(x[0]) || at > defined(x[n - 1])) return NaN;
  const i = indexAt(x, at);
  const [from, value] = [defined(x[i]), defined(y[i])];
  if (from === at) return value;
  return value + ((defined(y[i + 1]) - value) * (at - from)) / (defined(x[i + 1]) - from);
}

/** More places than a chart has pixels only cost time. */
const most = 1200;

/** True where a line has a point of its own. */
const isPoint = ({ x }: Line, at: number): boolean => x[indexAt(x, at)] === at;

/**
 * Mean of lines at every place where all of them have a point: a run that ended early, or is looked at less often, does not bend
 * it, and nothing enters it that was not measured. Where they share hardly any, as in time, it is of the straight lines between.
 */
export function meanLine(lines: readonly Line[]): MeanLine {
  const some = lines.filter(({ x }) => x.length > 0);
  const from = Math.max(...some.map(({ x }) => defined(x[0])));
  const to = Math.min(...some.map(({ x }) => defined(x[x.length - 1])));
  const places = new Set<number>();
  for (const { x, y } of some) {
    for (const i of thin(y, most)) {
      const place = defined(x[i]);
      if (place >= from && place <= to) places.add(place);
    }
  }
  const x = [...places].sort((a, b) => a - b);
  const shared = x.filter((place) => some.every((line) => isPoint(line, place)));
  const least = Math.min(...some.map((line) => x.filter((place) => isPoint(line, place)).length));
  return meanAt(some, 2 * shared.length > least ? shared : x);
}

/** Mean of lines at these places. */
export function meanAt(lines: readonly Line[], x: readonly number[]): MeanLine {
  const means = x.map((at) => meanOf(lines.map((line) => valueBetween(line, at))));
  return { x: [...x], y: means.map((mean) => mean?.mean ?? NaN), half: means.map((mean) => mean?.interval ?? NaN) };
}
