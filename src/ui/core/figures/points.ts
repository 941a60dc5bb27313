import type { Point } from '../../kit/charts/Scatter';
import type { Fact } from '../runs/facts';
import { fewest } from '../../../numbers/stats';
import { meanFact, nobody, ofPictures, offBudgets, titleOf, wholeNameOf, type Group } from '../runs/runGroups';
import { methodWords } from '../words/budget';

/** Values of the seeds of a setting that has too few for an interval; none of a single run, which is its own mark. */
function seedsOf(group: Group, y: Fact): Pick<Point, 'each'> {
  const values = group.counted.flatMap((run) => { const value = y.of(run, nobody); return typeof value === 'number' ? [value] : []; });
  return values.length > 1 && values.length < fewest ? { each: values } : {};
}

/** Groups of runs as points of two metrics; those that lack one are left out. An interval of nothing is one of measured shares alone: counts are no estimate. */
export function pointsOf(groups: readonly Group[], x: Fact, y: Fact): Point[] {
  const off = offBudgets(groups);
  const mixed = groups.some(({ source }) => source.recorded) && !groups.every(({ source }) => source.recorded);
  return groups.flatMap((group) => {
    const factor = off.get(group.key);
    const [mx, my] = [meanFact(group, x), meanFact(group, y)];
    if (!mx || !my) return [];
    // Recorded ones are pale, which is said of all.
    const pale = mixed && group.source.recorded;
    return [{ id: group.key, method: group.method || 'ink', label: factor ? `${titleOf(group)} ${methodWords.factor(factor)}` : titleOf(group), second: pale ? group.ownSecond : group.second, about: wholeNameOf(group), x: mx.mean, y: my.mean, dx: mx.interval, dy: y.share ? my.interval : my.interval || null, range: y.name === 'accuracy' ? ofPictures(group) : null, line: `${group.method} ${group.variant} ${group.source.recorded}`, pale, ...(y.share && seedsOf(group, y)) }];
  });
}
