import type { Mean } from '../../../numbers/stats';
import { formatPercent, withSpread } from '../../../language/format';
import { chartWords } from '../../kit/words/chart';
import { bySource, ofPictures, rankedGroups, type Group, type Ranked } from './runGroups';

/** Settings of one source and data set, each with its difference from the best. */
export interface RankedPart {
  ranked: Ranked[];
  /** They are recorded and stand beside others. */
  apart: boolean;
}

const dataOf = ({ counted }: Group) => counted[0]?.spec.data;

/** Groups that differences are told of: those of one source, on the same data. */
export function rankedParts(groups: readonly Group[]): RankedPart[] {
  return bySource(groups).flatMap(({ groups: some, apart }) => [...new Set(some.map(dataOf))].map((data) => ({ ranked: rankedGroups(some.filter((group) => dataOf(group) === data)), apart }))).filter(({ ranked }) => ranked.length > 1);
}

/** The mean with its interval over seeds, or the value of a single run with that over its pictures. */
export function accuracyOf(group: Group, mean: Mean): string {
  const ends = ofPictures(group);
  return ends ? chartWords.ranged(...([mean.mean, ...ends].map(formatPercent) as [string, string, string])) : withSpread(mean.mean, mean.interval, formatPercent);
}
