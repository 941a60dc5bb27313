import { expect, test } from 'vitest';
import type { Run } from './runs';
import { amountsOf, placeOf, spanOf, within } from './atMost';

const sized = (...sizes: (number | null)[]): Run[] => sizes.map((size) => ({ plan: size === null ? null : { trainable_parameters: size } }) as Run);
const span = { low: 1930, high: 5_528_650 };

test('a budget is chosen among runs of several sizes', () => {
  expect(spanOf(sized(1930, null, 43_000, 5_528_650))).toEqual(span);
  expect(spanOf(sized(43_000, 43_000))).toBeNull();
  expect(spanOf(sized(null, 43_000))).toBeNull();
});

test('each place of the slider has its amount, which goes back to it: the smallest run, then round ones, and the last place leaves out none', () => {
  const amounts = amountsOf(span);
  expect([amounts[0], amounts[1], amounts.at(-1)]).toEqual([1930, 2000, 5_000_000]);
  expect(amounts).toEqual(expect.arrayContaining([50_000, 100_000]));
  expect(amounts).toEqual([...new Set(amounts)].sort((a, b) => a - b));
  expect(amounts.map((amount) => placeOf(span, amount))).toEqual(amounts.map((_, place) => place));
  expect(placeOf(span, 0)).toBe(amounts.length);
  // What a link brings lies between them, beyond the runs at hand, or below all of them.
  expect([placeOf(span, 53_000), placeOf(span, 1e9), placeOf(span, 5)]).toEqual([amounts.indexOf(50_000), amounts.length, 0]);
});

test('runs within it are those of at most so many parameters, and those that are not planned yet', () => {
  const runs = sized(10, 50, null, 51);
  expect(within(runs, 50)).toEqual(runs.slice(0, 3));
  expect(within(runs, 0)).toEqual(runs);
});
