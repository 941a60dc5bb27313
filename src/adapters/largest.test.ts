import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { maxError, randomNormal } from '../testing/checkOp';
import { product } from '../testing/factors';
import { tinyModel } from '../testing/tiny';
import { Adapted } from './adapted';
import { largestSingular } from './largest';
import { svd, type Factors } from './singular';

/** The first r of all. */
const topOf = ({ U, S, Vt }: Factors, r: number, rows: number, cols: number): Factors => ({ U: Float64Array.from({ length: rows * r }, (_, i) => defined(U[Math.floor(i / r) * S.length + (i % r)])), S: S.slice(0, r), Vt: Vt.slice(0, r * cols) });

const random = randomNormal(3);
const normal = (n: number) => Float64Array.from({ length: n }, random);

describe('the largest singular values', () => {
  test.each([[96, 130, 8], [130, 96, 12], [100, 100, 1]])('of %i x %i, %i of them, are those of all', (rows, cols, r) => {
    const a = normal(rows * cols);
    const [all, some] = [svd(a, rows, cols), largestSingular(a, rows, cols, r)];
    expect(maxError(some.S, all.S.subarray(0, r))).toBeLessThan(1e-12);
    expect(maxError(product(some, rows, cols), product(topOf(all, r, rows, cols), rows, cols))).toBeLessThan(1e-8);
  });

  test('of a matrix whose largest are equal are all there', () => {
    // 1 on the diagonal, 3 in five places.
    const n = 80;
    const a = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? (i / (n + 1)) % 16 === 3 ? 3 : 1 : 0));
    expect([...largestSingular(a, n, n, 6).S].map((s) => Math.round(1e9 * s) / 1e9)).toEqual([3, 3, 3, 3, 3, 1]);
    const turned = product({ ...svd(normal(n * n), n, n), S: Float64Array.from({ length: n }, (_, i) => (i < 2 ? 3 : 1 - i / 200)) }, n, n);
    expect(largestSingular(turned, n, n, 2).S[1]).toBeCloseTo(3, 9);
  });

  test('of a matrix of lower rank, and of nothing', () => {
    const [rows, cols] = [70, 90];
    const [a, b] = [normal(rows * 3), normal(3 * cols)];
    const thin = Float64Array.from({ length: rows * cols }, (_, i) => [0, 1, 2].reduce((s, k) => s + defined(a[Math.floor(i / cols) * 3 + k]) * defined(b[k * cols + (i % cols)]), 0));
    expect(maxError(product(largestSingular(thin, rows, cols, 5), rows, cols), thin)).toBeLessThan(1e-11);
    expect([...largestSingular(new Float64Array(rows * cols), rows, cols, 2).S]).toEqual([0, 0]);
  });
});

test('start values that take long are counted, give way to other work, and can be given up', async () => {
  const { net } = await tinyModel();
  const adapted = new Adapted(net, { method: 'pissa', r: 2 });
  const slowly = async (name: string): Promise<Float32Array> => {
    const until = performance.now() + 60;
    while (performance.now() < until);
    return new Float32Array(adapted.trace.weights.get(name)!.reduce((a, b) => a * b, 1)).map((_, i) => Math.sin(i));
  };
  const { length } = adapted.layers;
  const seen: [number, number][] = [];
  let turns = 0;
  const timer = setInterval(() => turns++);
  await adapted.initialise(0, slowly, { progress: (done, layers) => void seen.push([done, layers]) });
  clearInterval(timer);
  expect(seen).toEqual(adapted.layers.map((_, i) => [i + 1, length]));
  expect(turns).toBeGreaterThan(0);
  const stop = () => {
    throw new Error('stopped');
  };
  await expect(adapted.initialise(0, slowly, { progress: stop })).rejects.toThrow('stopped');
});
