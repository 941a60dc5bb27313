import { spread } from './lines';

/** What a mark covers: its middle, and from where to where it and its interval go upwards, in px. */
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
  const cover = (i: number, k: number) => Math.abs(xs[i] - xs[k]) < width - 0.01 && marks[i].top < marks[k].bottom && marks[k].top < marks[i].bottom;
  // A row that grows may come to cover others.
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < marks.length; i++) {
      for (let k = i + 1; k < marks.length; k++) {
        const [one, other] = [rowOf(i), rowOf(k)];
        if (one === other || !cover(i, k)) continue;
        rows[one].push(...rows[other]);
        rows.splice(other, 1);
        changed = true;
      }
    }
    for (const row of rows) spread(row.sort((a, b) => a - b).map((i) => marks[i].x), width, least, most).forEach((x, at) => (xs[row[at]] = x));
  }
  for (const row of rows) {
    const far = Math.max(...row.map((i) => Math.abs(xs[i] - marks[i].x)));
    if (far > reach) for (const i of row) xs[i] = marks[i].x + ((xs[i] - marks[i].x) * reach) / far;
  }
  return xs;
}
