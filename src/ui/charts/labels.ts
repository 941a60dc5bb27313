/** A word that stands beside a point. */
export interface Label {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Distance that it keeps from its point. */
  gap: number;
  /** Sides in the order of preference. */
  sides: readonly Side[];
}

export type Side = 'above' | 'below' | 'left' | 'right';

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Above and below a point its word may slide as far as the bounds ask. */
const boxAt = ({ x, y, width, height, gap }: Label, side: Side, bounds: Box): Box => {
  const left = side === 'left' ? x - gap - width : side === 'right' ? x + gap : Math.max(bounds.left, Math.min(bounds.right - width, x - width / 2));
  const top = side === 'above' ? y - gap - height : side === 'below' ? y + gap : y - height / 2;
  return { left, top, right: left + width, bottom: top + height };
};

const overlap = (a: Box, b: Box): number => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
const area = (box: Box): number => (box.right - box.left) * (box.bottom - box.top);

/**
 * Places labels one after another, each on the first side where it covers nothing that stands already and lies within the
 * bounds, else on the side where it does so least. `taken` are boxes that must stay free, as markers.
 */
export function placeLabels(labels: readonly Label[], bounds: Box, taken: readonly Box[] = []): Box[] {
  const placed: Box[] = [];
  for (const label of labels) {
    const cost = (box: Box) => [...taken, ...placed].reduce((sum, other) => sum + overlap(box, other), area(box) - overlap(box, bounds));
    const boxes = label.sides.map((side) => boxAt(label, side, bounds));
    placed.push(boxes.reduce((best, box) => (cost(box) < cost(best) - 1e-9 ? box : best)));
  }
  return placed;
}
