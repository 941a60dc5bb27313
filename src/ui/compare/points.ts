import type { Point } from '../charts/Scatter';
import type { Fact } from '../store/facts';
import { meanFact, shortNameOf, type Group } from '../store/runGroups';

/** Groups of runs as points of two metrics; those that lack one are left out. */
export function pointsOf(groups: readonly Group[], x: Fact, y: Fact): Point[] {
  return groups.flatMap((group) => {
    const [mx, my] = [meanFact(group, x), meanFact(group, y)];
    if (!mx || !my) return [];
    return [{ id: group.key, method: group.method, label: shortNameOf(group, groups), x: mx.mean, y: my.mean, dx: mx.interval, dy: my.interval, line: `${group.method} ${group.variant} ${group.recorded}` }];
  });
}
