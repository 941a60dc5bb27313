import type { Mean } from '../../../numbers/stats';
import { factNamed } from './facts';
import { groupRuns, meanFact } from './runGroups';
import { mainSetting } from './specs';
import type { Run } from './runs';

/** Runs that differ in nothing but their seed, and their test accuracy. */
export interface Group {
  key: string;
  method: string;
  /** As "r 8"; empty for a method without one. */
  setting: string;
  /** Adapter parameters. */
  parameters: number;
  runs: Run[];
  /** Test accuracy, 0 to 1. */
  accuracy: Mean;
}

/** Finished runs with a test accuracy, together where only the seed differs. */
export function groupsOf(runs: readonly Run[]): Group[] {
  return groupRuns(runs, 'seed').flatMap((group) => {
    const accuracy = meanFact(group, factNamed('accuracy')!);
    const [first] = group.counted;
    return accuracy && first?.plan ? [{ key: group.key, method: group.method, setting: mainSetting(first.spec.method), parameters: first.plan.adapter_parameters, runs: group.counted, accuracy }] : [];
  });
}
