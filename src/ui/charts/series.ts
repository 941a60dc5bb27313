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
  /** A marker at each point. */
  marks: boolean;
  /** A large marker at the head: this line is growing. */
  live: boolean;
  strong: boolean;
  /** False leaves the end of the line without words. */
  named: boolean;
}

/** Value of a line at x, or null where it has none. */
export function valueOf(series: Series, x: number): number | null {
  const n = series.x.length;
  if (n === 0 || x < series.x[0] || x > series.x[n - 1]) return null;
  const value = series.y[indexAt(series.x, x)];
  return Number.isFinite(value) ? value : null;
}

/** All places that a data cursor can stop at, ascending. */
export function stops(series: readonly Series[]): number[] {
  const all = new Set<number>();
  for (const one of series) for (let i = 0; i < one.x.length; i++) all.add(one.x[i]);
  return [...all].sort((a, b) => a - b);
}

/** The series as comma-separated values, one row per stop. */
export function toCsv(xLabel: string, series: readonly Series[]): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = stops(series).map((x) => {
    const cells = series.map((one) => {
      const i = indexAt(one.x, x);
      return one.x[i] === x ? String((one.raw ?? one.y)[i]) : '';
    });
    return [String(x), ...cells].join(',');
  });
  return [[xLabel, ...series.map((one) => [one.label, one.detail].filter(Boolean).join(' '))].map(quote).join(','), ...rows].join('\n') + '\n';
}
