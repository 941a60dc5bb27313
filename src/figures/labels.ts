import { defined } from '../numbers/defined';

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const overlap = (a: Box, b: Box): number => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
const area = (box: Box): number => (box.right - box.left) * (box.bottom - box.top);

/** The name of a mark: where the mark is, how large the name is, and how far from the middle of the mark it may begin. */
export interface Name {
  x: number;
  y: number;
  width: number;
  height: number;
  gap: number;
}

/** Place of a name; `leader` is the point where a line from its mark meets it, if it stands too far away to be read without, or nearer to another's. */
export interface Placed {
  box: Box;
  leader: Place | null;
}

interface Place {
  x: number;
  y: number;
}

interface Candidate extends Placed {
  cost: number;
}

/** Directions around a mark, the ones that read best first. */
const around = [[1, 0], [0, -1], [-1, 0], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1], [0.5, -1], [-0.5, -1], [0.5, 1], [-0.5, 1], [1, -0.5], [-1, -0.5], [1, 0.5], [-1, 0.5]] as const;
const rings = [0, 0.5, 1, 1.6, 2.2, 2.9, 3.6, 4.4, 5.2, 6, 7];
/** True where two boxes cover each other anywhere. */
export const overlaps = (a: Box, b: Box): boolean => overlap(a, b) > 0;
/** True where a box lies inside of bounds, and as far from their edges as `margin` says. */
export const within = (box: Box, bounds: Box, margin = 0): boolean => box.left >= bounds.left + margin && box.right <= bounds.right - margin && box.top >= bounds.top + margin && box.bottom <= bounds.bottom - margin;

/** Boxes along a line between two points, for names to keep off. */
export function along(x1: number, y1: number, x2: number, y2: number): Box[] {
  const steps = Math.max(1, Math.round(Math.hypot(x2 - x1, y2 - y1) / 12));
  return Array.from({ length: steps }, (_, k) => {
    const share = (k + 0.5) / steps;
    const [x, y] = [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
    return { left: x - 4, top: y - 4, right: x + 4, bottom: y + 4 };
  });
}

/** Distance of a point from a box; 0 inside. */
const away = (x: number, y: number, { left, top, right, bottom }: Box): number => Math.hypot(Math.max(0, left - x, x - right), Math.max(0, top - y, y - bottom));
/** Px by which another mark may be farther from a name than its own, and be taken for it. */
const near = 2;
const mistakable = ({ x, y }: Name, box: Box, marks: readonly Box[]): boolean =>
  marks.some(({ left, top, right, bottom }) => {
    const [mx, my] = [(left + right) / 2, (top + bottom) / 2];
    return Math.hypot(mx - x, my - y) > 1 && away(mx, my, box) < away(x, y, box) + near;
  });
/** Cost of being taken for the name of another mark: two places further out are better. */
const mistaken = 60;
/** The most that lines through a name cost: any free place nearby is better. */
const struck = 160;
/** Cost of a line from a mark to its name that goes through another name, and through another such line. */
const through = 400;
const across = 60;
/** Cost of leaving a name out, which is read at the cursor and in the table: less than to hide another, more than one bad line. */
const leftOut = 700;
/** Number of times that names without a place may choose before the others, in turn; on paper, which is drawn once and cannot be pointed at, more often. */
const rounds = { screen: 8, paper: 160 };

const covers = ({ left, top, right, bottom }: Box, x: number, y: number): boolean => x > left && x < right && y > top && y < bottom;

/** True where a line between two points crosses a box. */
export function crosses(x1: number, y1: number, x2: number, y2: number, { left, top, right, bottom }: Box): boolean {
  let [from, to] = [0, 1];
  for (const [start, step, low, high] of [[x1, x2 - x1, left, right], [y1, y2 - y1, top, bottom]] as const) {
    if (step === 0) {
      if (start <= low || start >= high) return false;
      continue;
    }
    const [a, b] = [(low - start) / step, (high - start) / step];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  return from < to;
}

/** True where two lines cross, each between two points. */
function cross(a: Name, b: Place, c: Name, d: Place): boolean {
  const side = (p: Place, q: Place, r: Place) => Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Cost on paper of a line to a name that goes over other lines or intervals. */
const over = 30;

/** Every place of a name inside of the bounds that hides no mark, and whose line to it is over none; `soft` are lines that it had better not cover. */
function candidatesOf(name: Name, bounds: Box, marks: readonly Box[], soft: readonly Box[], on: 'screen' | 'paper'): Candidate[] {
  const { x, y, width, height, gap } = name;
  const found: Candidate[] = [];
  for (const [far, ring] of rings.entries()) {
    for (const [order, [dx, dy]] of around.entries()) {
      // Diagonal names begin above or below the mark, at its corner.
      const out = ring * 0.9 * height;
      const [cx, cy] = [x + dx * ((dy !== 0 ? 0.3 : 1) * gap + out + width / 2), y + dy * ((dx !== 0 ? gap - 1 : gap) + out + height / 2)];
      const box: Box = { left: cx - width / 2, top: cy - height / 2, right: cx + width / 2, bottom: cy + height / 2 };
      if (!within(box, bounds) || marks.some((mark) => overlaps(box, mark))) continue;
      const other = mistakable(name, box, marks);
      const end = Math.min(box.bottom, Math.max(box.top, y));
      // A line straight up or down would go on from the mark's interval, and make it look longer.
      const slant = Math.min(0.3 * width, 0.35 * Math.abs(end - y)) * (dx < 0 ? -1 : 1);
      const leader = ring === 0 && !other ? null : { x: Math.min(box.right, Math.max(box.left, x + slant)), y: end };
      // Over another mark it would seem to come from that.
      if (leader && marks.some((mark) => !covers(mark, x, y) && crosses(x, y, leader.x, leader.y, mark))) continue;
      const isOver = on === 'paper' && leader !== null && soft.some((one) => away(x, y, one) > gap && crosses(x, y, leader.x, leader.y, one));
      found.push({ box, leader, cost: (isOver ? over : 0) + 15 * far + 2 * order + (other ? mistaken : 0) + Math.min(struck, (1500 * soft.reduce((sum, one) => sum + overlap(box, one), 0)) / (area(box) + 1)) });
    }
  }
  return found.sort((a, b) => a.cost - b.cost);
}

/** A list in an order that goes by `seed` alone. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  const out = [...list];
  let state = 7919 * seed;
  for (let i = out.length - 1; i > 0; i--) {
    state = (state * 48_271 + 11) % 2_147_483_647;
    const k = state % (i + 1);
    [out[i], out[k]] = [defined(out[k]), defined(out[i])];
  }
  return out;
}

/**
 * Places names so that none hides a mark, another name, or leaves the bounds, and no line to one seems to be another's; those that
 * find no such place are null. Each takes its best place among the others until nothing changes, from several beginnings where
 * the first leaves something to be wished. On paper no line to a name crosses another.
 */
export function placeNames(names: readonly Name[], bounds: Box, marks: readonly Box[], soft: readonly Box[] = [], on: 'screen' | 'paper' = 'screen'): (Placed | null)[] {
  // A line that may be another's is worse on paper than none.
  const [struckOut, crossed] = on === 'paper' ? [2 * leftOut, 2 * leftOut] : [through, across];
  const all = names.map((name) => candidatesOf(name, bounds, marks, soft, on));
  /** True if the line to a name goes through another one. */
  const strikes = (i: number, { leader }: Placed, { box }: Placed): boolean => leader !== null && crosses(defined(names[i]).x, defined(names[i]).y, leader.x, leader.y, box);
  const clash = (i: number, one: Placed, k: number, other: Placed): number =>
    (overlaps(one.box, other.box) ? 2 * leftOut : 0) + (strikes(i, one, other) ? struckOut : 0) + (strikes(k, other, one) ? struckOut : 0) + (one.leader && other.leader && cross(defined(names[i]), one.leader, defined(names[k]), other.leader) ? crossed : 0);

  /** Places in which no name gains by going elsewhere, or by being left out, where they choose in this order, and what they cost. */
  const settle = (order: readonly number[], first: readonly (Candidate | null)[]) => {
    const chosen = [...first];
    const clashes = (i: number, candidate: Candidate): number => chosen.reduce((sum, other, k) => (k === i || !other ? sum : sum + clash(i, candidate, k, other)), 0);
    for (let pass = 0; pass < 12; pass++) {
      let moved = false;
      for (const i of order) {
        let [best, least]: [Candidate | null, number] = [null, leftOut];
        for (const candidate of defined(all[i])) {
          if (candidate.cost >= least) break;
          const cost = candidate.cost + clashes(i, candidate);
          if (cost < least) [best, least] = [candidate, cost];
        }
        moved ||= best !== chosen[i];
        chosen[i] = best;
      }
      if (!moved) break;
    }
    const wished = chosen.reduce((sum, one, i) => sum + (one ? clashes(i, one) / 2 : defined(all[i]).length > 0 ? leftOut : 0), 0);
    return { chosen, wished, cost: wished + chosen.reduce((sum, one) => sum + (one?.cost ?? 0), 0) };
  };

  const none = names.map(() => null);
  // Those with the fewest places choose first.
  let order = names.map((_, i) => i).sort((a, b) => defined(all[a]).length - defined(all[b]).length);
  let best = settle(order, all.map(([first]) => first ?? null));
  for (let round = 0, last = best; round < rounds[on] && best.wished > 0; round++) {
    const [first, ...others] = on === 'paper' && round > 0 ? shuffled(order.filter((i) => last.chosen[i]), round) : order.filter((i) => last.chosen[i]);
    order = [...order.filter((i) => !last.chosen[i]), ...others, ...(first === undefined ? [] : [first])];
    last = settle(order, none);
    if (last.cost < best.cost) best = last;
  }
  return best.chosen.map((one) => one && { box: one.box, leader: one.leader });
}
