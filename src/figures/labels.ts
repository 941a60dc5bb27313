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

/** Where a name stands; `leader` is where a line from its mark meets it, where it stands too far away to be read without, or nearer to another's. */
export interface Placed {
  box: Box;
  leader: { x: number; y: number } | null;
}

interface Candidate extends Placed {
  cost: number;
}

/** Directions around a mark, the ones that read best first. */
const around = [[1, 0], [0, -1], [-1, 0], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]] as const;
const rings = [0, 1, 2.2, 3.6, 5.2];
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

/** How far a point is from a box; 0 inside. */
const away = (x: number, y: number, { left, top, right, bottom }: Box): number => Math.hypot(Math.max(0, left - x, x - right), Math.max(0, top - y, y - bottom));
/** True where another mark is as near to a name as its own, within so many px. */
const near = 2;
const mistakable = ({ x, y }: Name, box: Box, marks: readonly Box[]): boolean =>
  marks.some(({ left, top, right, bottom }) => {
    const [mx, my] = [(left + right) / 2, (top + bottom) / 2];
    return Math.hypot(mx - x, my - y) > 1 && away(mx, my, box) < away(x, y, box) + near;
  });
/** What it costs to be taken for the name of another mark: two places further out are better. */
const mistaken = 60;
/** The most that lines through a name cost: any free place nearby is better. */
const struck = 160;

/** Every place of a name inside of the bounds that hides no mark; `soft` are lines that it had better not cover. */
function candidatesOf(name: Name, bounds: Box, marks: readonly Box[], soft: readonly Box[]): Candidate[] {
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
      // A line straight up or down would go on from the mark's interval, and make it look longer.
      const to = dx === 0 ? x + 0.3 * width : Math.min(box.right, Math.max(box.left, x));
      const leader = ring === 0 && !other ? null : { x: to, y: Math.min(box.bottom, Math.max(box.top, y)) };
      found.push({ box, leader, cost: 30 * far + 2 * order + (other ? mistaken : 0) + Math.min(struck, (1500 * soft.reduce((sum, one) => sum + overlap(box, one), 0)) / (area(box) + 1)) });
    }
  }
  return found;
}

/** True where a line between two points crosses a box. */
function crosses(x1: number, y1: number, x2: number, y2: number, box: Box): boolean {
  for (let k = 1; k < 12; k++) {
    const [x, y] = [x1 + (k / 12) * (x2 - x1), y1 + (k / 12) * (y2 - y1)];
    if (x > box.left && x < box.right && y > box.top && y < box.bottom) return true;
  }
  return false;
}

/**
 * Places names so that none hides a mark, another name, or leaves the bounds; those that find no such place are null. Each
 * takes its best place among the others until nothing changes; where two still overlap the one that stands worse is left out.
 */
export function placeNames(names: readonly Name[], bounds: Box, marks: readonly Box[], soft: readonly Box[] = []): (Placed | null)[] {
  const all = names.map((name) => candidatesOf(name, bounds, marks, soft));
  const chosen = all.map((candidates): Candidate | null => candidates[0] ?? null);
  const costOf = (i: number, candidate: Candidate): number => {
    let cost = candidate.cost;
    chosen.forEach((other, k) => {
      if (k === i || !other) return;
      if (overlaps(candidate.box, other.box)) cost += 1000;
      if (candidate.leader && crosses(names[i].x, names[i].y, candidate.leader.x, candidate.leader.y, other.box)) cost += 200;
      if (other.leader && crosses(names[k].x, names[k].y, other.leader.x, other.leader.y, candidate.box)) cost += 200;
    });
    return cost;
  };
  // Those with the fewest places choose first.
  const order = names.map((_, i) => i).sort((a, b) => all[a].length - all[b].length);
  for (let pass = 0; pass < 12; pass++) {
    let moved = false;
    for (const i of order) {
      const best = all[i].reduce<Candidate | null>((one, other) => (one && costOf(i, one) <= costOf(i, other) ? one : other), null);
      moved ||= best !== chosen[i];
      chosen[i] = best;
    }
    if (!moved) break;
  }
  for (const i of [...order].reverse()) if (chosen[i] && chosen.some((other, k) => k !== i && other && overlaps(other.box, chosen[i]!.box))) chosen[i] = null;
  return chosen.map((one) => one && { box: one.box, leader: one.leader });
}
