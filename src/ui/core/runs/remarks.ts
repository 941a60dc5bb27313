import { isAtChance } from '../../../records/chance.meta';
import { endedEarly } from '../../../records/early.meta';
import { imbalanceOf } from '../../../train/scores.meta';
import { mostShared } from '../../../records/shared.meta';
import { meanOf } from '../../../numbers/stats';
import { formatCount, formatFixed, formatPercent, partsOf, withSpread } from '../../../language/format';
import { scoreOf } from './facts';
import { testEvaluation, type Run } from './runs';
import { fairWords } from '../words/fair';
import { compareWords } from '../words/compare';

/** Runs that are put together, and what they are called. */
export interface Named {
  name: string;
  runs: readonly Run[];
}

/** Groups whose numbers are named; the table has all. */
const most = 4;
/** Test pictures below which one more or less that is right is over three points. */
const few = 30;

/** Number of whatever a confusion matrix counts. */
export const sumOf = (matrix: readonly (readonly number[])[]): number => matrix.flat().reduce((sum, n) => sum + n, 0);

/** Caveats to a finding by accuracy: what accuracy hides where classes are not of one size, and which runs did not take all their steps. */
export function remarksOn(groups: readonly Named[]): string[] {
  const runs = groups.flatMap((group) => group.runs);
  const sentences: string[] = [];
  const ratio = Math.max(1, ...runs.flatMap((run) => testEvaluation(run) ?? []).map(imbalanceOf));
  const balanced = groups.flatMap(({ name, runs }) => {
    const mean = meanOf(runs.map((run) => scoreOf(run, 'balanced_accuracy') ?? NaN));
    return mean ? [{ name, ...mean }] : [];
  }).sort((a, b) => b.mean - a.mean);
  const rows = balanced.slice(0, most).map(({ name, mean, interval }) => fairWords.balancedRow(name, withSpread(mean, interval, formatPercent)));
  if (ratio > 1 && rows.length > 0) sentences.push(fairWords.balanced(formatFixed(ratio, 1), partsOf([...rows, balanced.length > most && compareWords.more(balanced.length - most)])));
  // Where accuracy counts whole pictures: numbers have none right or wrong, and texts have many words and tokens.
  const tests = runs.flatMap((run) => testEvaluation(run) ?? []).filter(({ scores, confusion, count }) => scores?.pearson === undefined && scores?.perplexity === undefined && sumOf(confusion) <= count);
  const fewest = Math.min(...tests.map(({ count }) => count));
  if (fewest < few) sentences.push(fairWords.few(fewest, formatPercent(1 / fewest)));
  sentences.push(...sharedBy(runs));
  const lost = groups.filter(({ runs }) => isLost(runs)).map(({ name }) => name);
  if (lost.length > 0) sentences.push(fairWords.atChance(lost, lost.length));
  const early = runs.filter(({ summary }) => endedEarly(summary));
  const [least, last] = [Math.min(...early.map(({ lastStep }) => lastStep)), Math.max(...early.map(({ lastStep }) => lastStep))];
  if (early.length > 0) sentences.push(fairWords.early(early.length, runs.length, least === last ? formatCount(last) : fairWords.range(formatCount(least), formatCount(last)), formatCount(Math.max(...early.map(({ summary }) => summary!.plan.steps)))));
  return sentences;
}

/** True if most of the runs' tests are at chance. */
function isLost(runs: readonly Run[]): boolean {
  const tests = runs.flatMap((run) => testEvaluation(run) ?? []);
  return 2 * tests.filter(isAtChance).length > tests.length;
}

/** Caveat that some of what runs were tested on was trained on as well, for the run with most of it. Runs that do not know say nothing. */
export function sharedBy(runs: readonly Run[]): string[] {
  const most = mostShared(runs);
  return most ? [fairWords.shared(most.exact, most.near)] : [];
}
