import type { AnalysedRun, Landscape } from '../../../analysis/analysis.meta';
import { coordinate, CORNERS, weightsAt } from '../../../analysis/plane.meta';
import type { Place } from '../figures/Contour';
import { layoutOf, parted, type Quantity } from '../../kit/charts/plane';
import { formatCount, formatFixed, formatLoss } from '../../../language/format';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { earlierStep } from './evaluating';
import { runById } from '../runs/runs';
import { landscapeWords } from '../words/landscape';

const isStopped = ({ id }: { id: string }): boolean => runById(id)?.state === 'stopped';

/** Indices of the runs that findings speak of: those that came to their end, or all if none did. */
export function spokenPlaces({ runs }: { runs: readonly { id: string }[] }): number[] {
  const ended = runs.flatMap((run, i) => (isStopped(run) ? [] : [i]));
  return ended.length > 0 ? ended : [...runs.keys()];
}

/** The step of a run's weights, where training went on from there. */
const stepOf = ({ id, step }: AnalysedRun): number | undefined => step ?? earlierStep(runById(id));

/** True if any of the runs is looked at as it was before its last step. */
export const anyEarlier = ({ runs }: Pick<Landscape, 'runs'>): boolean => runs.some((run) => stepOf(run) !== undefined);

/** Short names of the runs: the method's, with the run's own name where two are of one method, and whether it was stopped; `dated` ones also say of which step the weights are, where that is not the last. */
export const namesOf = ({ runs }: Pick<Landscape, 'runs'>, dated = false): string[] => {
  const titles = runs.map(({ method }) => methodLook(method).title);
  return runs.map((run, i) => {
    const [title, step] = [defined(titles[i]), dated ? stepOf(run) : undefined];
    return landscapeWords.name(title, titles.filter((other) => other === title).length > 1 ? run.name : '', isStopped(run), step === undefined ? '' : formatCount(step));
  });
};

/** A point of the grid in words: its place in the units of the axes, its value, which is null before it was measured, and how much of each run it is made of. */
export function readingOf(made: Landscape, at: number, quantity: Quantity, { i, j }: Place): { along: string; off: string; value: number | null; shares: string[] } {
  const { grid, x: xs, y: ys } = made.spec;
  const [x, y] = [coordinate(xs, grid, i), coordinate(ys, grid, j)];
  const layout = layoutOf(made);
  // Of a plane of any size a hundredth of it is told, more or less.
  const digits = ([0, 1, 2, 3] as const).find((count) => layout.along[1] - layout.along[0] >= 10 ** (2 - count)) ?? 3;
  const [along, off] = layout.at(x, y);
  const set = defined(made.sets[at]);
  const index = j * grid + i;
  return { along: formatFixed(along, digits), off: formatFixed(off, digits), value: Number.isFinite(set.accuracy[index]) ? defined(set[quantity][index]) : null, shares: weightsAt(x, y).map((weight) => `${formatFixed(100 * weight, 0)}\u00a0%`) };
}

/** True if a path goes on beyond its corner: the state that the run left is not its last one. */
export function continuesPath({ plane, geometry }: Landscape, { run, points }: Landscape['paths'][number]): boolean {
  const [x, y] = defined(CORNERS[run]);
  const last = points.at(-1);
  if (!plane || !last) return false;
  const away = Math.hypot((last.x - x) * plane.unit_x, (last.y - y) * plane.unit_y, last.residual);
  // Rounding is no distance.
  return away > 1e-4 * defined(geometry.norms[run]);
}

/** Reason why paths begin beside the pretrained model, with their largest distance; empty if none does. */
export function startsOf({ paths, geometry }: Landscape): string {
  const away = Math.max(0, ...paths.flatMap(({ points }) => points.filter(({ step }) => step === 0).map(({ distance }) => distance)));
  // Rounding is no distance.
  return away > 1e-4 * Math.max(...geometry.norms) ? landscapeWords.starts(formatLoss(away)) : '';
}

/** Sentence about the lines between the runs, made from the numbers. */
export function findingOf(made: Landscape, set: number, names = namesOf(made)): string | null {
  const endedFirst = [...new Set([...spokenPlaces(made), ...names.keys()])].map((i) => defined(names[i]));
  const ridges = ([[0, 2], [2, 1], [1, 0]] as const).map(([a, b]) => parted(made, set, a, b));
  if (ridges.some((ridge) => ridge === null)) return null;
  const many = ridges.filter(Boolean).length;
  if (many === 0) return landscapeWords.valley(endedFirst);
  if (many === 3) return landscapeWords.allApart(endedFirst);
  // Of the three pairs, the corner that a pair leaves out: a and c leave out b, and so on.
  const leftOut = [1, 0, 2];
  const odd = defined(leftOut[ridges.findIndex((ridge) => ridge === (many === 1))]);
  const others = names.filter((_, i) => i !== odd);
  return many === 2 ? landscapeWords.apart(defined(names[odd]), others) : landscapeWords.pair(defined(others[0]), defined(others[1]), defined(names[odd]));
}
