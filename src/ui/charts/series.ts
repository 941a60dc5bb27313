import { indexAt } from './lines';

/** One line of a plot. Columns are read while drawing; they may be views that grow. */
export interface Series {
  id: string;
  method: string;
  /** Written at the end of the line, in bold. */
  label: string;
  /** Written after the label, in grey. */
  detail: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Values before smoothing, drawn thin behind the line. */
  raw?: ArrayLike<number>;
  /** Half widths of the 95 % intervals of the values, drawn upright through them; NaN where there is none. */
  spread?: ArrayLike<number>;
  /** Words beside the points, as their setting. */
  words?: readonly string[];
  /** A marker at each point. */
  marks: boolean;
  /** A large marker at the head: this line is growing. */
  live: boolean;
  strong: boolean;
  /** False leaves the end of the line without words. */
  named: boolean;
  /** A baseline: the one value holds everywhere, and its line goes across the whole plot. */
  constant?: boolean;
}

/** Value of a line at x, or null where it has none. */
export function valueOf(series: Series, x: number): number | null {
  const n = series.x.length;
  if (n > 0 && series.constant) return series.y[0];
  if (n === 0 || x < series.x[0] || x > series.x[n - 1]) return null;
  const value = series.y[indexAt(series.x, x)];
  return Number.isFinite(value) ? value : null;
}

/** Value of a line at a point of its own, before smoothing; that of a baseline anywhere. Null where there is none. */
export function pointAt(series: Series, x: number): number | null {
  if (series.constant) return series.y[0];
  const i = indexAt(series.x, x);
  return series.x[i] === x ? (series.raw ?? series.y)[i] : null;
}

/** Half width of the 95 % interval of a line's value at x; null where there is none. */
export function spreadOf(series: Series, x: number): number | null {
  if (!series.spread || series.x.length === 0) return null;
  const half = series.spread[series.constant ? 0 : indexAt(series.x, x)];
  return Number.isFinite(half) ? half : null;
}

/** A value with its interval: "69.2 ± 2.3". */
export const withSpread = (value: number, half: number | null, format: (value: number) => string): string => (half === null ? format(value) : `${format(value)} ± ${format(half)}`);

/** All places that a data cursor can stop at, ascending. A baseline has none of its own, unless there is nothing else. */
export function stops(series: readonly Series[]): number[] {
  const all = new Set<number>();
  const own = series.filter((one) => !one.constant);
  for (const one of own.length > 0 ? own : series) for (let i = 0; i < one.x.length; i++) all.add(one.x[i]);
  return [...all].sort((a, b) => a - b);
}

/** The series as comma-separated values, one row per stop; intervals in columns of their own. */
export function toCsv(xLabel: string, series: readonly Series[]): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = stops(series).map((x) => {
    return [String(x), ...series.flatMap((one) => [pointAt(one, x) ?? '', ...(one.spread ? [pointAt(one, x) === null ? '' : (spreadOf(one, x) ?? '')] : [])])].join(',');
  });
  return [[xLabel, ...series.flatMap((one) => [[one.label, one.detail].filter(Boolean).join(' '), ...(one.spread ? [`${one.label}, ± 95 %`] : [])])].map(quote).join(','), ...rows].join('\n') + '\n';
}
