import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { maxError, randomNormal } from '../testing/checkOp';
import { product } from '../testing/factors';
import { tinyModel } from '../testing/tiny';
import { Adapted } from './adapted';
import { largestSingular } from './largest';
import { svd, type Factors } from '../numbers/singular';

/** The first r of all. */
const topOf = ({ U, S, Vt }: Factors, r: number, rows: number, cols: number): Factors => ({ U: Float64Array.from({ length: rows * r }, (_, i) => defined(U[Math.floor(i / r) * S.length + (i % r)])), S: S.slice(0, r), Vt: Vt.slice(0, r * cols) });

const random = randomNormal(3);
const normal = (n: number) => Float64Array.from({ length: n }, random);
/** A matrix of any vectors whose singular values are these. */
const withValues = (rows: number, cols: number, value: (i: number) => number) => {
  const all = svd(normal(rows * cols), rows, cols);
  return product({ ...all, S: all.S.map((_, i) => value(i)) }, rows, cols);
};
/** Factors found of a matrix, and the number of reads per entry: 1 if not all of its values need to be computed. */
const found = (a: Float64Array, rows: number, cols: number, r: number): [Factors, number] => {
  let reads = 0;
  const counting = new Proxy<ArrayLike<number>>({ length: a.length }, { get: (target, key) => (key === 'length' || typeof key === 'symbol' ? (Reflect.get(target, key) as unknown) : (reads++, a[Number(key)])) });
  return [largestSingular(counting, rows, cols, r), reads / a.length];
};

describe('the largest singular values', () => {
  test.each([[40, 56, 3, 7], [56, 40, 3, 7], [40, 40, 5, 7e9], [48, 40, 1, 7e-9]])('of %i x %i, %i of them, are those of all, without the others', (rows, cols, r, most) => {
    const a = withValues(rows, cols, (i) => most * 3 ** -i);
    const [some, looks] = found(a, rows, cols, r);
    const all = svd(a, rows, cols);
    expect(looks).toBe(1);
    const [ours, theirs] = [product(some, rows, cols), product(topOf(all, r, rows, cols), rows, cols)];
    expect(maxError(some.S.map((s) => s / most), all.S.subarray(0, r).map((s) => s / most))).toBeLessThan(1e-12);
    expect(maxError(ours.map((x) => x / most), theirs.map((x) => x / most))).toBeLessThan(1e-9);
  });

  test('are found among many that lie close to each other', () => {
    const [rows, cols] = [160, 130];
    // The second of them settles long after the first, as it is close to the third.
    for (const [first, second, scale] of [[9, 8, 1], [9, 1.06, 1e-6]] as const) {
      const a = withValues(rows, cols, (i) => scale * ([first, second][i] ?? 1 - i / 400));
      const [some, looks] = found(a, rows, cols, 2);
      const [ours, theirs] = [product(some, rows, cols), product(topOf(svd(a, rows, cols), 2, rows, cols), rows, cols)].map((of) => of.map((x) => x / scale)) as [Float64Array, Float64Array];
      expect([looks, maxError(some.S.map((s) => s / scale), [first, second]) < 1e-12, maxError(ours, theirs) < 1e-7]).toEqual([1, true, true]);
    }
  });

  test.each([['too many', 6, (i: number) => 3 ** -i, 7], ['too close to each other', 2, (i: number) => 1 - i / 100, 4]])('that are %s come with all others', (_, r, value, looks) => {
    const a = withValues(40, 48, value);
    expect(found(a, 40, 48, r)).toEqual([svd(a, 40, 48, r), looks]);
  });

  test('of a matrix whose largest are equal are all there', () => {
    // 1 on the diagonal, 3 in five places.
    const n = 48;
    const a = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? (i / (n + 1)) % 9 === 3 && i < 40 * n ? 3 : 1 : 0));
    expect([...largestSingular(a, n, n, 6).S].map((s) => Math.round(1e9 * s) / 1e9)).toEqual([3, 3, 3, 3, 3, 1]);
    // One alone of two is as good as the other.
    expect(found(withValues(n, n, (i) => (i < 2 ? 3 : 3 ** -i)), n, n, 1)[1]).toBe(1);
    // Of these the first and the third would settle before the second is met.
    const [both, looks] = found(withValues(64, 64, (i) => (i < 2 ? 3 : i < 3 ? 2.9 : 2 - i / 100)), 64, 64, 2);
    expect([[...both.S], looks]).toEqual([[expect.closeTo(3, 9), expect.closeTo(3, 9)], 4]);
  });

  test('of a matrix of lower rank, and of nothing', () => {
    const [rows, cols] = [48, 60];
    const [a, b] = [normal(rows * 3), normal(3 * cols)];
    const thin = Float64Array.from({ length: rows * cols }, (_, i) => [0, 1, 2].reduce((s, k) => s + defined(a[Math.floor(i / cols) * 3 + k]) * defined(b[k * cols + (i % cols)]), 0));
    expect(maxError(product(largestSingular(thin, rows, cols, 5), rows, cols), thin)).toBeLessThan(1e-11);
    const few = found(withValues(rows, cols, (i) => (i < 3 ? 10 ** (2 - i) : 0)), rows, cols, 3);
    expect([[...few[0].S], few[1]]).toEqual([[expect.closeTo(100, 9), expect.closeTo(10, 9), expect.closeTo(1, 9)], 1]);
    const [nothing, looks] = found(new Float64Array(rows * cols), rows, cols, 2);
    expect([[...nothing.S], looks]).toEqual([[0, 0], 1]);
    for (const [vectors, at] of [[nothing.U, (v: number, i: number) => 2 * i + v], [nothing.Vt, (v: number, i: number) => v * cols + i]] as const) {
      for (const [p, q] of [[0, 0], [0, 1], [1, 1]] as const) expect(Array.from({ length: vectors.length / 2 }, (_, i) => defined(vectors[at(p, i)]) * defined(vectors[at(q, i)])).reduce((s, x) => s + x, 0)).toBeCloseTo(Number(p === q), 12);
    }
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
