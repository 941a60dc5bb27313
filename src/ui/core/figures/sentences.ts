import { verdictWords } from '../../../records/verdict.meta';
import { formatAbout, formatCount, formatHalf, formatPercent, partsOf, unbroken } from '../../../language/format';
import { sharedBy } from '../runs/remarks';
import { groupsWithin, type Compared } from '../runs/compared';
import { factNamed } from '../runs/facts';
import { intervalOf } from '../../../figures/interval';
import { defined, several } from '../../../numbers/defined';
import { bySource, caveatsOf, counts, inSentence, isPooled, meanFact, offBudgets, ofPictures, plainName, verdict, type Group } from '../runs/runGroups';
import { testEvaluation } from '../runs/runs';
import { tableWords } from '../words/table';
import { compareWords } from '../words/compare';
import { methodWords } from '../words/budget';

/** Groups whose means stand under the headline; the table has all. */
const most = 4;

/** Statements that a comparison supports, for its headline and for a presentation of it. */
interface Sentences {
  /** The headline, and what stands under it. */
  sentences: string[];
  /** The means behind it, with counts and intervals; empty where the sentences have them. */
  numbers: string;
}

/** Number of seeds that a mean is over; with several settings, number of runs. */
const seedsOf = (group: Group, n: number): string => (isPooled(group) ? tableWords.all(n) : tableWords.seedCount(n));

/** The interval of a single run, over its pictures: "64.2 to 72.3"; empty of several runs. */
function rangeOf(group: Group): string {
  const ends = ofPictures(group);
  return ends ? tableWords.range(...several(ends.map(formatPercent), 2)) : '';
}

/** Sentences about groups of one source, with the means behind them. */
function sentencesAbout(groups: readonly Group[]): Sentences {
  const words = compareWords;
  const ranked = groups.flatMap((group) => {
    const mean = meanFact(group, factNamed('accuracy')!);
    return mean ? [{ group, mean }] : [];
  }).sort((a, b) => b.mean.mean - a.mean.mean);
  const [first] = ranked;
  if (!first) return { sentences: [], numbers: '' };
  if (ranked.length === 1) {
    const { group, mean } = first;
    if (mean.n > 1) return { sentences: [words.oneMean(inSentence(group), formatPercent(mean.mean), mean.interval === null ? '' : formatHalf(mean.interval, formatPercent), seedsOf(group, mean.n)), ...sharedBy(group.counted)], numbers: '' };
    const test = testEvaluation(defined(group.counted[0]))!;
    const [low, high] = several(intervalOf(test).map(formatPercent), 2);
    return { sentences: [words.one(inSentence(group), formatPercent(mean.mean), formatCount(test.count)), words.wilson(low, high), ...sharedBy(group.counted)], numbers: '' };
  }
  const pictures = new Set(ranked.flatMap(({ group }) => group.counted.map((run) => testEvaluation(run)!.count)));
  const onPictures = pictures.size === 1 ? formatCount(defined([...pictures][0])) : '';
  const off = offBudgets(groups);
  const rowOf = ({ group, mean }: (typeof ranked)[number]) => {
    const share = off.get(group.key);
    return words.row(plainName(group), formatPercent(mean.mean), mean.interval === null ? '' : formatHalf(mean.interval, formatPercent), seedsOf(group, mean.n), share ? methodWords.factor(share) : '', rangeOf(group));
  };
  // What the sentences leave out is among their numbers, after the others.
  const [stated, aside] = [ranked.filter(({ group }) => !off.has(group.key)), ranked.filter(({ group }) => off.has(group.key))];
  const fits = ranked.length <= most + 1;
  const rows = [...stated, ...aside].slice(0, fits ? most + 1 : most).map((one) => together(rowOf(one)));
  if (ranked.length > rows.length) rows.push(words.more(ranked.length - rows.length));
  const covers = partsOf([ranked.some(({ mean }) => mean.interval !== null) && words.overSeeds, ranked.some(({ group }) => rangeOf(group)) && words.overPictures]);
  return { sentences: [...verdict(groups), ...caveatsOf(groups)], numbers: words.numbers(rows.join('; '), onPictures, covers) };
}

/** A row that breaks before what stands in its brackets, and behind commas there, alone: all of it is wider than a telephone. */
function together(row: string): string {
  const at = row.lastIndexOf(' (');
  return `${unbroken(row.slice(0, at))} ${row.slice(at + 1).replaceAll(/(?<!,) /g, '\u00a0')}`;
}

/**
 * Sentences about the groups that are compared, the person's own first, then the recorded ones, with the means behind them where
 * these are wanted; single runs say little, so what they are runs of is spoken of instead.
 */
export function sentencesOf({ runs, all: compared, atMost = 0, by, groups: drawn }: Pick<Compared, 'runs' | 'all' | 'by' | 'groups'> & Partial<Pick<Compared, 'atMost'>>, means = true): string[] {
  const words = compareWords;
  const within = (sentence: string): string => (atMost > 0 ? verdictWords.atMost(formatCount(atMost), sentence) : sentence);
  const groups = by === 'run' ? groupsWithin(runs, 'seed', atMost) : drawn;
  const about = bySource(groups).flatMap(({ groups: some, apart }) => {
    const { sentences, numbers } = sentencesAbout(some);
    return sentences.length > 0 ? [{ sentences: means && numbers ? [...sentences, numbers] : sentences, apart }] : [];
  });
  if (about.length === 0) return compared.length === 0 ? [words.none, words.empty] : compared.some(counts) ? [atMost > 0 ? words.atMost.none(formatCount(atMost)) : words.filtered] : [words.none, words.waiting];
  const { ofRecorded } = tableWords.verdict;
  // What comes after others is one paragraph.
  return about.flatMap(({ sentences: [first, ...others], apart }, at) => {
    const lead = within(apart || at > 0 ? ofRecorded(defined(first)) : defined(first));
    return at > 0 ? [[lead, ...others].join(' ')] : [lead, ...others];
  });
}

/** Number of runs, and the time they take if that is known of most. */
export function seedsTime(runs: number, seconds: number, unknown: number): string {
  const words = compareWords;
  if (unknown === runs) return words.seedsTake(runs, '');
  if (2 * unknown > runs) return words.seedsUntimed(runs);
  const time = formatAbout(seconds);
  return unknown > 0 ? words.seedsTakePartly(runs, time, unknown) : words.seedsTake(runs, time);
}
