import type { Point } from '../charts/Scatter';
import { methodLook } from '../methods';
import type { Fact } from '../store/facts';
import { meanFact, nameOf, type Group } from '../store/runGroups';

/** Groups of runs as points of two metrics; those that lack one are left out. */
export function pointsOf(groups: readonly Group[], x: Fact, y: Fact): Point[] {
  const several = (method: string) => groups.filter((group) => group.method === method).length > 1;
  return groups.flatMap((group) => {
    const [mx, my] = [meanFact(group, x), meanFact(group, y)];
    if (!mx || !my) return [];
    const title = methodLook(group.method).title;
    return [{ id: group.key, method: group.method, label: several(group.method) ? nameOf(group) : title, x: mx.mean, y: my.mean, dx: mx.interval, dy: my.interval, line: `${group.method} ${group.variant}` }];
  });
}
