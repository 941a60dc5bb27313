import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanOf, partApart, t95 } from './stats.meta';

test('quantiles of Student’s t as in the tables', () => {
  // scipy.stats.t.ppf(0.975, df); the expansion is right to 0.001 from 10 degrees on.
  for (const [df, value] of [[1, 12.706], [2, 4.303], [9, 2.262], [10, 2.2281], [15, 2.1314], [30, 2.0423], [120, 1.9799]] as const) expect(Math.abs(t95(df) - value)).toBeLessThan(1e-3);
});

test('the interval of a mean: three seeds, one seed, none', () => {
  // mean 0.7, standard deviation 0.01, / sqrt 3 x 4.303
  expect(meanOf([0.69, 0.7, 0.71])).toMatchObject({ n: 3, mean: expect.closeTo(0.7, 12), interval: expect.closeTo(0.024843, 5) });
  expect(meanOf([0.5])).toEqual({ n: 1, mean: 0.5, interval: null });
  expect(meanOf([NaN])).toBeNull();
});

test('means are told apart only where their intervals do not touch', () => {
  const of = (mean: number, interval: number | null) => ({ n: 3, mean, interval });
  expect(partApart(of(0.7, 0.02), of(0.6, 0.02))).toBe(true);
  expect(partApart(of(0.7, 0.06), of(0.6, 0.05))).toBe(false);
  expect(partApart(of(0.7, null), of(0.6, 0.01))).toBeNull();
});

test('a mean lies among its values, and more spread never narrows its interval', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 }), (values) => {
      const { mean, interval } = meanOf(values)!;
      expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      expect(meanOf(values.map((value) => 2 * value))!.interval).toBeCloseTo(2 * interval!, 9);
    }),
  );
});
