import { indexAt } from '../../../figures/lines';
import type { Scale } from '../../../figures/scale';
import { defined } from '../../../numbers/defined';
import { csv } from '../../../io/csv.meta';

/** One line of a plot. Columns are read while drawing; they may be views that grow. */
export interface Series {
  id: string;
  method: string;
  /** Written at the end of the line, in bold. */
  label: string;
  /** Written after the label, in grey. */
  detail: string;
  /** Written under them: the one setting that tells the line from others of the same label. */
  second?: string;
  /** Everything that is known of the line, for where there is room. */
  about?: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Values before smoothing where they are drawn, thin behind the line. */
  raw?: ArrayLike<number>;
  /** Values before smoothing, and half widths of their intervals: what tables and files have. */
  measured?: () => { y: ArrayLike<number>; half?: ArrayLike<number> };
  /** Half widths of the 95 % intervals of the values, drawn upright through them; NaN where there is none. */
  spread?: ArrayLike<number>;
  /** Words beside the points, as their setting. */
  words?: readonly string[];
  /** The same as an area along the line. */
  band?: ArrayLike<number>;
  /** Of how many runs it is the mean; nothing where it is one run's. */
  runs?: number;
  /** A single seed behind a mean: thin, without words of its own. */
  faint?: boolean;
  /** Id of the mean that it stands behind. */
  behind?: string;
  /** A marker at each point. */
  marks: boolean;
  /** A large marker at the head: this line is growing. */
  live: boolean;
  strong: boolean;
  /** False leaves the end of the line without words. */
  named: boolean;
  /** Lines with the least are named first, where there is no room for all. */
  rank?: number;
  /** Recorded, beside a person's own: paler and thinner. */
  pale?: boolean;
  /** A baseline: the one value holds everywhere, and its line goes across the whole plot. */
  constant?: boolean;
}

/** The last value that is a number; NaN where there is none. */
export function lastOf(y: ArrayLike<number>): number {
  for (let i = y.length - 1; i >= 0; i--) if (Number.isFinite(y[i])) return defined(y[i]);
  return NaN;
}

/** Value of a line at x, or null where it has none. */
export function valueOf(series: Series, x: number): number | null {
  const n = series.x.length;
  if (n > 0 && series.constant) return defined(series.y[0]);
  if (n === 0 || x < defined(series.x[0]) || x > defined(series.x[n - 1])) return null;
  const value = defined(series.y[indexAt(series.x, x)]);
  return Number.isFinite(value) ? value : null;
}

/** A line's value in a readout. */
export interface Read {
  value: number;
  /** The x at which it was measured. */
  x: number;
}

/**
 * Reads a line at x: the value measured there. A line without markers is dense, and is read at its last point before x, whose x
 * is returned with it; between markers there is nothing to be read.
 */
export function readAt(series: Series, x: number): Read | null {
  const value = valueOf(series, x);
  if (value === null || series.faint) return null;
  const at = series.constant ? x : defined(series.x[indexAt(series.x, x)]);
  return at === x || !series.marks ? { value, x: at } : null;
}

/** Value of a line at a point of its own, before smoothing; that of a baseline anywhere. Null where there is none. */
export function pointAt(series: Series, x: number): number | null {
  if (series.constant) return defined(series.y[0]);
  const i = indexAt(series.x, x);
  return series.x[i] === x ? ((series.measured?.().y ?? series.y)[i] ?? null) : null;
}

/** Half width of a line's 95 % interval at a point of its own, or of a baseline anywhere; null where there is none. */
export function intervalAt(series: Series, x: number): number | null {
  const i = series.constant ? 0 : indexAt(series.x, x);
  const half = series.constant || series.x[i] === x ? (series.measured?.().half ?? series.spread ?? series.band)?.[i] : undefined;
  return half !== undefined && Number.isFinite(half) ? half : null;
}

/** All places that a data cursor can stop at, ascending. A baseline has none of its own, unless there is nothing else. */
export function stops(series: readonly Series[]): number[] {
  const all = new Set<number>();
  const lines = series.filter((one) => !one.constant);
  for (const one of lines.length > 0 ? lines : series) for (let i = 0; i < one.x.length; i++) all.add(defined(one.x[i]));
  return [...all].sort((a, b) => a - b);
}

/** Columns of a table of series: a line, or the half width of its interval. */
export interface Column {
  title: string;
  series: Series;
  value: (x: number) => number | null;
}

/** A line's last value stands among the others; of a single seed it is the seed. */
const titleOf = (one: Series): string => [one.label, one.second, one.faint && one.detail].filter(Boolean).join(' ');
const hasInterval = ({ spread, band }: Series): boolean => Boolean(spread ?? band);

/** Columns of a table of these series after the first: each line, followed by its interval if it has one. */
export function columnsOf(series: readonly Series[], interval: string): Column[] {
  return series.flatMap((one): Column[] => {
    const title = titleOf(one);
    const values: Column = { title, series: one, value: (x) => pointAt(one, x) };
    return hasInterval(one) ? [values, { title: `${title}, ${interval}`, series: one, value: (x) => intervalAt(one, x) }] : [values];
  });
}

/** True if points have words beside them, such as "r 8". */
const isWorded = ({ words }: Series): boolean => words?.some(Boolean) ?? false;
export const areWorded = (series: readonly Series[]): boolean => series.some(isWorded);

/** The words beside the points at a place. */
export function wordsAt(series: readonly Series[], x: number): string {
  return [...new Set(series.filter(isWorded).map((one) => (one.x[indexAt(one.x, x)] === x ? one.words![indexAt(one.x, x)] : '')))].filter(Boolean).join(', ');
}

/** Heads of the columns in a file of series, each with its unit, and of both ends of an interval. */
export interface Heads {
  x: string;
  y: string;
  bounds: readonly string[];
  setting: string;
}

/** The series as comma-separated values, one row per stop; `share` for what is from 0 to 1 and read in percent. */
export function toCsv(series: readonly Series[], { x: xHead, y: yHead, bounds, setting }: Heads, share = false): string {
  const columns = series.flatMap((one) => {
    const title = titleOf(one);
    const end = (sign: number) => (x: number) => {
      const [value, half] = [pointAt(one, x), intervalAt(one, x)];
      return value === null || half === null ? null : value + sign * half;
    };
    const values = { title: `${title}, ${yHead}`, value: (x: number) => pointAt(one, x) };
    return hasInterval(one) ? [values, ...[-1, 1].map((sign, i) => ({ title: `${title}, ${defined(bounds[i])}`, value: end(sign) }))] : [values];
  });
  const worded = <T>(text: T): T[] => (areWorded(series) ? [text] : []);
  const number = (value: number | null) => (share && value !== null ? 100 * value : value);
  const rows = stops(series).map((x) => [x, ...worded(wordsAt(series, x)), ...columns.map(({ value }) => number(value(x)))]);
  return csv([xHead, ...worded(setting), ...columns.map(({ title }) => title)], rows);
}

/** The x at which a line first goes beyond the top of an axis, by more than the width of a line; null where it does not. */
export function leavesAt({ x, y, faint, constant }: Pick<Series, 'x' | 'y' | 'faint' | 'constant'>, { max, min, log }: Scale): number | null {
  if (faint || constant) return null;
  const edge = log ? max * 1.02 : max + 0.02 * (max - min);
  const i = Array.from(y).findIndex((value) => value > edge);
  return i < 0 ? null : defined(x[i]);
}
