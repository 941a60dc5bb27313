import type { RateRun, RecordedRates } from '../../core/analyses/recordedAnalyses';
import { methodLook, titled } from '../../../figures/methods';
import { counted, formatCount, formatFixed, formatNumber, formatPercent, formatSetting, listOf, plural, unbroken } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { wilson } from '../../../numbers/pairs';
import { mainSetting } from '../../core/runs/specs';
import { allAt, betweenOf, chosenOf, learnedNothing, spanOf, turnedAmong, worstOf, type AtBoth, type OfMethod } from '../rates';

/** Words and sentences of the lesson on learning rates; each number in a sentence is computed of the runs. */

const share = (value: number): string => `${formatPercent(value)}\u00a0%`;
const points = (value: number): string => formatPercent(value);
const titleOf = ({ method }: OfMethod): string => methodLook(method.method).title;

export const ratesWords = {
  method: 'Method',
  rate: 'Learning rate',
  common: 'One rate for all',
  curve: (name: string) => `Training loss of ${name}`,
  curveCaption: 'Smoothed; the thin line is each step of the chosen rate. Beside each line its rate, and how many test pictures are right at the end. ln of the number of classes is the loss of who gives each class the same probability.',
  curveSummary: (name: string, ends: string[]) => `${name}, by learning rate: ${listOf(ends)}.`,
  atRate: (lr: string, accuracy: string) => `${lr}: ${accuracy}`,
  guessing: (classes: number) => `ln\u00a0${formatNumber(classes)}`,
  accuracies: 'Accuracy against the learning rate',
  accuraciesCaption: 'The upright line is the chosen rate. Beside each name the accuracy at the rate that held-back pictures choose.',
  accuraciesSummary: (marks: string[]) => `At the rate that held-back pictures choose: ${listOf(marks)}.`,
  rateAxis: 'learning rate, logarithmic',
  rateOf: (lr: string) => `learning rate ${lr}`,
  order: 'Order of the methods',
  orderCaption: 'Methods that were trained at this very rate. Where lines cross, two methods change places.',
  orderAxis: 'learning rate',
  places: (lr: string) => [`all at ${lr}`, 'each at its own'] as const,
  about: ({ held, tested }: RecordedRates) => `${formatCount(held)} pictures held back, ${formatCount(tested)} test pictures`,
  seeds: '1 seed',
};

/** Name of a method with its setting. */
export const nameOf = ({ method }: OfMethod): string => unbroken(titled(method.method, mainSetting(method)));

/** What the run under the hand did. */
export function runText({ classes, tested }: RecordedRates, of: OfMethod, run: RateRun): string {
  const [name, lr, best] = [nameOf(of), formatSetting(run.lr), chosenOf(of)];
  if (learnedNothing(run, classes)) return `${name} at ${lr} learned nothing: its loss on the test pictures, ${formatFixed(run.test_loss, 3)}, is no lower than ln\u00a0${formatNumber(classes)}, ${formatFixed(Math.log(classes), 3)}, and ${share(run.accuracy)} of them are right.`;
  if (run === best) return `${name} at ${lr}: ${share(run.accuracy)} of ${formatCount(tested)} test pictures are right. It is the rate that the held-back pictures choose.`;
  const off = best.accuracy - run.accuracy;
  return `${name} at ${lr}: ${share(run.accuracy)} of ${formatCount(tested)} test pictures are right, ${points(Math.abs(off))} points ${off < 0 ? 'more' : 'fewer'} than at ${formatSetting(best.lr)}, which the held-back pictures choose.`;
}

/** Rates that are too high, by method. */
export function tooHighText({ classes, methods }: RecordedRates): string {
  const nothing = methods.flatMap((one) => {
    const high = one.runs.filter((run) => run.lr > chosenOf(one).lr && learnedNothing(run, classes)).map(({ lr }) => formatSetting(lr));
    return high.length > 0 ? [`${titleOf(one)} at ${listOf(high)}`] : [];
  });
  return nothing.length > 0 ? `Too high to learn anything: ${listOf(nothing)}.` : '';
}

/** The widest and the narrowest method between its rates, beside the methods at their own. */
export function spanText(rates: RecordedRates): string {
  const sorted = [...rates.methods].sort((a, b) => spanOf(b) - spanOf(a));
  const [wide, narrow] = [defined(sorted[0]), defined(sorted.at(-1))];
  const [best, worst] = [chosenOf(wide), worstOf(wide)];
  const own = [...rates.methods].sort((a, b) => chosenOf(a).accuracy - chosenOf(b).accuracy);
  const [low, high] = [defined(own[0]), defined(own.at(-1))];
  return `One method: ${titleOf(wide)} gets ${share(best.accuracy)} right at ${formatSetting(best.lr)} and ${share(worst.accuracy)} at ${formatSetting(worst.lr)}, ${points(spanOf(wide))} points apart; ${titleOf(narrow)} loses least at its worst rate, ${points(spanOf(narrow))}. All ${formatNumber(own.length)} methods, each at its own rate: from ${share(chosenOf(low).accuracy)} (${titleOf(low)}) to ${share(chosenOf(high).accuracy)} (${titleOf(high)}), ${points(betweenOf(rates))} points.`;
}

/** How far a single share may be off. */
export function caveatText(rates: RecordedRates): string {
  const top = Math.max(...rates.methods.map((one) => chosenOf(one).accuracy));
  const [low, high] = wilson(top, rates.tested);
  return `${share(top)} of ${formatCount(rates.tested)} pictures has a 95\u00a0% interval from ${share(low)} to ${share(high)}, and this is one seed: methods that are a few points apart are not told apart here.`;
}

/** The answer to the question of the lesson. */
export function ratesOutcome(rates: RecordedRates): string {
  const spans = rates.methods.map(spanOf);
  const [least, most, between] = [Math.min(...spans), Math.max(...spans), betweenOf(rates)];
  const who = least > between ? 'The learning rate' : most < between ? 'The method' : 'That depends on the method';
  return `${who}: from its own rate to its worst a method loses ${points(least)} to ${points(most)} points, and the ${formatNumber(spans.length)} methods, each at its own rate, are ${points(between)} points apart.`;
}

const ranked = (some: readonly AtBoth[], of: 'here' | 'own'): string => listOf([...some].sort((a, b) => b[of].accuracy - a[of].accuracy).map((one) => `${methodLook(one.method).title} ${points(one[of].accuracy)}`));

/** The order of methods at one rate and at their own. */
export function orderText(rates: RecordedRates, lr: number): string {
  const some = allAt(rates, lr);
  const { pairs, turned } = turnedAmong(some);
  const who = turned === 0 ? 'No two of them change places' : turned === pairs ? `All ${counted(pairs, 'pair', 'pairs')} of methods change places` : `${formatNumber(turned)} of ${counted(pairs, 'pair', 'pairs')} of methods ${plural(turned, 'changes', 'change')} places`;
  return `Right in percent, all at ${formatSetting(lr)}: ${ranked(some, 'here')}. Each at its own rate: ${ranked(some, 'own')}. ${who}.`;
}
