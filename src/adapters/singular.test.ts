import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { singularValues, svd, symmetricEigenvalues } from '../numbers/singular';
import { maxError, randomNormal } from '../testing/checkOp';
import { product } from '../testing/factors';
import { ConfigError } from './fields';
import { rankRange, withinRank } from './singular';

/** Largest distance of the products of vectors from those of an orthonormal set. */
function skew(at: (vector: number, i: number) => number, r: number, length: number): number {
  let worst = 0;
  for (let p = 0; p < r; p++) for (let q = 0; q <= p; q++) {
    let s = 0;
    for (let i = 0; i < length; i++) s += at(p, i) * at(q, i);
    worst = Math.max(worst, Math.abs(s - Number(p === q)));
  }
  return worst;
}

describe('singular values and vectors', () => {
  const random = randomNormal(3);
  const normal = (n: number) => Float64Array.from({ length: n }, random);
  // Wide, tall, square; values that fall over seven orders, and a matrix of lower rank.
  const falling = (rows: number, cols: number) => {
    const { U, Vt, S } = svd(normal(rows * cols), rows, cols);
    return product({ U, Vt, S: S.map((_, i) => 10 ** (-7 * (i / (S.length - 1)))) }, rows, cols);
  };
  const thin = (rows: number, cols: number) => {
    const [a, b] = [normal(rows * 3), normal(3 * cols)];
    return Float64Array.from({ length: rows * cols }, (_, i) => [0, 1, 2].reduce((s, k) => s + defined(a[Math.floor(i / cols) * 3 + k]) * defined(b[k * cols + (i % cols)]), 0));
  };
  const sizes = [[9, 14], [14, 9], [12, 12], [30, 44], [1, 5], [5, 1], [2, 2]] as const;
  test.each(sizes.flatMap(([rows, cols]) => ([['normal', normal(rows * cols)], ...(Math.min(rows, cols) > 3 ? [['falling', falling(rows, cols)], ['thin', thin(rows, cols)]] : [])] as [string, Float64Array][]).map(([what, a]) => [what, rows, cols, a] as const)))('%s %i x %i', (_, rows, cols, a) => {
    const found = svd(a, rows, cols);
    const r = Math.min(rows, cols);
    expect(maxError(product(found, rows, cols), a)).toBeLessThan(1e-12);
    expect([...found.S]).toEqual([...found.S].sort((x, y) => y - x));
    expect(maxError(singularValues(a, rows, cols), found.S)).toBeLessThan(1e-7);
    expect(skew((v, i) => defined(found.U[i * r + v]), r, rows)).toBeLessThan(1e-10);
    expect(skew((v, i) => defined(found.Vt[v * cols + i]), r, cols)).toBeLessThan(1e-10);
  });

  test('the largest alone are the same', () => {
    const a = normal(20 * 30);
    const [all, some] = [svd(a, 20, 30), svd(a, 20, 30, 4)];
    expect(maxError(some.S, all.S.subarray(0, 4))).toBeLessThan(1e-13);
    const top = { U: Float64Array.from({ length: 80 }, (_, i) => defined(all.U[Math.floor(i / 4) * 20 + (i % 4)])), S: all.S.subarray(0, 4), Vt: all.Vt.subarray(0, 120) };
    expect(maxError(product(some, 20, 30), product(top, 20, 30))).toBeLessThan(1e-11);
  });

  test.each([[3, 5], [5, 3], [4, 4], [1, 1]])('of nothing, %i x %i: none, and any vectors', (rows, cols) => {
    const r = Math.min(rows, cols);
    const { U, S, Vt } = svd(new Float64Array(rows * cols), rows, cols);
    expect([...S, ...singularValues(new Float64Array(rows * cols), rows, cols)]).toEqual(new Array(2 * r).fill(0));
    expect(skew((v, i) => defined(U[i * r + v]), r, rows)).toBeLessThan(1e-12);
    expect(skew((v, i) => defined(Vt[v * cols + i]), r, cols)).toBeLessThan(1e-12);
  });

  test('of a matrix of whole numbers', () => {
    // [[3, 0], [4, 5]] has sqrt(45) and sqrt(5).
    expect(maxError(svd([3, 0, 4, 5], 2, 2).S, [Math.sqrt(45), Math.sqrt(5)])).toBeLessThan(1e-14);
    expect(maxError(singularValues([3, 0, 4, 5], 2, 2), [Math.sqrt(45), Math.sqrt(5)])).toBeLessThan(1e-14);
    // Equal ones, in any order of rows.
    const swapped = [0, 0, 2, 0, 2, 0, 0, 0, 0, 0, 0, -2, 0, 1, 0, 0];
    expect(maxError(svd(swapped, 4, 4).S, [2, 2, 2, 1])).toBeLessThan(1e-14);
    expect(maxError(product(svd(swapped, 4, 4), 4, 4), swapped)).toBeLessThan(1e-14);
  });

  test.each([1e-9, 1e9])('of a matrix of lower rank times %f', (scale) => {
    const a = thin(8, 11).map((x) => scale * x);
    expect(maxError(product(svd(a, 8, 11), 8, 11).map((x) => x / scale), a.map((x) => x / scale))).toBeLessThan(1e-12);
    expect(maxError(singularValues(a, 8, 11).map((x) => x / scale), svd(a, 8, 11).S.map((x) => x / scale))).toBeLessThan(1e-7);
  });

  test('of what is no number there are none', () => {
    for (const of of [svd, singularValues]) expect(() => of([1, NaN, 2, 3], 2, 2)).toThrow(RangeError);
  });
});

describe('eigenvalues', () => {
  test.each([1, -1])('are exact where a column is nearly one axis, in the direction %i', (x) => {
    const tiny = 1e-8;
    const a = Float64Array.of(7, 0, 0, 0, 0, 2, x, tiny, 0, x, 3, 1, 0, tiny, 1, 5);
    const values = symmetricEigenvalues(a, 4);
    // The determinant, and the sums of what they are and of their squares.
    expect(values.reduce((all, v) => all * v, 1) / 7).toBeCloseTo(2 * (15 - 1) - x * (5 * x - tiny) + tiny * (x - 3 * tiny), 12);
    expect(values.reduce((all, v) => all + v, 0)).toBeCloseTo(17, 12);
    expect(values.reduce((all, v) => all + v * v, 0)).toBeCloseTo(49 + 4 + 9 + 25 + 4, 11);
  });

  test('are there though an entry is so small that its square is nothing', () => {
    expect([...symmetricEigenvalues(Float64Array.of(1, 0, 1e-200, 0, 1, 0, 1e-200, 0, 1), 3)]).toEqual([1, 1, 1]);
  });
});

describe('a rank', () => {
  const layer = (n: number, m: number) => ({ name: 'l', in: n, out: m });

  test('is no larger than the number of singular values', () => {
    for (const [n, m] of [[4, 6], [6, 4]] as const) {
      expect(() => withinRank({ method: 'pissa', r: 4 }, layer(n, m))).not.toThrow();
      expect(() => withinRank({ method: 'pissa', r: 5 }, layer(n, m))).toThrow(ConfigError);
    }
  });

  test('is tried up to that of the smallest layer', () => expect(rankRange([layer(8, 6), layer(5, 9), layer(7, 7)])).toEqual([1, 5]));
});
