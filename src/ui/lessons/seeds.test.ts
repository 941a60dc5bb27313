import { expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { openRecording } from '../core/analyses/recorded';
import { groupsOf } from '../core/runs/seedGroups';
import { atHand, bothWays, census, compareAlike, deviationOf, errorsOf, firstPair, isApart, isTold, meansAfter, seedsOf } from './seeds';

const groups = groupsOf((await openRecording('toy')).runs);
const of = (method: string, setting: string) => defined(groups.find((one) => one.method === method && one.setting === setting));
const percent = (value: number): number => 100 * value;

test('two settings on the same seeds, in pairs and not, as scipy has them', () => {
  const [a, b] = [of('randlora', 'r 8'), of('lora', 'r 40')];
  const { differences, paired, unpaired } = bothWays(a, b, seedsOf(a, b));
  expect(differences.map((one) => Math.round(1000 * one))).toEqual([-17, -1, -18, -8, -7]);
  // scipy.stats.ttest_rel and ttest_ind(equal_var=False) of [69.6, 71.5, 71.5, 70.5, 72.0] and [71.3, 71.6, 73.3, 71.3, 72.7], confidence_interval(0.95)
  expect([paired!.low, paired!.high].map(percent)).toEqual([expect.closeTo(-1.9127901, 4), expect.closeTo(-0.1272099, 4)]);
  expect([unpaired!.low, unpaired!.high].map(percent)).toEqual([expect.closeTo(-2.3869551, 4), expect.closeTo(0.3469551, 4)]);
});

test('pairs may shorten an interval or lengthen it, and after Holm fewer are left', () => {
  // scipy.stats.ttest_rel and ttest_ind(equal_var=False) of all 55 pairs of settings, and Holm's rule on the first
  expect(census(groups)).toEqual({ all: 55, pairedAlone: 3, unpairedAlone: 7, both: 15, corrected: 6 });
  const [a, b] = firstPair(groups);
  const ways = bothWays(a, b, seedsOf(a, b));
  expect([a.setting, b.setting, isTold(ways.paired!), isTold(ways.unpaired!)]).toEqual(['r 8', 'r 40', true, false]);
  // numpy: sqrt(mean of var(ddof=1)) of the eleven settings
  expect(deviationOf(groups)).toBeCloseTo(0.0112193, 7);
});

test('means grow seed by seed, with an interval from the third on', () => {
  const means = meansAfter(of('lora', 'r 5'), [4, 1, 3]);
  expect(means.map(({ n, interval }) => [n, interval !== null])).toEqual([[1, false], [2, false], [3, true]]);
  expect(means[1]!.mean).toBeCloseTo(0.72, 9);
  expect(isApart(means[2]!, means[1]!)).toBeNull();
  expect(isApart({ n: 3, mean: 0.5, interval: 0.1 }, { n: 3, mean: 0.7, interval: 0.09 })).toBe(true);
});

test('seeds are drawn in the order of chance, one at least, and of settings that are gone those of the beginning are left', () => {
  const start = { first: '', second: '', order: [3, 9, 1], count: 2 };
  expect(atHand(groups, start).drawn).toEqual([3, 1]);
  expect(atHand(groups, { ...start, count: 0 }).drawn).toEqual([3]);
  expect(atHand(groups, { ...start, count: 99 }).drawn).toEqual([3, 1, 0, 2, 4]);
  expect(bothWays(...firstPair(groups), [3, 1])).toMatchObject({ paired: null, unpaired: null, differences: [expect.any(Number), expect.any(Number)] });
});

test('of comparisons without a difference one in twenty tells one, far fewer have intervals apart, and stopping early tells many', () => {
  // numpy, 1,000,000 comparisons each (default_rng(1)): told at any look from 3 seeds on, to 5, 10 and 20 seeds
  for (const [seeds, share] of [[5, 0.1006], [10, 0.1669], [20, 0.2294]] as const) expect(Math.abs(errorsOf(seeds, true).told - share)).toBeLessThan(0.015);
  for (const seeds of [3, 5, 10, 20]) {
    const { told, apart } = errorsOf(seeds, false);
    expect(Math.abs(told - 0.05)).toBeLessThan(0.009);
    // scipy: 2 sf(t (s1 + s2) / sqrt(2)) over chi-squared variances is 0.0048 to 0.0056
    expect(Math.abs(apart - 0.0053)).toBeLessThan(0.0025);
  }
  const early = Array.from({ length: 200 }, (_, i) => compareAlike(i, 20, true));
  expect(early.every(({ seeds, told }) => seeds === 20 || told)).toBe(true);
  expect(early.some(({ seeds }) => seeds < 20)).toBe(true);
});
