import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { crosses, placeNames, type Box, type Placed } from './labels';

const plot = { left: 0, top: 0, right: 600, bottom: 240 };
const markAt = ({ x, y }: { x: number; y: number }) => ({ left: x - 6, top: y - 6, right: x + 6, bottom: y + 6 });
const overlaps = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Checks what must hold for names whatever the points: none over a mark or another name, none beyond the plot. */
function check(points: { x: number; y: number }[], bounds: Box, width: number): (Placed | null)[] {
  const names = points.map((point) => ({ ...point, width, height: 30, gap: 10 }));
  const marks = points.map(markAt);
  const placed = placeNames(names, bounds, marks);
  const boxes = placed.flatMap((one) => (one ? [one.box] : []));
  for (const [i, box] of boxes.entries()) {
    expect(box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom).toBe(true);
    expect(marks.some((mark) => overlaps(box, mark))).toBe(false);
    expect(boxes.some((other, k) => k !== i && overlaps(box, other))).toBe(false);
  }
  return placed;
}

test('names hide neither marks nor each other and stay in the plot, wherever the points are', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ x: fc.double({ min: 0, max: 600, noNaN: true }), y: fc.double({ min: 0, max: 240, noNaN: true }) }), { minLength: 1, maxLength: 24 }), (points) => void check(points, plot, 90)),
    { numRuns: 60 },
  );
});

test('the recorded comparison has all its names, at the width of a telephone too', () => {
  // Nine settings, several of them at nearly the same accuracy, in shares of the plot.
  const points: [number, number][] = [[0.05, 0.62], [0.34, 0.5], [0.36, 0.45], [0.4, 0.38], [0.4, 0.4], [0.55, 0.42], [0.74, 0.3], [0.8, 0.31], [0.97, 0.38]];
  const at = (bounds: Box) => points.map(([x, y]) => ({ x: x * bounds.right, y: y * bounds.bottom }));
  expect(check(at(plot), plot, 80).filter(Boolean)).toHaveLength(9);
  const phone = { left: 0, top: 0, right: 290, bottom: 240 };
  expect(check(at(phone), phone, 72).filter(Boolean).length).toBeGreaterThanOrEqual(7);
});

test('no line to a name is over another mark or through another name, and none is left out of a crowd', () => {
  // Own and recorded runs presented together: x and y, half of the interval, and width and lines of the name.
  const crowd = [[105, 117, 14, 125, 1], [556, 69, 26, 90, 1], [577, 45, 8, 92, 2], [600, 69, 42, 152, 1], [621, 57, 18, 140, 2], [643, 58, 20, 128, 1], [664, 45, 8, 113, 1], [686, 43, 16, 100, 1], [708, 65, 20, 140, 1], [732, 71, 14, 92, 2], [829, 38, 13, 90, 1], [591, 252, 0, 150, 2], [613, 267, 0, 150, 2], [732, 258, 0, 150, 2]]
    .map(([x, y, half, width, lines]) => ({ x: x!, y: y!, half: half!, width: width!, height: 27.5 * lines!, gap: 15 }));
  const around = (x: number, y: number, wide: number, high: number): Box => ({ left: x - wide, right: x + wide, top: y - high, bottom: y + high });
  const marks = crowd.map(({ x, y }) => around(x, y, 12.8, 12.8));
  const placed = placeNames(crowd, { left: 0, top: -22, right: 1099, bottom: 290 }, marks, crowd.map(({ x, y, half }) => around(x, y, 2, half)));
  expect(placed.filter(Boolean)).toHaveLength(crowd.length);
  for (const [i, one] of placed.entries()) {
    if (!one?.leader) continue;
    const covered = [...marks, ...placed.map((other) => other!.box)].filter((box, k) => k % crowd.length !== i && crosses(defined(crowd[i]).x, defined(crowd[i]).y, one.leader!.x, one.leader!.y, box));
    expect(covered, `name ${i}`).toEqual([]);
  }
});

test('a name that stands away from its mark has a line to it', () => {
  const placed = check(Array.from({ length: 8 }, (_, i) => ({ x: 300, y: 90 + 6 * i })), plot, 80);
  expect(placed.some((one) => one?.leader)).toBe(true);
});

test('a name is nearest to its own mark, or a line leads to it', () => {
  // Six means that rise, with intervals, in the width of a telephone's chart.
  const points = [[38, 200], [65, 184], [92, 169], [119, 150], [145, 141], [172, 135]].map(([x, y]) => ({ x: x!, y: y! }));
  const bars = points.map(({ x, y }) => ({ left: x - 2, right: x + 2, top: y - 30, bottom: y + 30 }));
  const placed = placeNames(points.map((point) => ({ ...point, width: 22, height: 15, gap: 7 })), { left: 0, top: 0, right: 178, bottom: 295 }, points.map(markAt), bars);
  const away = ({ x, y }: { x: number; y: number }, { left, top, right, bottom }: Box) => Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
  expect(placed.filter(Boolean)).toHaveLength(6);
  placed.forEach((one, i) => expect(one!.leader !== null || points.every((other, k) => k === i || away(other, one!.box) > away(defined(points[i]), one!.box))).toBe(true));
});

test('a name stands on the side that reads best, and elsewhere where that is taken or outside', () => {
  const name = { width: 30, height: 10, gap: 5 };
  const [alone] = placeNames([{ ...name, x: 50, y: 50 }], { left: 0, top: 0, right: 100, bottom: 100 }, []);
  expect(alone).toEqual({ box: { left: 55, top: 45, right: 85, bottom: 55 }, leader: null });
  const [atEdge] = placeNames([{ ...name, x: 95, y: 50 }], { left: 0, top: 0, right: 100, bottom: 100 }, []);
  expect(atEdge!.box.right).toBeLessThanOrEqual(95);
  // Longer than the plot: it is left out rather than drawn beyond.
  expect(placeNames([{ ...name, width: 300, x: 50, y: 50 }], { left: 0, top: 0, right: 100, bottom: 100 }, [])).toEqual([null]);
});
