import { expect, test } from 'vitest';
import { coordinate, CORNERS } from '../../../analysis/plane.meta';
import { defined, several } from '../../../numbers/defined';
import { riseAround } from '../../kit/charts/plane';
import type { Landscape } from '../../../analysis/analysis.meta';
import * as walk from './walk';

const grid = 41;
const [x, y] = several([[-1, 2], [-1, 2]] as [number, number][], 2);

/** A landscape whose loss is this function of the place, with right angles and other lengths of the axes. */
function landscape(loss: (x: number, y: number) => number, change: Partial<Landscape> = {}): Landscape {
  const values = Float32Array.from({ length: grid ** 2 }, (_, k) => loss(coordinate(x, grid, k % grid), coordinate(y, grid, Math.floor(k / grid))));
  const corners = CORNERS.map(([cx, cy]) => ({ loss: loss(cx, cy), accuracy: 0.5 }));
  const line = (from: number, to: number, barrier: number) => ({ from, to, length: 1, t: [0, 1], sets: [{ loss: [1, 1], accuracy: [0, 0], barrier, at: 0 }] });
  return {
    format: 'fullrank-landscape', version: 1, runs: ['lora', 'full', 'randlora'].map((method) => ({ id: method, name: method, method, spec: {} as never })),
    spec: { grid, x, y, images: 64, splits: ['train'], line: 5, seed: 0 },
    geometry: { norms: [2, 4, 3], head_norms: [1, 1, 1], distances: [[0, 4, 2], [4, 0, 3], [2, 3, 0]], cosines: [] },
    plane: { unit_x: 2, unit_y: 4, cosine: 0, pretrained: { x: 0.5, y: 0.25, residual: 1, distance: 2 } },
    sets: [{ split: 'train', images: 64, of: 500, loss: values, accuracy: new Float32Array(grid ** 2).fill(0.5), corners, pretrained: { loss: 2.303, accuracy: 0.1 } }],
    lines: [line(0, 2, 0.5), line(2, 1, 0), line(1, 0, 0.5)], paths: [], measured: grid ** 2, complete: true, seconds: 1, notes: [], ...change,
  };
}

/** Square of the distance from the left corner in weights. */
const bowl = (at: number, by: number) => 1 + (2 * at) ** 2 + (4 * by) ** 2;

test('around the bottom of a bowl the loss rises by the radius squared, whatever the lengths and the angle of the axes', () => {
  // Right angles: interpolation between points adds a little.
  expect(riseAround(landscape(bowl), 0, 0, 1)!).toBeCloseTo(1, 1);
  const oblique = landscape((at, by) => 1 + (2 * at) ** 2 + (4 * by) ** 2 + 2 * 0.6 * (2 * at) * (4 * by));
  oblique.plane!.cosine = 0.6;
  expect(riseAround(oblique, 0, 0, 1)!).toBeCloseTo(1, 1);
  // Nothing is known beyond the points, nor before they are measured.
  expect(riseAround(landscape(bowl), 0, 0, 9)).toBeNull();
  expect(riseAround(landscape(bowl, { plane: null }), 0, 0, 1)).toBeNull();
});

test('which corner is lowest is said only where the difference is more than the margin', () => {
  expect(walk.lowest(landscape((at) => 1 + at / 2))).toBe('LoRA found the lowest place, on the training pictures: LoRA 1.000, Full 1.250 and RandLoRA 1.500.');
  expect(walk.lowest(landscape((at) => 1 + at / 50))).toMatch(/^No corner is clearly lowest: LoRA 1\.000, Full 1\.010 and RandLoRA 1\.020\. Differences under 5\u00a0% are not told apart/);
  // What other pictures say is not kept back where they say otherwise.
  const both = (...losses: number[]) => landscape((at) => 1 + at / 2, { sets: [...landscape((at) => 1 + at / 2).sets, { ...defined(landscape(() => 1).sets[0]), split: 'val', corners: losses.map((loss) => ({ loss, accuracy: 0.5 })) }] });
  expect(walk.lowest(both(0.6, 0.7, 0.5))).toMatch(/^LoRA found .* On the validation pictures the order is another: RandLoRA 0\.500, LoRA 0\.600 and Full 0\.700\.$/);
  expect(walk.agreement(both(0.6, 0.7, 0.5))).toMatch(/^Deeper: no, .* On the validation pictures it is the other way round, 0\.500 against 0\.600\. Connected/);
  expect(walk.lowest(both(0.5, 0.7, 0.6))).toBe(walk.lowest(landscape((at) => 1 + at / 2)));
});

test('the pretrained model is said to be off the plane by its share of the way to the nearest corner', () => {
  expect(walk.origin(landscape(bowl))).toMatch(/falls at 1\.0 on the map’s horizontal axis and 1\.0 on its upright one\. It lies 1\.000 off the plane: 50\.0\u00a0% of its distance to LoRA, the nearest corner/);
  expect(walk.start(landscape(() => 1))).toMatch(/its loss on the training pictures is 2\.303; at the corners it is 1\.000 \(LoRA\)/);
});

test('the paper’s claims are told as held, as not held, or as undecided', () => {
  const deeper = landscape((at) => 2 - at);
  expect(walk.agreement(deeper)).toBe('Deeper: yes, 1.000 against 2.000. Connected to full fine-tuning: yes, no ridge lies between, while one separates LoRA from it.');
  expect(walk.agreement(landscape((at) => 1 + at))).toMatch(/^Deeper: no, here LoRA’s is the deeper one/);
  expect(walk.agreement(landscape(() => 1))).toMatch(/^Deeper: not decided/);
  expect(walk.agreement({ ...deeper, lines: [] })).toBe('Deeper: yes, 1.000 against 2.000.');
  expect(walk.agreement({ ...deeper, runs: deeper.runs.map((run) => ({ ...run, method: 'vera' })) })).toBe('');
  expect(walk.nearness(deeper)).toMatch(/^RandLoRA is nearer to full fine-tuning in weights: RandLoRA 3\.000, LoRA 4\.000/);
});

test('over seeds the claims are counted, and what rises is told from the least to the most', () => {
  const lower = landscape((at) => 1 + at);
  const other = landscape((at) => 1.2 + at, { lines: lower.lines.map((line) => ({ ...line, sets: line.sets.map((set) => ({ ...set, barrier: set.barrier / 2 })) })) });
  const turned = landscape((at) => 2 - at);
  expect(walk.overSeeds(lower)).toBe('');
  expect(walk.overSeeds(lower, [other, turned])).toBe('Over 3 seeds, on the training pictures: LoRA’s corner is lower than RandLoRA’s in 2 of 3 (1.00 to 2.00 against 1.00 to 2.20); the loss rises above the straight line by 0.00 from RandLoRA to full fine-tuning and 0.25 to 0.50 from LoRA to full fine-tuning.');
  expect(walk.overSeeds(turned, [turned])).toMatch(/RandLoRA’s corner is lower than LoRA’s in 2 of 2/);
  expect(walk.caveat(lower)).toMatch(/one run of each method/);
  expect(walk.caveat(lower, [other, turned])).toMatch(/^These are 3 seeds of each method, measured on 64 pictures/);
});

test('a path that goes on beyond its corner says which state the corner is, and one that ends there says nothing of it', () => {
  const point = (step: number, at: number, residual: number, loss: number) => ({ step, x: at, y: 0, residual, distance: 1, measured: [{ loss, accuracy: 0.5 }] });
  const path = (...last: ReturnType<typeof point>[]) => walk.paths(landscape(() => 1, { paths: [{ run: 0, points: [point(0, 0.5, 1, 2), ...last] }] }), [100]);
  expect(path(point(120, 0, 0, 1))).toMatch(/^LoRA goes from a loss of 2\.000 to 1\.000 in 120 steps, [^.]*1\.000 off the plane on the way, at step 0 \(50\.0\u00a0% of the length of its whole update\)\.$/);
  expect(path(point(100, 0, 0, 1), point(120, -0.01, 0.2, 1.1))).toMatch(/to 1\.100 in 120 steps, .* Its corner is the state that it left, of step 100, with a loss of 1\.000\.$/);
  expect(walk.paths(landscape(() => 1, { paths: [{ run: 0, points: [point(120, 0, 0.2, 1.1)] }] }))).toMatch(/the state that it left, one of before the last step, with/);
});

test('sentences wait for what they are made of', () => {
  const nothing = { loss: NaN, accuracy: NaN };
  const begun = landscape(() => NaN, { lines: [], complete: false, measured: 0 });
  defined(begun.sets[0]).corners = [nothing, nothing, nothing];
  defined(begun.sets[0]).accuracy.fill(NaN);
  defined(begun.sets[0]).pretrained = null;
  for (const say of [walk.start, walk.paths, walk.lowest, walk.widest, walk.best, walk.barriers, walk.agreement]) expect(say(begun)).toBe('');
  expect(walk.plane(begun)).toContain('0 of 1,681 points were measured');
});
