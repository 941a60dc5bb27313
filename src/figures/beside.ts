import { defined } from '../numbers/defined';
import { spread } from './lines';

/** Extent of a mark: its middle, and the top and bottom of it and its interval, in px. */
export interface Upright {
  x: number;
  top: number;
  bottom: number;
}

/**
 * Middles of marks that stand side by side, `width` apart and inside of the room, where they would cover one another: methods
 * at one budget. The others stay. None goes further than `reach` from its place, which says how large its number is: a row of
 * many is closer together instead.
 */
export function sideBySide(marks: readonly Upright[], width: number, reach: number, [least, most]: readonly [number, number] = [-Infinity, Infinity]): number[] {
  const xs = marks.map(({ x }) => x);
  const rows = marks.map((_, i) => [i]);
  const rowOf = (i: number) => rows.findIndex((row) => row.includes(i));
  const cover = (i: number, k: number) => {
    const [one, other] = [defined(marks[i]), defined(marks[k])];
    return Math.abs(defined(xs[i]) - defined(xs[k])) < width - 0.01 && one.top < other.bottom && other.top < one.bottom;
  };
  const home = (i: number) => defined(marks[i]).x;
  // A row that grows may come to cover others.
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < marks.length; i++) {
      for (let k = i + 1; k < marks.length; k++) {
        const [one, other] = [rowOf(i), rowOf(k)];
        if (one === other || !cover(i, k)) continue;
        defined(rows[one]).push(...defined(rows[other]));
        rows.splice(other, 1);
        changed = true;
      }
    }
    for (const row of rows) spread(row.sort((a, b) => a - b).map(home), width, least, most).forEach((x, at) => (xs[defined(row[at])] = x));
  }
  for (const row of rows) {
    const away = (i: number) => defined(xs[i]) - home(i);
    const far = Math.max(...row.map((i) => Math.abs(away(i))));
    if (far > reach) for (const i of row) xs[i] = home(i) + (away(i) * reach) / far;
  }
  return xs;
}
