import { counted, formatFixed, formatPoints } from '../language/format';
import { defined } from '../numbers/defined';
import { answersApart, crossed, holm, paired, unpaired, type Estimate } from '../numbers/pairs';
import { fewest } from '../numbers/stats';
import { rightOfEach } from '../train/answers.meta';
import type { Evaluation, RunSpec } from '../train/protocol';
import { measureOf } from '../train/scores.meta';

/** Differences of settings by their runs, as much in pairs as these allow: for the page, the report and the command line. */

/** A run with its result on the test. */
export interface Tested {
  spec: Pick<RunSpec, 'data' | 'edits' | 'train'>;
  test: Evaluation;
}

/**
 * Basis of a difference: at least three seeds that both have, with the answers to the same test pictures or without; as many seeds of
 * each that are not the same; the same pictures with one or two seeds, which says something of these models and nothing of other seeds
 * (T. G. Dietterich, Neural Computation 10, 1998); or too little.
 */
export type Basis = 'both' | 'seeds' | 'unpaired' | 'pictures' | 'none';

export interface Difference {
  /** First less second, in shares of 1, or a difference of correlations. */
  difference: number;
  /** 95 % interval of this difference by itself; null without a basis. */
  interval: [low: number, high: number] | null;
  /** After Holm's correction for all differences among the same settings; null without a basis. */
  p: number | null;
  basis: Basis;
  /** Seeds that it is over, the fewer of both where they are not the same; and test pictures or texts, 0 where these differ. */
  seeds: number;
  items: number;
  /** Number of differences that p was corrected for, this one among them; 0 without a basis. */
  pairs: number;
}

/** True where two settings differ by more than chance; null where nothing can be said of settings: with fewer than three seeds. */
export const isTold = ({ basis, p }: Difference): boolean | null => (p === null || basis === 'pictures' ? null : p <= 0.05);

/** True where the first is ahead by more than chance; null as above. By the seeds that both have it may be behind though its mean is higher. */
export function isAhead(difference: Difference): boolean | null {
  const told = isTold(difference);
  return told && difference.difference > 0;
}

/** The same from the other side. */
export const turned = ({ difference, interval, ...rest }: Difference): Difference => ({ ...rest, difference: 0 - difference, interval: interval && [0 - interval[1], 0 - interval[0]] });

/** True where two models of one or two seeds differ on these pictures by more than the choice of pictures explains. */
const isToldOfModels = ({ basis, p }: Difference): boolean => basis === 'pictures' && p !== null && p <= 0.05;

/** Standing of a setting: the best, below it by more than chance, not distinguishable from it, or open, with models that differ or without. */
export type Verdict = 'best' | 'below' | 'alike' | 'models' | 'open';

/** A verdict as it stands beside a setting's name or difference. */
export const verdictNames: Record<Verdict, string> = { best: 'best', below: 'worse', alike: 'not distinguishable', models: 'these models differ', open: 'too few seeds' };

/** Decides by a setting's difference from the best; null is the best itself. */
export function verdictOf(difference: Difference | null): Verdict {
  if (!difference) return 'best';
  const ahead = isAhead(turned(difference));
  return ahead === null ? (isToldOfModels(difference) ? 'models' : 'open') : ahead ? 'below' : 'alike';
}

const meanOf = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0) / values.length;
const valuesOf = (group: readonly Tested[]): number[] => group.map(({ test }) => measureOf(test)).filter(Number.isFinite);

/** True where two runs were measured on the same pictures as far as is known: older ones have no stamp. */
const onSame = (a: Tested, b: Tested): boolean =>
  a.test.count === b.test.count && a.spec.data === b.spec.data && JSON.stringify(a.spec.edits) === JSON.stringify(b.spec.edits) && (!a.test.answers || !b.test.answers || a.test.answers.of === b.test.answers.of);

/** Runs of two groups that share a seed and their pictures; none where a group has several runs of one seed, which are of several settings. */
function pairsOf(first: readonly Tested[], second: readonly Tested[]): [Tested, Tested][] {
  const seedOf = ({ spec }: Tested) => spec.train.seed;
  if ([first, second].some((group) => new Set(group.map(seedOf)).size < group.length)) return [];
  return first.flatMap((one): [Tested, Tested][] => {
    const other = second.find((each) => seedOf(each) === seedOf(one));
    return other && onSame(one, other) && Number.isFinite(measureOf(one.test)) && Number.isFinite(measureOf(other.test)) ? [[one, other]] : [];
  });
}

/** Answers of both less one another, by picture; null where one has not kept them, or for other pictures. */
function answerDifferences([one, other]: [Tested, Tested]): Int8Array | null {
  const [a, b] = [rightOfEach(one.test), rightOfEach(other.test)];
  return a && b && one.test.answers?.of === other.test.answers?.of ? Int8Array.from(a, (right, i) => right - defined(b[i])) : null;
}

function found(basis: Basis, seeds: number, items: number, { difference, low, high, p }: Estimate): Difference {
  return { difference, interval: [low, high], p, basis, seeds, items, pairs: 1 };
}

function differenceOf(first: readonly Tested[], second: readonly Tested[]): Difference {
  const pairs = pairsOf(first, second);
  const answers = pairs.map(answerDifferences);
  const rows = answers.filter((row) => row !== null);
  const items = pairs[0]?.[0].test.count ?? 0;
  const isWhole = rows.length === pairs.length;
  if (pairs.length >= fewest && isWhole) return found('both', pairs.length, items, crossed(rows));
  // Correlations are no counts.
  const step = [...first, ...second].some(({ test }) => test.scores?.pearson !== undefined) ? 0 : 1 / Math.max(1, ...[...first, ...second].map(({ test }) => test.count));
  if (pairs.length >= fewest) return found('seeds', pairs.length, items, paired(pairs.map(([one, other]) => measureOf(one.test) - measureOf(other.test)), step));
  const [a, b] = [valuesOf(first), valuesOf(second)];
  const seeds = Math.min(a.length, b.length);
  if (seeds >= fewest) return found('unpaired', seeds, 0, unpaired(a, b, step));
  if (pairs.length > 0 && isWhole) return found('pictures', pairs.length, items, pairs.length === 1 ? ofOne(defined(pairs[0])) : paired(Array.from(defined(rows[0]), (_, i) => meanOf(rows.map((row) => defined(row[i]))))));
  return { difference: meanOf(a) - meanOf(b), interval: null, p: null, basis: 'none', seeds, items, pairs: 0 };
}

/** Two models on the same pictures. */
const ofOne = ([one, other]: [Tested, Tested]): Estimate => answersApart(rightOfEach(one.test)!, rightOfEach(other.test)!);

/**
 * Differences of all pairs of groups, by their places in the list: `of(0, 1)` is the first less the second. All of them are corrected
 * for, also where those from the best are shown alone: which one is best was seen in the same numbers. Those of settings and those of
 * single models are corrected apart.
 */
export function differencesOf(groups: readonly (readonly Tested[])[]): (first: number, second: number) => Difference {
  const all = new Map<string, Difference>();
  groups.forEach((one, i) => groups.forEach((other, j) => i < j && all.set(`${i} ${j}`, differenceOf(one, other))));
  for (const ofModels of [false, true]) {
    const family = [...all.values()].filter(({ p, basis }) => p !== null && (basis === 'pictures') === ofModels);
    const corrected = holm(family.map(({ p }) => p!));
    family.forEach((one, i) => Object.assign(one, { p: defined(corrected[i]), pairs: family.length }));
  }
  return (first, second) => (first < second ? all.get(`${first} ${second}`)! : turned(all.get(`${second} ${first}`)!));
}

/** Groups that stand below one of them, cannot be told from it, or have too few seeds for it; in their order. */
export interface Standing<G> {
  below: G[];
  alike: G[];
  unknown: G[];
}

/** Place of the others beside the first of `best`, all of which have the highest mean as it is written: below it where they are below each of these. */
export function standingOf<G>(best: readonly G[], others: readonly G[], told: (best: G, other: G) => boolean | null): Standing<G> {
  const of = others.map((other) => {
    const each = best.map((one) => told(one, other));
    return each.includes(null) ? null : !each.includes(false);
  });
  const where = (wanted: boolean | null) => others.filter((_, i) => of[i] === wanted);
  return { below: where(true), alike: where(false), unknown: where(null) };
}

export type Items = 'pictures' | 'texts';

/** Origin of the differences, and the cover of their intervals. */
const bases: Record<Basis, (items: Items) => [how: string, covers: string]> = {
  both: (items) => [`paired by seed and ${items.slice(0, -1)}`, `other seeds and ${items}`],
  seeds: (items) => ['paired by seed', `other seeds, on these ${items}`],
  unpaired: (items) => ['not paired', `other seeds, on these ${items}`],
  pictures: (items) => [`paired by ${items.slice(0, -1)}`, `other ${items}, not other seeds`],
  none: () => ['too few seeds', '–'],
};

/** A difference as every table of differences writes it: points, their 95 % interval, p after Holm, what is said of it, how it was made, and what the interval covers. */
export type DifferenceCells = Record<'points' | 'interval' | 'p' | 'verdict' | 'how' | 'covers', string>;

export function differenceCells(difference: Difference, items: Items): DifferenceCells {
  const { p, interval, basis, seeds } = difference;
  const [how, covers] = bases[basis](items);
  return {
    points: formatPoints(difference.difference),
    interval: interval ? `${formatPoints(interval[0])} to ${formatPoints(interval[1])}` : '–',
    p: p === null ? '–' : p < 0.001 ? '< 0.001' : formatFixed(p, 3),
    verdict: verdictNames[verdictOf(difference)],
    how: `${how}, ${counted(seeds, 'seed', 'seeds')}`,
    covers,
  };
}

/** Heads of such a table, after the setting's own. */
export const differenceHeads: Record<keyof DifferenceCells, string> = { points: 'difference, points', interval: '95 % interval, uncorrected', p: 'p (Holm)', verdict: 'beside the best', how: 'made of', covers: 'interval covers' };

/** Number of pairs that the p of such a table are corrected for; empty where none has one. */
export function correctedFor(differences: readonly Difference[], settings: number): string {
  const [ofSettings, ofModels] = [false, true].map((models) => differences.find(({ basis, pairs }) => pairs > 0 && (basis === 'pictures') === models)?.pairs ?? 0);
  const families = [ofSettings && counted(ofSettings, 'pair', 'pairs'), ofModels && `${counted(ofModels, 'pair', 'pairs')} of single models`].filter((one) => typeof one === 'string');
  return families.length === 0 ? '' : `p is corrected for ${families.join(', and apart for ')} among these ${counted(settings, 'setting', 'settings')} (Holm).`;
}

/** Note under such a table. */
export const differencesNote = 'Each interval is of its difference alone. All pairs are corrected for, not only those from the best, since the best was chosen by the same numbers; 0.05 decides. Choose the number of seeds first: adding seeds until a difference shows is optional stopping, which finds differences where there are none.';
