import { isRecorded } from '../analyses/recorded';
import { settingKey } from './runGroups';
import type { Run } from './runs';

/** Fewest and most seeds that a setting of these runs has; recorded runs do not count towards a person's own. */
export function seedSpan(runs: readonly Pick<Run, 'id' | 'spec'>[]): [fewest: number, most: number] {
  const seeds = new Map<string, Set<number>>();
  for (const run of runs) {
    const key = `${isRecorded(run)} ${settingKey(run)}`;
    seeds.set(key, (seeds.get(key) ?? new Set()).add(run.spec.train.seed));
  }
  const counts = [...seeds.values()].map(({ size }) => size);
  return [Math.min(...counts), Math.max(...counts)];
}
