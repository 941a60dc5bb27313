import { create } from 'zustand';
import { normal } from '../../analysis/reach.meta';
import { defined } from '../../numbers/defined';
import { paired, unpaired, type Estimate } from '../../numbers/pairs';
import { fewest, meanOf, type Mean } from '../../numbers/stats';
import { t95 } from '../../numbers/student';
import { measureOf } from '../../train/scores.meta';
import { differencesAmong } from '../core/runs/findings';
import { testedOf } from '../core/runs/runs';
import type { Group } from '../core/runs/seedGroups';

/** Seeds that are drawn by hand from recorded runs, and comparisons of two that do not differ, drawn by the thousand. */

/** Two settings, by their keys, the seeds in the order of drawing, and how many are drawn; without keys those that the lesson begins with. */
interface Drawn {
  first: string;
  second: string;
  order: readonly number[];
  count: number;
}
export const useDrawn = create<Drawn>()(() => ({ first: '', second: '', order: [], count: 1 }));

/** Accuracy by seed. */
const bySeed = (group: Group): Map<number, number> => new Map(testedOf(group.runs).map(({ spec, test }) => [spec.train.seed, measureOf(test)]));

/** Seeds that both have. */
export function seedsOf(first: Group, second: Group): number[] {
  const other = bySeed(second);
  return [...bySeed(first).keys()].filter((seed) => other.has(seed)).sort((a, b) => a - b);
}

const valuesAt = (group: Group, seeds: readonly number[]): number[] => {
  const values = bySeed(group);
  return seeds.map((seed) => defined(values.get(seed)));
};

/** The mean after each seed that was drawn. */
export const meansAfter = (group: Group, seeds: readonly number[]): Mean[] => seeds.map((_, i) => defined(meanOf(valuesAt(group, seeds.slice(0, i + 1))) ?? undefined));

/** True where two intervals have no value in common; null where one is missing. */
export const isApart = (one: Mean, other: Mean): boolean | null => (one.interval === null || other.interval === null ? null : Math.abs(one.mean - other.mean) > one.interval + other.interval);

/** The difference of two settings on some seeds, the first less the second: seed by seed, in pairs and not. */
export interface BothWays {
  differences: number[];
  /** Null with fewer than three seeds. */
  paired: Estimate | null;
  unpaired: Estimate | null;
}

export function bothWays(first: Group, second: Group, seeds: readonly number[]): BothWays {
  const [a, b] = [valuesAt(first, seeds), valuesAt(second, seeds)];
  const differences = a.map((value, i) => value - defined(b[i]));
  const step = 1 / Math.max(1, ...testedOf([...first.runs, ...second.runs]).map(({ test }) => test.count));
  return seeds.length < fewest ? { differences, paired: null, unpaired: null } : { differences, paired: paired(differences, step), unpaired: unpaired(a, b, step) };
}

/** True where an interval leaves out no difference. */
export const isTold = ({ low, high }: Pick<Estimate, 'low' | 'high'>): boolean => low > 0 || high < 0;

const pairsOf = (groups: readonly Group[]): [Group, Group][] => groups.flatMap((one, i) => groups.slice(i + 1).map((other): [Group, Group] => [one, other]));

/** What all pairs of settings say: how many are told apart in pairs alone, without pairs alone, by both, and in pairs after Holm's correction for all of them. */
export function census(groups: readonly Group[]): { all: number; pairedAlone: number; unpairedAlone: number; both: number; corrected: number } {
  const among = differencesAmong(groups);
  const found = pairsOf(groups).map(([a, b]) => {
    const ways = bothWays(a, b, seedsOf(a, b));
    return { inPairs: ways.paired !== null && isTold(ways.paired), not: ways.unpaired !== null && isTold(ways.unpaired), corrected: among(a, b).apart === true };
  });
  const count = (some: (one: (typeof found)[number]) => boolean): number => found.filter(some).length;
  return { all: found.length, pairedAlone: count(({ inPairs, not }) => inPairs && !not), unpairedAlone: count(({ inPairs, not }) => not && !inPairs), both: count(({ inPairs, not }) => inPairs && not), corrected: count(({ corrected }) => corrected) };
}

/** The two that the lesson begins with: of those that are told apart in pairs alone, the ones with the least p; else the first two. */
export function firstPair(groups: readonly Group[]): [Group, Group] {
  const found = pairsOf(groups).flatMap(([a, b]) => {
    const ways = bothWays(a, b, seedsOf(a, b));
    return ways.paired && ways.unpaired && isTold(ways.paired) && !isTold(ways.unpaired) ? [{ pair: [a, b] as [Group, Group], p: ways.paired.p }] : [];
  });
  return found.sort((a, b) => a.p - b.p)[0]?.pair ?? [defined(groups[0]), defined(groups[1])];
}

/** The two settings at hand, and the seeds that are drawn of them. */
export function atHand(groups: readonly Group[], { first, second, order, count }: Drawn): { first: Group; second: Group; all: number[]; drawn: number[] } {
  const [a, b] = [groups.find(({ key }) => key === first), groups.find(({ key }) => key === second)];
  const pair = a && b ? ([a, b] as const) : firstPair(groups);
  const all = seedsOf(...pair);
  const known = order.filter((seed) => all.includes(seed));
  const drawn = [...known, ...all.filter((seed) => !known.includes(seed))].slice(0, Math.max(1, Math.min(count, all.length)));
  return { first: pair[0], second: pair[1], all, drawn };
}

/** Seeds in an order of chance. */
export const shuffled = (seeds: readonly number[]): number[] => seeds.map((seed) => [Math.random(), seed] as const).sort(([a], [b]) => a - b).map(([, seed]) => seed);

/** The standard deviation over seeds, pooled over the settings, in shares of 1. */
export function deviationOf(groups: readonly Group[]): number {
  const parts = groups.map((group) => {
    const values = [...bySeed(group).values()];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0), df: values.length - 1 };
  });
  return Math.sqrt(parts.reduce((sum, { squares }) => sum + squares, 0) / parts.reduce((sum, { df }) => sum + df, 0));
}

/** Comparisons that are drawn in all, those that are shown at once, and the fewest and the most seeds of each. */
export const COMPARISONS = 5000;
export const SHOWN = 100;
export const FEWEST = fewest;
export const MOST = 20;
/** With the fewest seeds nothing can stop earlier: where that is asked, there are so many at first. */
export const AMPLE = 12;

/** How comparisons are drawn: seeds of each, whether they stop early, and which hundred is shown. */
export const useChance = create<{ seeds: number; stops: boolean; page: number }>()(() => ({ seeds: FEWEST, stops: false, page: 0 }));

/** Two seeds' values for each place of each comparison, normal, of mean 0 and deviation 1; drawn once, of one seed. */
let pool: Float64Array | undefined;
const drawnPool = (): Float64Array => (pool ??= normal(2 * MOST * COMPARISONS, 2026));

/** A comparison of two that do not differ, in deviations: the difference over its seeds in pairs, its half interval, and whether the intervals of both means have no value in common. */
export interface Compared {
  seeds: number;
  difference: number;
  half: number;
  told: boolean;
  apart: boolean;
}

/** Running mean and sum of squares (B. P. Welford, 1962). */
function running(): { add: (value: number) => void; mean: () => number; half: () => number } {
  let [n, mean, squares] = [0, 0, 0];
  return {
    add: (value) => {
      n++;
      const off = value - mean;
      mean += off / n;
      squares += off * (value - mean);
    },
    mean: () => mean,
    half: () => t95(n - 1) * Math.sqrt(squares / (n - 1) / n),
  };
}

/** One of them at so many seeds of each; `stops` ends it from three seeds on as soon as its interval leaves out 0. */
export function compareAlike(which: number, seeds: number, stops: boolean): Compared {
  const values = drawnPool();
  const [a, b, d] = [running(), running(), running()];
  for (let n = 1; ; n++) {
    const at = 2 * (MOST * which + n - 1);
    const [one, other] = [defined(values[at]), defined(values[at + 1])];
    a.add(one);
    b.add(other);
    d.add(one - other);
    if (n < FEWEST || (n < seeds && !stops)) continue;
    const half = d.half();
    const told = Math.abs(d.mean()) > half;
    if (n === seeds || told) return { seeds: n, difference: d.mean(), half, told, apart: Math.abs(a.mean() - b.mean()) > a.half() + b.half() };
  }
}

/** How often chance alone makes a difference, as shares of all comparisons. */
export interface Errors {
  apart: number;
  told: number;
}

const known = new Map<string, Errors>();
export function errorsOf(seeds: number, stops: boolean): Errors {
  const key = `${seeds} ${stops}`;
  let found = known.get(key);
  if (!found) {
    const all = Array.from({ length: COMPARISONS }, (_, i) => compareAlike(i, seeds, stops));
    known.set(key, (found = { apart: all.filter(({ apart }) => apart).length / COMPARISONS, told: all.filter(({ told }) => told).length / COMPARISONS }));
  }
  return found;
}
