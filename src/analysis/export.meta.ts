import { defined } from '../numbers/defined';
import type { Inside, Landscape, Measured } from './analysis.meta';
import { csv, type Cell } from '../io/csv.meta';
import { coordinate, CORNERS, lengthsOf, weightsAt } from './plane.meta';

/** Analyses as files: JSON as they are, numbers that JSON has no word for as null; CSV in long form. */

const plain = (_: string, value: unknown): unknown => {
  if (value instanceof Float32Array) return Array.from(value, (v) => (Number.isFinite(v) ? v : null));
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
};

export const analysisJson = (made: Landscape | Inside): string => `${JSON.stringify(made, plain)}\n`;

/**
 * Every measurement, one a row and set of images: the runs, the pretrained state, points of the grid, of the lines and of the paths.
 * Each with its place on the plane, as it was measured and in the lengths that the map has, and with its shares of the runs.
 */
export function landscapeCsv(made: Landscape): string {
  const { plane, runs, spec: { grid, x: xs, y: ys } } = made;
  const name = (run: number) => defined(runs[run]).name;
  const at = plane && lengthsOf(plane).at;
  /** A row's head and its place; a line between two runs has no plane. */
  const head = (what: string, split: string, run: string, place: readonly [number, number] | null): Cell[] => [what, split, run, ...(place ? [...place, ...(at?.(...place) ?? ['', ''])] : ['', '', '', ''])];
  const shares = (of: (run: number) => Cell): Cell[] => runs.map((_, run) => of(run));
  const rows = made.sets.flatMap((set, s): Cell[][] => {
    const measured = ({ loss, accuracy }: Measured): Cell[] => [loss, 100 * accuracy];
    const corner = (run: number) => (plane ? defined(CORNERS[run]) : null);
    return [
      ...set.corners.map((found, k): Cell[] => [...head('run', set.split, name(k), corner(k)), ...shares((run) => Number(run === k)), '', 0, ...measured(found)]),
      ...(set.pretrained && plane ? [[...head('pretrained', set.split, '', [plane.pretrained.x, plane.pretrained.y]), ...shares(() => ''), '', plane.pretrained.residual, ...measured(set.pretrained)]] : []),
      ...Array.from(set.accuracy, (accuracy, i): Cell[] => {
        const [x, y] = [coordinate(xs, grid, i % grid), coordinate(ys, grid, Math.floor(i / grid))];
        return [...head('grid', set.split, '', [x, y]), ...weightsAt(x, y), '', 0, ...measured({ loss: defined(set.loss[i]), accuracy })];
      }).filter((_, i) => Number.isFinite(set.accuracy[i])),
      ...made.lines.flatMap(({ from, to, t, sets }) => t.map((share, i): Cell[] => {
        const [a, b] = [corner(from), corner(to)];
        const place = a && b && ([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])] as const);
        return [...head('line', set.split, `${name(from)} to ${name(to)}`, place), ...shares((run) => (run === from ? 1 - share : run === to ? share : 0)), '', 0, ...measured({ loss: defined(defined(sets[s]).loss[i]), accuracy: defined(defined(sets[s]).accuracy[i]) })];
      })),
      ...made.paths.flatMap(({ run, points }) => points.map((p): Cell[] => [...head('path', set.split, name(run), plane ? [p.x, p.y] : null), ...shares(() => ''), p.step, p.residual, ...measured(defined(p.measured[s]))])),
    ];
  });
  const lengths = plane ? [`from ${name(0)} towards ${name(2)}, ‖ΔW‖`, `off that line, ‖ΔW‖`] : ['along, ‖ΔW‖', 'off, ‖ΔW‖'];
  return csv(['what', 'images', 'run', 'x', 'y', ...lengths, ...runs.map((run) => `share of ${run.name}`), 'step', 'off the plane, ‖ΔW‖', 'loss', 'accuracy, %'], rows);
}

/** Layer by layer, one a row and run; then outputs of blocks. */
export function insideCsv(made: Inside): string {
  const layers = made.updates.flatMap((list, run) => list.map((u): Cell[] => ['update', defined(made.runs[run]).name, u.layer, u.norm, u.relative, u.rank, u.stable_rank, Math.min(...u.shape), '', '', '']));
  const outputs = made.pretrained.flatMap((row, run) => row.map((value, i): Cell[] => ['activations', defined(made.runs[run]).name, `block ${defined(made.outputs[i]).block} ${defined(made.outputs[i]).part}`, '', '', '', '', '', value, made.cka[run]?.[i] ?? '', '']));
  const directions = (made.intruders ?? []).flatMap((list, run) => list.flatMap(({ layer, cosines }) => cosines.map((cosine, i): Cell[] => [`direction ${i + 1}`, defined(made.runs[run]).name, layer, '', '', '', '', '', '', '', cosine])));
  return csv(['what', 'run', 'layer', 'norm', 'relative norm', 'rank', 'stable rank', 'full rank', 'CKA with pretrained', 'CKA with full', 'likest pretrained direction, |cosine|'], [...layers, ...outputs, ...directions]);
}
