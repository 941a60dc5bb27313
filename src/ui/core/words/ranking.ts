import { formatPercent, listOf, unbroken, withSpread, plural, formatNumber } from '../../../language/format';
import { seedsBetween, verdictWords } from '../../../records/verdict.meta';
import type { Ranking } from '../runs/findings';
import type { Group } from '../runs/seedGroups';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { fewest } from '../../../numbers/stats';
import { recordedWords } from './recorded';

/** Names of some of those that are ranked, with their settings where these tell two of one method apart. */
export const namer = ({ top, below, single }: Ranking): ((groups: readonly Group[]) => string[]) => {
  const all = [...top, ...below, ...single];
  const isOne = ({ method }: Group) => all.filter((other) => other.method === method).length === 1;
  return (groups) => groups.map((one) => (isOne(one) ? methodLook(one.method).title : [methodLook(one.method).title, unbroken(one.setting)].filter(Boolean).join(' ')));
};

/** 69.2 ± 2.3 */
export const meanText = ({ accuracy: { mean, interval } }: Group): string => withSpread(mean, interval, formatPercent);

const rankingWords = {
  single: (all: string[], seeds: string) => `${seeds} each: ${listOf(all)} cannot be told apart from one another yet.`,
  ahead: (name: string, seeds: string, below: string[]) => `${name} is ahead of ${listOf(below)} in test accuracy over ${seeds}.`,
  highest: (name: string, tied: string[], count: number, seeds: string, below: string[], lower: number) => `${name} is highest in test accuracy, but ${listOf(tied)} ${plural(count, 'is', 'are')} not distinguishable from it over ${seeds}${below.length > 0 ? `; ${listOf(below)} ${plural(lower, 'is', 'are')} lower than ${name}` : ''}.`,
  same: (names: string[], seeds: string, tied: string[], count: number, below: string[], lower: number) => `${listOf(names)} have the same mean test accuracy over ${seeds}, the highest${tied.length > 0 ? `; ${listOf(tied)} ${plural(count, 'is', 'are')} not distinguishable from them` : ''}${below.length > 0 ? `; ${listOf(below)} ${plural(lower, 'is', 'are')} lower` : ''}.`,
  others: (count: number) => `${formatNumber(count)} others`,
};

/** Findings that groups of runs support, with their caveats. */
export const rankingText = (ranking: Ranking): string => [findingText(ranking), ...ranking.caveats].join(' ');

/** The finding by itself; what stands against it is to be said beside it. */
export function findingText(ranking: Ranking): string {
  const { top, below, single, seeds } = ranking;
  const names = namer(ranking);
  const fewSeeds = (groups: readonly Group[]) => verdictWords.fewSeeds(groups.map(({ accuracy }) => accuracy.n));
  if (seeds < fewest && single.length === 0) return rankingWords.single(names([...top, ...below]), fewSeeds([...top, ...below]));
  const chance = single.length > 0 ? verdictWords.single(listOf(names(single)), single.length, fewSeeds(single)) : '';
  if (seeds < fewest) return chance;
  // What one run reached as well is not the highest alone.
  const { mean } = defined(top[0]).accuracy;
  const isTopped = single.some(({ accuracy }) => formatPercent(accuracy.mean) === formatPercent(mean) || accuracy.mean > mean);
  const said = isTopped ? verdictWords.ofSeveral(orderText(ranking)) : orderText(ranking);
  return chance ? `${said} ${chance}` : said;
}

/** Tells which groups of several seeds are ahead. */
function orderText(ranking: Ranking): string {
  const { top, below, seeds, mostSeeds } = ranking;
  const names = namer(ranking);
  const lower = names(below);
  const over = seedsBetween(seeds, mostSeeds);
  if (top.length === 1) return rankingWords.ahead(defined(names(top)[0]), over, lower);
  // Means that are written alike are a tie, whichever is higher by less than that.
  const highest = formatPercent(defined(top[0]).accuracy.mean);
  const first = top.filter((one) => formatPercent(one.accuracy.mean) === highest);
  const tied = names(top).slice(first.length);
  const others = tied.length > 4 ? [rankingWords.others(tied.length)] : tied;
  return first.length > 1 ? rankingWords.same(names(top).slice(0, first.length), over, others, tied.length, lower, lower.length) : rankingWords.highest(defined(names(top)[0]), others, tied.length, over, lower, lower.length);
}

/** "RandLoRA 68.3 ± 0.6" */
export const meanOfGroup = (group: Group): string => `${methodLook(group.method).title} ${meanText(group)}`;

/** The same of one that misses the budget. */
export const meanOffBudget = (group: Group, budget: number): string =>
  budget > 0 ? recordedWords.off(`${methodLook(group.method).title} ${group.setting}`, meanText(group), Number((group.parameters / budget).toPrecision(2))) : `${methodLook(group.method).title} ${group.setting} ${meanText(group)}`;
