import { counted, formatNumber, formatPercent, listOf, plural } from '../language/format';
import { defined } from '../numbers/defined';
import type { Mean } from '../numbers/stats';
import { differencesOf, turned, verdictOf, type Basis, type Difference, type Items, type Tested, type Verdict } from './pairs.meta';

/** What is said of settings beside the best of them: one decision and one wording for the headline, tables and the report. */

/** A setting that findings speak of. */
export interface Judged<G> {
  group: G;
  mean: Mean;
  /** Its own less that of the best; null of the best. */
  difference: Difference | null;
  verdict: Verdict;
}

/** Settings with their standing, the best first: those of three seeds and more come before others. */
export function judge<G>(groups: readonly { group: G; mean: Mean; tested: readonly Tested[] }[]): Judged<G>[] {
  const some = [...groups].sort((a, b) => Number(a.mean.interval === null) - Number(b.mean.interval === null) || b.mean.mean - a.mean.mean);
  const of = differencesOf(some.map(({ tested }) => tested));
  return some.map(({ group, mean }, i) => {
    const difference = i === 0 ? null : of(i, 0);
    return { group, mean, difference, verdict: verdictOf(difference) };
  });
}

const mostNamed = 4;
function list(names: readonly string[]): string {
  return listOf(names.length > mostNamed ? [...names.slice(0, mostNamed - 1), counted(names.length - mostNamed + 1, 'other', 'others')] : names);
}

const are = (count: number): string => plural(count, 'is', 'are');

/** "3 seeds", "3 to 5 seeds". */
export const seedsBetween = (least: number, most: number): string => (least === most ? counted(most, 'seed', 'seeds') : `${formatNumber(least)} to ${counted(most, 'seed', 'seeds')}`);

export const verdictWords = {
  /** Before a sentence about what has at most so many. */
  atMost: (count: string, sentence: string) => `With at most ${count} trainable parameters: ${sentence}`,
  /** `by` is the difference and its interval, where there is one other. */
  below: (best: string, others: string, by: string) => `${best} is better than ${others}${by}.`,
  alike: (best: string, others: string, count: number, seeds: string) => `${best} is highest, but ${others} ${are(count)} not distinguishable from it over ${seeds}.`,
  tied: (names: string, seeds: string, others: string, count: number) => `${names} have the same mean over ${seeds}, the highest${others ? `; ${others} ${are(count)} not distinguishable from them` : ''}.`,
  by: (points: string, low: string, high: string) => ` by ${points} points (95 % interval ${low} to ${high})`,
  /** Origin of the differences, and what they say nothing of. */
  basis: {
    both: (items) => `Runs are compared in pairs of the same seed and ${items.slice(0, -1)}; the intervals cover other seeds and other ${items}`,
    seeds: (items) => `Runs are compared in pairs of the same seed; the intervals cover other seeds, on these test ${items} alone`,
    unpaired: (items) => `Runs are not compared in pairs, having no three seeds on the same ${items}; the intervals cover other seeds, on their test ${items} alone`,
  } as Partial<Record<Basis, (items: Items) => string>>,
  /** After that, without which an interval that leaves out 0 and a difference that is not named contradict each other. */
  corrected: (pairs: number) => (pairs > 1 ? `. A difference counts where it is more than chance after correcting for all ${formatNumber(pairs)} pairs (Holm).` : '.'),
  /** Of models of one or two seeds, which differ on these test items. */
  models: (best: string, others: string, by: string, items: Items) => `On these test ${items} ${best} gets more right than ${others}${by}, by more than the choice of ${items} explains; other seeds may turn that.`,
  /** Before a sentence about the highest mean, where one of fewer seeds is as high. */
  ofSeveral: (sentence: string) => `Among those of three seeds or more: ${sentence}`,
  /** "One seed", "Two seeds", or "One or two seeds" of what has too few. */
  fewSeeds: (counts: readonly number[]) => (counts.every((n) => n === 1) ? 'One seed' : counts.every((n) => n === 2) ? 'Two seeds' : 'One or two seeds'),
  /** Without names it is all of them. */
  single: (names: string, count: number, seeds: string) => (names ? `${seeds} of ${names}: ${plural(count, 'its difference from the others', 'their differences')} may be chance.` : `${seeds} each: differences may be chance.`),
  /** Such runs alone, whose results are written alike. */
  equal: (seeds: string) => `${seeds} each, with equal results.`,
};

/** Lead of the best over the only other one: " by 1.8 points (95 % interval 0.9 to 2.7)". */
function margin<G>(others: readonly Judged<G>[]): string {
  const [one, ...more] = others;
  if (!one?.difference?.interval || more.length > 0) return '';
  const { difference, interval } = turned(one.difference);
  return verdictWords.by(formatPercent(difference), ...(interval!.map(formatPercent) as [string, string]));
}

/** Sentences on settings that were judged together: first who is best and what it cannot be told from, then what it is better than. Empty with fewer than two. */
export function verdictSentences<G>(judged: readonly Judged<G>[], nameOf: (group: G) => string, items: Items): string[] {
  if (judged.length < 2) return [];
  const name = ({ group }: Judged<G>) => nameOf(group);
  const text = ({ mean }: Judged<G>) => formatPercent(mean.mean);
  const single = judged.filter(({ mean }) => mean.interval === null);
  const [best, ...others] = judged.filter(({ mean }) => mean.interval !== null);
  const few = verdictWords.fewSeeds(single.map(({ mean }) => mean.n));
  const sentences: string[] = [];
  if (best && others.length > 0) {
    const below = others.filter(({ verdict }) => verdict === 'below');
    const alike = others.filter((one) => !below.includes(one));
    if (alike.length > 0) {
      // Means that are written alike are a tie, whichever is higher by less than that.
      const tied = alike.filter((one) => text(one) === text(best));
      const rest = alike.filter((one) => !tied.includes(one));
      const counts = [best, ...alike].map(({ mean }) => mean.n);
      const seeds = seedsBetween(Math.min(...counts), Math.max(...counts));
      const said = tied.length === 0 ? verdictWords.alike(name(best), list(rest.map(name)), rest.length, seeds) : verdictWords.tied(list([best, ...tied].map(name)), seeds, rest.length > 0 ? list(rest.map(name)) : '', rest.length);
      // What one run reached as well is not the highest alone.
      sentences.push(single.some((one) => one.mean.mean >= best.mean.mean || text(one) === text(best)) ? verdictWords.ofSeveral(said) : said);
    }
    if (below.length > 0) sentences.push(verdictWords.below(name(best), list(below.map(name)), margin(below)));
    for (const basis of new Set(others.map(({ difference }) => difference!.basis))) sentences.push(...(verdictWords.basis[basis] ? [`${verdictWords.basis[basis](items)}${verdictWords.corrected((judged.length * (judged.length - 1)) / 2)}`] : []));
  }
  if (!best && single.length > 1 && new Set(single.map(text)).size === 1) sentences.push(verdictWords.equal(few));
  else if (single.length > 0) sentences.push(verdictWords.single(best ? list(single.map(name)) : '', single.length, few));
  const models = best ? [] : single.filter(({ difference, verdict }) => verdict === 'models' && difference!.difference < 0);
  if (models.length > 0) sentences.push(verdictWords.models(name(defined(single[0])), list(models.map(name)), margin(models), items));
  return sentences;
}
