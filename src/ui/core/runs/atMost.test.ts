import { expect, test } from 'vitest';
import type { Run } from './runs';
import { amountAt, placeOf, places, spanOf, within } from './atMost';

const sized = (...sizes: (number | null)[]): Run[] => sizes.map((size) => ({ plan: size === null ? null : { trainable_parameters: size } }) as Run);
const span = { low: 1930, high: 5_528_650 };

test('a budget is chosen among runs of several sizes', () => {
  expect(spanOf(sized(1930, null, 43_000, 5_528_650))).toEqual(span);
  expect(spanOf(sized(43_000, 43_000))).toBeNull();
  expect(spanOf(sized(null, 43_000))).toBeNull();
});

test('each place of the slider has its amount, which goes back to it: the smallest run is never left out, the last place leaves out none', () => {
  const amounts = Array.from({ length: places + 1 }, (_, place) => amountAt(span, place));
  expect([amounts[0], amounts.at(-1)]).toEqual([span.low, 0]);
  expect(amounts.slice(0, -1)).toEqual([...amounts.slice(0, -1)].sort((a, b) => a - b));
  expect(amounts.map((amount) => placeOf(span, amount))).toEqual(amounts.map((_, place) => place));
  // What a link brings lies beyond the runs at hand, or below all of them.
  expect([placeOf(span, 1e9), placeOf(span, 5)]).toEqual([places, 0]);
});

test('runs within it are those of at most so many parameters, and those that are not planned yet', () => {
  const runs = sized(10, 50, null, 51);
  expect(within(runs, 50)).toEqual(runs.slice(0, 3));
  expect(within(runs, 0)).toEqual(runs);
});
