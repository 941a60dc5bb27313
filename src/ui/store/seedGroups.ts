import { meanOf, type Mean } from '../../train/stats.meta';
import { mainSetting } from './specs';
import { testEvaluation, type Run } from './runs';

/** Runs that differ in nothing but their seed. */
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

const keyOf = ({ spec }: Run): string => JSON.stringify([spec.model, spec.data, spec.edits ?? null, Object.entries(spec.method).sort(), Object.entries(spec.train).filter(([name]) => name !== 'seed').sort()]);

/** Finished runs with a test accuracy, together where only the seed differs; in order of appearance. */
export function groupsOf(runs: readonly Run[]): Group[] {
  const byKey = new Map<string, Run[]>();
  for (const run of runs) if (run.plan && run.state === 'done' && testEvaluation(run)) byKey.set(keyOf(run), [...(byKey.get(keyOf(run)) ?? []), run]);
  return [...byKey].map(([key, members]) => {
    const [{ spec, plan }] = members;
    return { key, method: spec.method.method, setting: mainSetting(spec.method), parameters: plan!.adapter_parameters, runs: members, accuracy: meanOf(members.map((run) => testEvaluation(run)!.accuracy))! };
  });
}
