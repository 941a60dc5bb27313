import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSteady, meanOf, stepTimes, usualStep } from './stats';

test('the interval of a mean: three seeds, none with two or one', () => {
  // mean 0.7, standard deviation 0.01, / sqrt 3 x 4.303
  expect(meanOf([0.69, 0.7, 0.71])).toMatchObject({ n: 3, mean: expect.closeTo(0.7, 12), interval: expect.closeTo(0.024843, 5) });
  expect(meanOf([0.5, 0.7])).toEqual({ n: 2, mean: 0.6, interval: null });
  expect(meanOf([0.5])).toEqual({ n: 1, mean: 0.5, interval: null });
  expect(meanOf([NaN])).toBeNull();
});

test('the interval takes all values that are numbers, and no others', () => {
  // numpy: mean 2.5, std(ddof=1) 1.2909944487358056, / sqrt(4) x 3.182446305284263 (scipy.stats.t.ppf(0.975, 3))
  expect(meanOf([1, NaN, 2, Infinity, 3, 4])).toEqual({ n: 4, mean: 2.5, interval: expect.closeTo(2.054260256760879, 10) as number });
  expect([meanOf([]), meanOf([NaN, 3])]).toEqual([null, { n: 1, mean: 3, interval: null }]);
});

test('quartiles of step times are those of numpy', () => {
  // numpy.percentile([5, 1, 10, 2, 4], [25, 50, 75]), and of [9, 1, 3, 2]
  expect(stepTimes([5, 1, 10, 2, 4])).toEqual({ low: 2, median: 4, high: 5 });
  expect(stepTimes([9, 1, 3, 2])).toEqual({ low: 1.75, median: 2.5, high: 4.5 });
  expect(stepTimes([1, 2, 3])).toBeNull();
  // The first waits for kernels to be compiled.
  expect([usualStep([900, 2, 4, 3]), usualStep([900, 2, 4]), usualStep([900]), usualStep([])]).toEqual([3, 3, NaN, NaN]);
  expect([{ low: 2, median: 2, high: 3 }, { low: 2, median: 2, high: 3.1 }].map(isSteady)).toEqual([true, false]);
});

test('a mean lies among its values, and more spread never narrows its interval', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 40 }), (values) => {
      const { mean, interval } = meanOf(values)!;
      expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      expect(meanOf(values.map((value) => 2 * value))!.interval).toBeCloseTo(2 * interval!, 9);
    }),
  );
});
