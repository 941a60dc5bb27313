import { methodLook } from '../../../figures/methods';
import { counted, formatCount, formatFixed, formatNumber, formatPercent, listOf, plural, unbroken, withSpread } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import type { Estimate } from '../../../numbers/pairs';
import { fewest } from '../../../numbers/stats';
import type { Group } from '../../core/runs/seedGroups';
import { atHand, bothWays, census, COMPARISONS, errorsOf, FEWEST, isApart, isTold, meansAfter, SHOWN, type Compared } from '../seeds';

/** Words and sentences of the lesson on seeds; each number in a sentence is computed. */

const share = (value: number): string => `${formatPercent(value)}\u00a0%`;
/** In points, to a hundredth: an end of an interval may lie that near to 0. */
export const points = (value: number): string => formatFixed(100 * value, 2);
const rangeOf = ({ low, high }: Pick<Estimate, 'low' | 'high'>): string => `${points(low)} to ${points(high)}`;

/** Name of a setting. */
export const settingOf = ({ method, setting }: Group): string => [methodLook(method).title, unbroken(setting)].filter(Boolean).join(' ');

export const seedsWords = {
  first: 'First',
  second: 'Second',
  draw: 'Draw a seed',
  all: 'All seeds',
  again: 'Start over',
  drawn: (seeds: readonly number[]) => `${plural(seeds.length, 'Seed', 'Seeds')} ${listOf(seeds.map(String))}`,
  means: 'Means after each seed',
  meansCaption: `Upright lines are 95 % intervals of the mean over seeds; they begin with ${formatNumber(fewest)} seeds.`,
  meansSummary: (ends: string[]) => `After the last seed: ${listOf(ends)}.`,
  count: 'seeds drawn',
  after: (count: number) => `after ${counted(count, 'seed', 'seeds')}`,
  chance: `${formatCount(SHOWN)} comparisons of two that do not differ`,
  chanceCaption: 'Each line is the 95 % interval of a difference, in pairs. Bold: it leaves out 0, and a difference is found where there is none.',
  chanceSummary: (found: number) => `${formatNumber(found)} of ${formatCount(SHOWN)} intervals leave out 0.`,
  seeds: 'Seeds of each',
  seedsUpTo: 'Seeds of each, at most',
  rule: 'When to stop',
  rules: { fixed: 'At this number', early: 'Once 0 is left out' },
  others: `Draw ${formatCount(SHOWN)} others`,
  pairs: 'The difference, seed by seed',
  pairsCaption: 'Points: the difference on one seed. Lines: 95 % intervals of the mean difference, on the same seeds, in pairs and not.',
  pairsSummary: (inPairs: string, not: string) => `In pairs ${inPairs}, not in pairs ${not}.`,
  tooFew: `from ${formatNumber(fewest)} seeds on`,
  difference: 'difference, points',
  seed: (seed: number) => `seed ${formatNumber(seed)}`,
  inPairs: 'in pairs',
  notPaired: 'not in pairs',
  head: ['of', 'difference, points', '95 % interval from', 'to'],
  compared: (which: number, { seeds }: Compared) => `${formatNumber(which)}, ${counted(seeds, 'seed', 'seeds')}`,
  read: (of: string, value: string, range: string) => `${of}: ${value}${range && `, ${range}`}`,
  computed: `Normal numbers that vary as the recorded runs do over their seeds; ${formatCount(COMPARISONS)} comparisons`,
};

/** An estimate as a reader of a figure has it. */
export const readOf = (of: string, { value, low, high }: { value: number; low?: number; high?: number }): string => seedsWords.read(of, points(value), low === undefined || high === undefined ? '' : rangeOf({ low, high }));

/** What the seeds that are drawn say. */
export function drawnText(groups: readonly Group[], drawn: Parameters<typeof atHand>[1]): string {
  const { first, second, drawn: seeds } = atHand(groups, drawn);
  const means = [first, second].map((group) => defined(meansAfter(group, seeds).at(-1)));
  const [a, b] = [defined(means[0]), defined(means[1])];
  const apart = isApart(a, b);
  const so = apart === null ? `${formatNumber(fewest)} seeds give the first interval` : apart ? 'the intervals have no value in common' : 'the intervals overlap';
  return `${seedsWords.drawn(seeds)}: ${settingOf(first)} ${withSpread(a.mean, a.interval, formatPercent)}\u00a0%, ${settingOf(second)} ${withSpread(b.mean, b.interval, formatPercent)}\u00a0%; ${so}.`;
}

/** How often chance alone tells a difference. */
export function chanceText(seeds: number, stops: boolean): string {
  const { told, apart } = errorsOf(seeds, stops);
  const how = stops ? `Looking from ${formatNumber(FEWEST)} seeds on after each, and stopping as soon as 0 is left out, to ${formatNumber(seeds)} seeds at most` : `With ${formatNumber(seeds)} seeds of each, chosen before`;
  return `${how}: in ${share(told)} of ${formatCount(COMPARISONS)} comparisons of two that do not differ, a difference is found.${stops ? '' : ` The intervals of the two means have no value in common in ${share(apart)}.`}`;
}

/** The answer to the question of the lesson. */
export function seedsOutcome(): string {
  const { told, apart } = errorsOf(FEWEST, false);
  const who = apart < told / 2 ? 'Much more rarely than one in twenty' : apart > 2 * told ? 'Much more often than one in twenty' : 'About one in twenty';
  return `${who}: in ${share(apart)} of ${formatCount(COMPARISONS)} comparisons. The interval of the difference leaves out 0 in ${share(told)}: it is the one to look at, since an interval of 95\u00a0% is meant to err in one of twenty.`;
}

const verdict = (estimate: Estimate): string => (isTold(estimate) ? 'leaves out 0' : 'holds 0');

/** The difference at hand in pairs and not; empty with too few seeds. */
export function pairsText(groups: readonly Group[], drawn: Parameters<typeof atHand>[1]): string {
  const { first, second, drawn: seeds } = atHand(groups, drawn);
  const { paired, unpaired } = bothWays(first, second, seeds);
  if (!paired || !unpaired) return `${seedsWords.drawn(seeds)}: intervals begin with ${formatNumber(fewest)} seeds.`;
  return `${seedsWords.drawn(seeds)}: ${settingOf(first)} less ${settingOf(second)} is ${points(paired.difference)} points. In pairs the interval, ${rangeOf(paired)}, ${verdict(paired)}; not in pairs, ${rangeOf(unpaired)}, it ${verdict(unpaired)}.`;
}

/** All pairs of settings, and what a correction for so many leaves. */
export function censusText(groups: readonly Group[]): string {
  const { all, pairedAlone, unpairedAlone, both, corrected } = census(groups);
  return `All ${counted(all, 'pair', 'pairs')} of the ${formatNumber(groups.length)} settings, with every seed: ${formatNumber(both)} leave out 0 both ways, ${formatNumber(pairedAlone)} in pairs alone, ${formatNumber(unpairedAlone)} without alone. Corrected for so many looks (Holm), ${formatNumber(corrected)} in pairs are left.`;
}
