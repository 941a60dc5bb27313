import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSteady, meanOf, partApart, stepTimes, t95 } from './stats';

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

test('from ten degrees of freedom on the expansion is off by the terms that it leaves out', () => {
  // scipy.stats.t.ppf(0.975, df), and how far the expansion is from it in Python's f64.
  for (const [df, value, off] of [[10, 2.2281388519862735, 1.66887e-4], [12, 2.1788128296672284, 7.97912e-5], [20, 2.085963447265864, 1.01553e-5], [60, 2.0002978220142604, 1.0731e-7]] as const) expect(value - t95(df), String(df)).toBeCloseTo(off, 8);
});

test('the interval takes all values that are numbers, and no others', () => {
  // numpy: mean 2.5, std(ddof=1) 1.2909944487358056, / sqrt(4) x 3.182
  expect(meanOf([1, NaN, 2, Infinity, 3, 4])).toEqual({ n: 4, mean: 2.5, interval: expect.closeTo(2.0539721679386672, 12) as number });
  expect([meanOf([]), meanOf([NaN, 3])]).toEqual([null, { n: 1, mean: 3, interval: null }]);
});

test('intervals that touch are not apart, on either side', () => {
  const of = (mean: number, interval: number | null) => ({ n: 3, mean, interval });
  expect([partApart(of(1, 0.25), of(0.5, 0.25)), partApart(of(0.5, 0.25), of(1, 0.25)), partApart(of(0.5, 0.125), of(1, 0.25)), partApart(of(1, 0.1), of(0, null))]).toEqual([false, false, true, null]);
});

test('quartiles of step times are those of numpy', () => {
  // numpy.percentile([5, 1, 10, 2, 4], [25, 50, 75]), and of [9, 1, 3, 2]
  expect(stepTimes([5, 1, 10, 2, 4])).toEqual({ low: 2, median: 4, high: 5 });
  expect(stepTimes([9, 1, 3, 2])).toEqual({ low: 1.75, median: 2.5, high: 4.5 });
  expect(stepTimes([1, 2, 3])).toBeNull();
  expect([{ low: 2, median: 2, high: 3 }, { low: 2, median: 2, high: 3.1 }].map(isSteady)).toEqual([true, false]);
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
