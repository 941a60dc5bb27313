import { recorder } from '../engine/record';

/** A run of what a dispatch would own, from `first` on, and what it has to do. */
export interface Cut {
  first: number;
  count: number;
  work: number;
}

/** `count` of what takes `work` in all as dispatches of about equal work: runs of whole units, none of which does more than the recorder's `mostWork` unless one unit does. */
export function cuts(count: number, work: number, unit = 1): Cut[] {
  const units = Math.ceil(count / unit);
  const most = Math.max(1, Math.floor((units * recorder().mostWork) / work));
  const each = Math.ceil(units / Math.ceil(units / most)) * unit;
  return Array.from({ length: Math.ceil(count / each) }, (_, i) => {
    const here = Math.min(each, count - i * each);
    return { first: i * each, count: here, work: (work * here) / count };
  });
}
