import type { Inside, Landscape } from '../train/analysis.meta';
import { coordinate, weightsAt } from './plane.meta';

/** Analyses as files: JSON as they are, numbers that JSON has no word for as null; CSV in long form. */

const plain = (_: string, value: unknown): unknown => {
  if (value instanceof Float32Array) return Array.from(value, (v) => (Number.isFinite(v) ? v : null));
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
};

export const analysisJson = (made: Landscape | Inside): string => `${JSON.stringify(made, plain)}\n`;

type Cell = string | number;
const cell = (value: Cell): string => {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  // Names come from people: text that a spreadsheet would run is set off by an apostrophe.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const csv = (head: string[], rows: Cell[][]): string => [head, ...rows].map((row) => row.map(cell).join(',')).join('\n') + '\n';

/** Every measurement: points of the grid, corners, lines and paths, one a row and set of images. */
export function landscapeCsv(made: Landscape): string {
  const { grid, x: xs, y: ys } = made.spec;
  const name = (run: number) => made.runs[run]!.name;
  const rows = made.sets.flatMap((set, s): Cell[][] => [
    ...set.corners.map(({ loss, accuracy }, k): Cell[] => ['run', set.split, name(k), '', '', '', '', '', loss, accuracy]),
    ...Array.from(set.loss, (loss, i): Cell[] => {
      const [x, y] = [coordinate(xs, grid, i % grid), coordinate(ys, grid, Math.floor(i / grid))];
      return ['grid', set.split, '', x, y, weightsAt(x, y).map((w) => w.toFixed(4)).join(' '), '', '', loss, set.accuracy[i]!];
    }).filter((row) => Number.isFinite(row[9])),
    ...made.lines.flatMap((line) => line.t.map((t, i): Cell[] => ['line', set.split, `${name(line.from)} to ${name(line.to)}`, t, '', '', '', '', line.sets[s]!.loss[i]!, line.sets[s]!.accuracy[i]!])),
    ...made.paths.flatMap(({ run, points }) => points.map((p): Cell[] => ['path', set.split, name(run), p.x, p.y, '', p.step, p.residual, p.measured[s]!.loss, p.measured[s]!.accuracy])),
  ]);
  return csv(['what', 'images', 'run', 'x', 'y', 'weights', 'step', 'off the plane', 'loss', 'accuracy'], rows);
}

/** Layer by layer, one a row and run; then outputs of blocks. */
export function insideCsv(made: Inside): string {
  const layers = made.updates.flatMap((list, run) => list.map((u): Cell[] => ['update', made.runs[run]!.name, u.layer, u.norm, u.relative, u.rank, u.stable_rank, Math.min(...u.shape), '', '']));
  const outputs = made.pretrained.flatMap((row, run) => row.map((value, i): Cell[] => ['activations', made.runs[run]!.name, `block ${made.outputs[i]!.block} ${made.outputs[i]!.part}`, '', '', '', '', '', value, made.cka[run]?.[i] ?? '']));
  return csv(['what', 'run', 'layer', 'norm', 'relative norm', 'rank', 'stable rank', 'full rank', 'CKA with pretrained', 'CKA with full'], [...layers, ...outputs]);
}
