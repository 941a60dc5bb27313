import { expect, test } from 'vitest';
import { CORNERS, PAPER } from '../../../analysis/plane.meta';
import { defined, several } from '../../../numbers/defined';
import { groundOf, isWhole, layoutOf, namedValues, ticksWithin } from './plane';

/** LoRA, Full and RandLoRA of the example: LoRA to Full is 3.5 long, LoRA to RandLoRA 17.2. */
const plane = { unit_x: 17.186, unit_y: 8.654, cosine: -0.91877, pretrained: { x: 0.5, y: 1, residual: 2, distance: 0 } };
const spec = { ...PAPER, images: 64, splits: ['val' as const], line: 25, seed: 0 };

test('distances of the drawing are those of the weights, in every direction', () => {
  const { at } = layoutOf({ plane, spec });
  const [lora, full, randlora] = several(CORNERS.map(([x, y]) => at(x, y)), 3);
  const distance = (a: [number, number], b: [number, number]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  expect(distance(lora, full)).toBeCloseTo(3.476, 2);
  expect(distance(lora, randlora)).toBeCloseTo(17.186, 2);
  expect(distance(full, randlora)).toBeCloseTo(16.893, 1);
});

test('the three runs are in sight, and a place goes back to its point', () => {
  for (const some of [plane, null]) {
    const layout = layoutOf({ plane: some, spec });
    for (const [x, y] of CORNERS) {
      const [along, off] = layout.at(x, y);
      expect(along > layout.along[0] && along < layout.along[1] && off > layout.off[0] && off < layout.off[1]).toBe(true);
      expect(layout.back(along, off)[0]).toBeCloseTo(x, 9);
      expect(layout.back(along, off)[1]).toBeCloseTo(y, 9);
    }
    const shape = (layout.off[1] - layout.off[0]) / (layout.along[1] - layout.along[0]);
    expect(shape).toBeGreaterThanOrEqual(0.3 - 1e-9);
    expect(shape).toBeLessThanOrEqual(1.3 + 1e-9);
  }
});

test('a drawing that would be a strip shows more of what lies around the runs, at the same scale', () => {
  const [flat, tall] = [layoutOf({ plane, spec }), layoutOf({ plane, spec }, 0.6)];
  expect(tall.along).toEqual(flat.along);
  expect((tall.off[1] - tall.off[0]) / (tall.along[1] - tall.along[0])).toBeCloseTo(0.6, 9);
  expect(tall.at(0.5, 1)).toEqual(flat.at(0.5, 1));
  expect(layoutOf({ plane, spec }, 0.1)).toMatchObject({ off: flat.off });
});

test('the ground of the surface has the lengths of the weights in every direction, and the part of the plane that the map has', () => {
  const layout = layoutOf({ plane, spec });
  const { at, ends } = groundOf(layout);
  const distance = (a: readonly [number, number], b: readonly [number, number]) => {
    const [[ax, ay], [bx, by]] = [at(...a), at(...b)];
    return Math.hypot(ax - bx, ay - by);
  };
  const [lora, full, randlora] = CORNERS;
  const unit = distance(lora, randlora) / 17.186;
  expect(distance(lora, full) / unit).toBeCloseTo(3.476, 2);
  expect(distance(full, randlora) / unit).toBeCloseTo(16.893, 1);
  expect(Math.max(...ends)).toBeCloseTo(0.5, 9);
  expect(ends[1] / ends[0]).toBeCloseTo((layout.off[1] - layout.off[0]) / (layout.along[1] - layout.along[0]), 9);
  for (const [x, y] of CORNERS) at(x, y).forEach((value, axis) => expect(Math.abs(value)).toBeLessThan(defined(ends[axis])));
});

test('an axis has two numbers at least, so that it says a length', () => {
  for (const span of [[-2.3, 3.8], [-0.4, 0.9], [-3.1, 5], [0.1, 0.15]] as const) {
    const ticks = ticksWithin(span, 2);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.every((tick) => tick >= span[0] && tick <= span[1])).toBe(true);
  }
});

test('it is known where a drawing shows more than was measured', () => {
  expect(isWhole(layoutOf({ plane, spec }), spec)).toBe(false);
  expect(isWhole(layoutOf({ plane: null, spec }), spec)).toBe(true);
  expect(isWhole(layoutOf({ plane: null, spec }, 3), spec)).toBe(false);
});

test('a legend names several values, none of them near another or an end', () => {
  for (const [low, high] of [[0.666, 0.979], [0.783, 1.036], [0.5, 6], [1.2, 1.21]] as const) {
    const named = namedValues({ low, high, quantity: 'loss' });
    const shares = [low, ...named, high].map((value) => (value - low) / (high - low));
    expect(named.length).toBeGreaterThan(1);
    for (const [k, share] of shares.slice(1).entries()) expect(share - defined(shares[k])).toBeGreaterThan(0.149);
  }
});
