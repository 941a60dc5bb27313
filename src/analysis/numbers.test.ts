import { describe, expect, test } from 'vitest';
import { maxError, randomNormal } from '../testing/checkOp';
import { linearCka } from './cka';
import { geometryOf, gram, planeOf, project } from './geometry';
import { barrierOf, byInterest, clipOf, coordinate, CORNERS, PAPER, pointsOf, strides, weightsAt } from './plane.meta';
import { singularValues } from '../numbers/singular';
import { defined } from '../numbers/defined';
import { layerUpdate } from './spectrum';

describe('singular values', () => {
  // numpy.linalg.svd(a, compute_uv=False), numpy 2.4.6.
  const cases = [
    { rows: 9, cols: 6, at: (i: number, j: number) => Math.sin(1 + i * 3.7 + j * 1.3) + 0.01 * ((i * 5 + j * 3) % 7), want: [4.29630304460365, 2.97697952027026, 0.212331214825812, 0.087300967548471, 0.0734045495998024, 0.0301638617535696] },
    { rows: 5, cols: 7, at: (i: number, j: number) => Math.sin((i + 1) * (j + 2) * 0.7) + 0.3 * Math.cos(i * 1.9 - j), want: [3.03399155026799, 2.64446792738823, 1.9519429939041, 1.54067029501404, 0.150572825629754] },
  ];
  test.each(cases)('of $rows x $cols are numpy’s', ({ rows, cols, at, want }) => {
    const a = Float64Array.from({ length: rows * cols }, (_, k) => at(Math.floor(k / cols), k % cols));
    const got = singularValues(a, rows, cols);
    expect(got.length).toBe(Math.min(rows, cols));
    // Squares lie beside the largest one: what is small is known to 1e-8 of it.
    expect(maxError(got, want)).toBeLessThan(1e-8);
  });

  test('of a matrix made from known ones, of every size', () => {
    for (const [rows, cols] of [[1, 1], [1, 7], [2, 2], [3, 3], [17, 17], [33, 12], [12, 48], [96, 64]] as const) {
      const n = Math.min(rows, cols);
      const want = Array.from({ length: n }, (_, i) => 3 / (1 + i) ** 1.5);
      const a = new Float64Array(rows * cols);
      for (let i = 0; i < n; i++) a[i * cols + i] = defined(want[i]);
      reflectRows(a, rows, cols, 1);
      reflectColumns(a, rows, cols, 2);
      expect(maxError(singularValues(a, rows, cols), want), `${rows}x${cols}`).toBeLessThan(1e-8);
    }
  });

  test('of zero and of repeated values', () => {
    expect([...singularValues(new Float64Array(12), 3, 4)]).toEqual([0, 0, 0]);
    const identity = Float64Array.from({ length: 25 }, (_, k) => (k % 6 === 0 ? 2 : 0));
    expect(maxError(singularValues(identity, 5, 5), [2, 2, 2, 2, 2])).toBeLessThan(1e-14);
  });

  test('of low rank, however large, the rest is nothing', () => {
    const random = randomNormal(9);
    for (const [n, r, scale] of [[64, 2, 1], [128, 1, 1e-6], [96, 5, 1e4]] as const) {
      const [b, a] = [Float32Array.from({ length: n * r }, () => scale * random()), Float32Array.from({ length: r * n }, random)];
      const product = Float32Array.from({ length: n * n }, (_, k) => Array.from({ length: r }, (_, q) => defined(b[Math.floor(k / n) * r + q]) * defined(a[q * n + (k % n)])).reduce((s, v) => s + v, 0));
      const values = singularValues(product, n, n);
      expect(values[r - 1]).toBeGreaterThan(0.1 * defined(values[0]));
      expect(values[r]).toBeLessThan(1e-6 * defined(values[0]));
    }
  });

  test('rank and stable rank', () => {
    const random = randomNormal(3);
    const [m, n, r] = [20, 30, 4];
    const [b, a] = [Float32Array.from({ length: m * r }, () => random()), Float32Array.from({ length: r * n }, () => random())];
    const product = Float32Array.from({ length: m * n }, (_, k) => Array.from({ length: r }, (_, q) => defined(b[Math.floor(k / n) * r + q]) * defined(a[q * n + (k % n)])).reduce((s, v) => s + v, 0));
    const ones = new Float32Array(m * n).fill(1);
    const low = layerUpdate('l', product, [m, n], ones);
    expect(low.rank).toBe(r);
    expect(low.norm ** 2).toBeCloseTo(low.singular.reduce((s, v) => s + v * v, 0), 2);
    expect(low.relative).toBeCloseTo(low.norm / Math.sqrt(m * n), 6);
    const one = layerUpdate('l', ones, [m, n], ones);
    expect([one.rank, one.stable_rank]).toEqual([1, expect.closeTo(1, 6) as number]);
    expect(layerUpdate('l', new Float32Array(m * n), [m, n], ones)).toMatchObject({ rank: 0, stable_rank: 0, norm: 0 });
  });
});

function reflectRows(a: Float64Array, rows: number, cols: number, seed: number): void {
  const random = randomNormal(seed);
  const v = Float64Array.from({ length: rows }, random);
  const beta = 2 / v.reduce((s, x) => s + x * x, 0);
  for (let j = 0; j < cols; j++) {
    let s = 0;
    for (let i = 0; i < rows; i++) s += defined(v[i]) * defined(a[i * cols + j]);
    for (let i = 0; i < rows; i++) a[i * cols + j] = defined(a[i * cols + j]) - (beta * s * defined(v[i]));
  }
}

function reflectColumns(a: Float64Array, rows: number, cols: number, seed: number): void {
  const t = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) t[j * rows + i] = defined(a[i * cols + j]);
  reflectRows(t, cols, rows, seed);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) a[i * cols + j] = defined(t[j * rows + i]);
}

describe('linear CKA', () => {
  const moments = (x: number[][], y: number[][]) => {
    const sum = (u: number[][]) => defined(u[0]).map((_, c) => u.reduce((s, row) => s + defined(row[c]), 0));
    const outer = (u: number[][], v: number[][]) => defined(u[0]).flatMap((_, c) => defined(v[0]).map((_, d) => u.reduce((s, row, i) => s + defined(row[c]) * defined(defined(v[i])[d]), 0)));
    return { rows: x.length, x: sum(x), y: sum(y), xx: outer(x, x), xy: outer(x, y), yy: outer(y, y) };
  };
  const x = Array.from({ length: 20 }, (_, i) => Array.from({ length: 4 }, (_, j) => Math.sin(0.3 * i * i + j) + 0.5));
  const y = Array.from({ length: 20 }, (_, i) => Array.from({ length: 5 }, (_, j) => Math.cos(0.17 * i * (j + 1)) + 0.1 * i));

  test('is numpy’s', () => expect(linearCka(moments(x, y))).toBeCloseTo(0.0570201259128745, 12));

  test('sees neither turns, shifts nor scale', () => {
    const turned = x.map(([a, b, c, d]) => [3 * (0.6 * a! - 0.8 * b!) + 7, 3 * (0.8 * a! + 0.6 * b!) - 2, 3 * d!, 3 * c!]);
    expect(linearCka(moments(x, turned))).toBeCloseTo(1, 12);
    expect(linearCka(moments(x, x.map(() => [1, 1])))).toBeNaN();
  });
});

describe('the plane', () => {
  test('corners have the weights of one run, and all weights sum to 1', () => {
    expect(CORNERS.map(([x, y]) => weightsAt(x, y))).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    for (const [x, y] of [[-1, -0.5], [0.3, 0.7], [1.5, 2]] as const) expect(weightsAt(x, y).reduce((s, v) => s + v, 0)).toBeCloseTo(1, 12);
  });

  test('the paper’s grid goes in steps of a tenth and leaves its upper ends out', () => {
    const { grid, x, y } = PAPER;
    expect([0, 1, 10, 24].map((i) => coordinate(x, grid, i))).toEqual([-1, -0.9, 0, 1.4].map((v) => expect.closeTo(v, 12) as number));
    expect(coordinate(y, grid, 24)).toBeCloseTo(1.9, 12);
  });

  test('levels meet every point once, from coarse to fine', () => {
    expect(strides(25)).toEqual([8, 4, 2, 1]);
    for (const grid of [2, 3, 9, 25, 26]) {
      const all = strides(grid).flatMap((stride) => pointsOf(grid, stride));
      expect(new Set(all).size).toBe(grid ** 2);
      expect(all.length).toBe(grid ** 2);
    }
  });

  test('steep places come first, and what diverged counts as cut', () => {
    const loss = new Float32Array(25).fill(1);
    loss[4] = 5; // the top right corner of the first row
    const order = byInterest(pointsOf(5, 1), 5, 1, loss, 2);
    expect(defined(order[0]) % 5).toBeGreaterThanOrEqual(2);
    expect(clipOf([{ loss: 0.5 }, { loss: NaN }, { loss: 2 }])).toBeCloseTo(2.4, 12);
  });

  test('a barrier is measured above the line between the ends', () => {
    expect(barrierOf([0, 0.5, 1], [1, 2, 2])).toEqual({ barrier: 0.5, at: 1 });
    expect(barrierOf([0, 0.5, 1], [1, 1.2, 2]).barrier).toBe(0);
    expect(barrierOf([0, 0.5, 1], [1, NaN, 2]).barrier).toBe(Infinity);
  });

  test('projection finds what lies on it, and the distance of what does not', () => {
    const random = randomNormal(11);
    const vector = () => ({ w: Float32Array.from({ length: 12 }, random), b: Float32Array.from({ length: 3 }, random) });
    const [a, b, c, off] = [vector(), vector(), vector(), vector()];
    const g = gram([a, b, c]);
    const mix = (k: number[], far = 0) => Object.fromEntries((['w', 'b'] as const).map((name) => [name, Float32Array.from(a[name], (_, i) => defined(k[0]) * defined(a[name][i]) + defined(k[1]) * defined(b[name][i]) + defined(k[2]) * defined(c[name][i]) + far * defined(off[name][i]))]));
    const place = (p: Record<string, Float32Array>) => project(g, [0, 1, 2].map((i) => defined(defined(gram([p, defined([a, b, c][i])])[0])[1])), defined(defined(gram([p])[0])[0]));
    const [x, y] = [0.37, -0.81];
    const on = place(mix(weightsAt(x, y)));
    expect([on.x, on.y]).toEqual([expect.closeTo(x, 5) as number, expect.closeTo(y, 5) as number]);
    // Sums of products of f32 numbers, and a difference of them under a root.
    expect(on.residual).toBeLessThan(1e-3);
    const away = place(mix(weightsAt(x, y), 1));
    const flat = place(off);
    expect(away.residual).toBeGreaterThan(0.1);
    expect(flat.residual).toBeLessThan(flat.distance + defined(geometryOf(g, g).norms[0]) * 10);
    const plane = planeOf(g);
    const { distances } = geometryOf(g, g);
    expect(plane.unit_x).toBeCloseTo(defined(defined(distances[0])[2]), 5);
    // Three times the same run.
    const degenerate = project(gram([a, a, a]), [1, 1, 1].map(() => defined(defined(g[0])[0])), defined(defined(g[0])[0]));
    expect([degenerate.x, degenerate.y, degenerate.residual]).toEqual([0, 0, 0]);
  });
});
