import { partApart } from '../../../numbers/stats';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { remarksOn } from './remarks';
import { fairnessOf } from './fairness';
import type { Group } from './seedGroups';

/** Findings that runs support, by one rule: a difference is named only where the 95 % intervals of the means do not overlap. */

export interface Ranking {
  /** The best one and all that cannot be told from it, the best first. */
  top: Group[];
  /** Those whose interval lies below that of the best. */
  below: Group[];
  /** Groups of one seed where others have several: nothing tells them from those. Two of several seeds are ranked without them. */
  single: Group[];
  /** Left out, since they miss the budget that the others share. */
  off: Group[];
  /** Other inequalities among those, as sentences. */
  caveats: string[];
  /** Fewest and most seeds of those in `top` and `below`; with one nothing can be told apart. */
  seeds: number;
  mostSeeds: number;
}

const named = ({ method, setting }: Group): string => [methodLook(method).title, setting].filter(Boolean).join(' ');
const fairly = (groups: readonly Group[]) => fairnessOf(groups, (group) => ({ name: named(group), method: group.method, parameters: group.parameters, specs: group.runs.map(({ spec }) => spec) }));

/** Inequalities between groups whose difference is told, as sentences. */
export const unequalBetween = (...groups: Group[]): string[] => fairly(groups).caveats;

/** Groups by accuracy; null for fewer than two that may be compared. */
export function rank(groups: readonly Group[]): Ranking | null {
  const { ranked, off, caveats } = fairly(groups);
  if (ranked.length < 2) return null;
  const byMean = [...ranked].sort((a, b) => b.accuracy.mean - a.accuracy.mean);
  const several = byMean.filter(({ accuracy }) => accuracy.interval !== null);
  const sorted = several.length > 1 ? several : byMean;
  const below = sorted.filter((one) => partApart(defined(sorted[0]).accuracy, one.accuracy) === true);
  const seeds = sorted.map(({ accuracy }) => accuracy.n);
  return {
    top: sorted.filter((one) => !below.includes(one)),
    below,
    single: several.length > 0 ? byMean.filter((one) => !several.includes(one)) : [],
    off: off.map(({ group }) => group),
    caveats: [...caveats, ...remarksOn(groups.map((group) => ({ name: named(group), runs: group.runs })))],
    seeds: Math.min(...seeds),
    mostSeeds: Math.max(...seeds),
  };
}

/** One difference of means, in shares of 1; `apart` is null where a single seed leaves it open. */
export interface Difference {
  from: Group;
  to: Group;
  points: number;
  apart: boolean | null;
}

export const differenceOf = (from: Group, to: Group): Difference => ({ from, to, points: to.accuracy.mean - from.accuracy.mean, apart: partApart(from.accuracy, to.accuracy) });
