import { create } from 'zustand';
import type { RateRun, RecordedRates } from '../core/analyses/recordedAnalyses';
import { orderMethods } from '../../figures/methods';
import { defined } from '../../numbers/defined';

/** What recorded rates say: of one method, of all, and of all at one common rate. */

export type OfMethod = RecordedRates['methods'][number];

/** The method and the rate under the hand, and the common rate that all are compared at; NaN until one is moved. */
interface Hand {
  method: string;
  lr: number;
  common: number;
}
export const useHand = create<Hand>()(() => ({ method: 'lora', lr: NaN, common: NaN }));

/** The run whose rate is taken: the lowest loss on held-back pictures. Test pictures have no say in it. */
export const chosenOf = ({ runs }: Pick<OfMethod, 'runs'>): RateRun => runs.reduce((best, run) => (run.held_loss < best.held_loss ? run : best));

/** The run with the fewest right answers. */
export const worstOf = ({ runs }: Pick<OfMethod, 'runs'>): RateRun => runs.reduce((worst, run) => (run.accuracy < worst.accuracy ? run : worst));

/** Distance from the worst rate to the one that is taken, in shares of 1. */
export const spanOf = (of: Pick<OfMethod, 'runs'>): number => chosenOf(of).accuracy - worstOf(of).accuracy;

/** Distance between methods, each at the rate that is taken for it, in shares of 1. */
export function betweenOf({ methods }: RecordedRates): number {
  const all = methods.map((one) => chosenOf(one).accuracy);
  return Math.max(...all) - Math.min(...all);
}

/** True for a run that is no better than giving each class the same probability, by its loss on test pictures. */
export const learnedNothing = ({ test_loss }: RateRun, classes: number): boolean => !(test_loss < Math.log(classes));

/** The method under the hand, and its run at the rate there. */
export function underHand({ methods }: RecordedRates, { method, lr }: Hand): { of: OfMethod; run: RateRun } {
  const of = methods.find((one) => one.method.method === method) ?? defined(methods[0]);
  return { of, run: of.runs.find((run) => run.lr === lr) ?? chosenOf(of) };
}

/** The fewest methods whose order says anything. */
const fewestAlike = 3;

/** Rates at which several methods were trained, ascending. */
export function commonRates({ methods }: RecordedRates): number[] {
  const all = methods.flatMap(({ runs }) => runs.map(({ lr }) => lr));
  return [...new Set(all)].filter((lr) => all.filter((one) => one === lr).length >= fewestAlike).sort((a, b) => a - b);
}

/** A method at a common rate and at its own. */
export interface AtBoth {
  method: string;
  here: RateRun;
  own: RateRun;
}

/** Methods that were trained at a rate, in the order of the page. */
export function allAt({ methods }: RecordedRates, lr: number): AtBoth[] {
  const there = methods.flatMap((one) => one.runs.filter((run) => run.lr === lr).map((here) => ({ method: one.method.method, here, own: chosenOf(one) })));
  const order = orderMethods(there.map(({ method }) => method));
  return there.sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method));
}

/** Pairs of methods, and how many of them stand the other way round at their own rates. */
export function turnedAmong(some: readonly AtBoth[]): { pairs: number; turned: number } {
  const pairs = some.flatMap((one, i) => some.slice(i + 1).map((other) => [one, other] as const));
  return { pairs: pairs.length, turned: pairs.filter(([a, b]) => (a.here.accuracy - b.here.accuracy) * (a.own.accuracy - b.own.accuracy) < 0).length };
}

/** The common rate at hand; before one is moved, that at which the most pairs are turned. */
export function commonAt(rates: RecordedRates, wanted: number): number {
  const all = commonRates(rates);
  const turned = (lr: number) => turnedAmong(allAt(rates, lr)).turned;
  return all.includes(wanted) ? wanted : all.reduce((most, lr) => (turned(lr) > turned(most) ? lr : most), defined(all[0]));
}
