import { differencesOf, isAhead, isTold, standingOf, type Difference as Pairs } from '../../../records/pairs.meta';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { remarksOn } from './remarks';
import { fairnessOf } from './fairness';
import { testedOf } from './runs';
import type { Group } from './seedGroups';

/** Findings that runs support, by one rule: a difference is named only where chance does not explain it, by runs in pairs and with Holm's correction. */

export interface Ranking {
  /** The best one and all that cannot be told from it, the best first. */
  top: Group[];
  /** Those that are lower than the best by more than chance. */
  below: Group[];
  /** Groups of one or two seeds where others have more: nothing tells them from those. Two of more seeds are ranked without them. */
  single: Group[];
  /** Left out, since they miss the budget that the others share. */
  off: Group[];
  /** Other inequalities among those, as sentences. */
  caveats: string[];
  /** Fewest and most seeds of those in `top` and `below`; with fewer than three nothing can be told apart. */
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
  const among = differencesAmong(sorted);
  const [best, ...others] = sorted;
  const { below } = standingOf([defined(best)], others, (one, other) => isAhead(among(other, one)));
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

/** One difference of two groups, in shares of 1: the second less the first; `apart` is null where fewer than three seeds leave it open. */
export interface Difference extends Pairs {
  from: Group;
  to: Group;
  apart: boolean | null;
}

/** Differences of any two of these groups, corrected for all of them. */
export function differencesAmong(groups: readonly Group[]): (from: Group, to: Group) => Difference {
  const of = differencesOf(groups.map(({ runs }) => testedOf(runs)));
  return (from, to) => {
    const pairs = of(groups.indexOf(to), groups.indexOf(from));
    return { ...pairs, from, to, apart: isTold(pairs) };
  };
}
