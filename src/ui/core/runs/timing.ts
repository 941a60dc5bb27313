import { defined } from '../../../numbers/defined';
import { isSteady, stepTimes, type StepTimes } from '../../../numbers/stats';
import type { DeviceReport } from '../../../train/protocol';
import { curveOf } from './metrics';
import { isRecorded, wasBusy } from '../analyses/recorded';
import type { Group } from './runGroups';
import { isLive, type Run } from './runs';
import type { Unlike } from '../words/table';

/** Times of runs, as far as they may be compared: on one device that had nothing else to do. */

const known = new Map<string, { n: number; times: StepTimes | null }>();

/** Times of a run's steps behind the first, which waits for kernels to be compiled, all sessions together; null where too few are known. */
export function timesOf(run: Run): StepTimes | null {
  const { n } = curveOf(run.id);
  const before = known.get(run.id);
  if (before?.n === n) return before.times;
  const times = stepTimes(curveOf(run.id).column('ms').slice(1));
  known.set(run.id, { n, times });
  return times;
}

/** True if pauses took as long as the steps did: then the run's seconds are not those of its training. */
function wasPaused(run: Run, { median }: StepTimes): boolean {
  const seconds = curveOf(run.id).column('seconds');
  return 1000 * defined(seconds[seconds.length - 1]) > 2 * median * seconds.length;
}

const keyOf = ({ vendor, architecture, description, software }: DeviceReport): string => JSON.stringify([vendor, architecture, description, software]);

/** The runs that were not timed under like conditions, by their ids, and why. */
export function unlikeTimed(runs: readonly Run[]): Map<string, Unlike> {
  const devices = new Map<string, number>();
  const device = (run: Run) => (run.summary ? keyOf(run.summary.device) : '');
  const mixed = runs.some((run) => !isRecorded(run));
  const aside = (run: Run): Unlike | null => (!isRecorded(run) ? null : mixed ? 'recorded' : wasBusy(run) ? 'busy' : null);
  for (const run of runs) if (!aside(run)) devices.set(device(run), (devices.get(device(run)) ?? 0) + 1);
  const [usual] = [...devices].sort(([, a], [, b]) => b - a)[0] ?? [''];
  const why = (run: Run): Unlike | null => {
    const times = timesOf(run);
    return aside(run) ?? (device(run) !== usual ? 'device' : times === null ? null : wasPaused(run, times) ? 'paused' : isSteady(times) ? null : 'uneven');
  };
  return new Map(runs.flatMap((run) => {
    const reason = why(run);
    return reason ? [[run.id, reason] as const] : [];
  }));
}

/** The runs of a setting whose seconds speak for it, whatever stands beside it: those timed alike, or all where none were. */
export function timedAlike(runs: readonly Run[]): Run[] {
  const unlike = unlikeTimed(runs);
  const alike = runs.filter(({ id }) => !unlike.has(id));
  return alike.length > 0 ? alike : [...runs];
}

/** Reasons why some of these runs are not timed like the others, each once. */
const reasonsOf = (runs: readonly Run[], unlike: ReadonlyMap<string, Unlike>): Unlike[] => [...new Set(runs.flatMap(({ id }) => unlike.get(id) ?? []))];

/** Reasons why a setting's mean time is marked; empty if some of its runs were timed like the others of the table. */
export const markedFor = (counted: readonly Run[], unlike: ReadonlyMap<string, Unlike>): Unlike[] => reasonsOf(timedAlike(counted), unlike);

/** True where these runs' times stand side by side and may not be compared; of one that goes on nothing is known yet. */
export const mixesTimes = (runs: readonly Run[]): boolean => runs.length > 1 && unlikeTimed(runs.filter((run) => !isLive(run))).size > 0;

/** Groups with only those of their runs whose times may be compared, and the groups that have none, with why. */
export function likeTimed(groups: readonly Group[]): { timed: Group[]; left: { group: Group; why: Unlike[] }[] } {
  const unlike = unlikeTimed(groups.flatMap(({ counted }) => counted));
  const timed = groups.map((group) => ({ ...group, counted: group.counted.filter(({ id }) => !unlike.has(id)) }));
  return { timed: timed.filter(({ counted }) => counted.length > 0), left: groups.filter(({ counted }, i) => counted.length > 0 && defined(timed[i]).counted.length === 0).map((group) => ({ group, why: reasonsOf(group.counted, unlike) })) };
}
