import type { RunSpec } from '../../../train/protocol';
import { isRecorded } from '../analyses/recorded';
import { settingKey } from './runGroups';
import { isLive, type Run } from './runs';

/** Settings that the person trained, each by a run of it. */
function trained(compared: readonly Run[]): Map<string, Run> {
  const settings = new Map<string, Run>();
  for (const run of compared) if (!isRecorded(run) && !run.theirs && run.state === 'done') settings.set(settingKey(run), run);
  return settings;
}

/** Further runs of those settings that wait or go on. */
export function seedsToCome(compared: readonly Run[], kept: readonly Run[]): Run[] {
  const settings = trained(compared);
  return kept.filter((run) => !run.deleted && (run.state === 'waiting' || isLive(run)) && settings.has(settingKey(run)));
}

/**
 * Further seeds of every setting that the person trained: for each the lowest that no run of it has, waiting ones among them.
 * Specs have neither ids nor names yet; those of one setting follow each other, so that each is complete early.
 */
export function moreSeeds(compared: readonly Run[], kept: readonly Run[], count = 2): RunSpec[] {
  return [...trained(compared)].flatMap(([key, { spec }]) => {
    const taken = new Set(kept.filter((run) => run.state !== 'failed' && settingKey(run) === key).map((run) => run.spec.train.seed));
    const seeds: number[] = [];
    for (let seed = 0; seeds.length < count; seed++) if (!taken.has(seed)) seeds.push(seed);
    return seeds.map((seed) => ({ ...spec, id: '', name: '', train: { ...spec.train, seed } }));
  });
}
