import { create } from 'zustand';
import { counts } from './runGroups';
import type { Run } from './runs';
import { useSettings } from '../settings/settings';

/** Data set that is compared. */

/** The data set that the person wants to see compared; empty follows the chosen one, or the newest results. */
export const useComparedData = create<{ wanted: string }>()(() => ({ wanted: '' }));
export const compareData = (wanted: string): void => useComparedData.setState({ wanted });
/** The person's own results are asked for: data that has none of them gives way. */
export function compareOwn(kept: readonly Run[]): void {
  if (!kept.some(({ spec }) => spec.data === useComparedData.getState().wanted)) compareData('');
}
/** Runs on this data are started: whatever was compared before gives way to them, the chosen data once they have results. */
export const compareStarted = (data: string): void => compareData(data === useSettings.getState().data ? '' : data);

/** True where some of these runs stand beside each other: a single one has a result, and nothing to be compared with. */
export const canCompare = (runs: readonly Run[]): boolean => runs.filter(counts).length > 1;

/**
 * The data set whose runs are compared: the wanted one, also where it has recorded runs alone; the chosen one where it has
 * results, else that of the newest results, else that of the newest run; without any run that of the recorded ones.
 */
export function dataToCompare(kept: readonly Run[], recorded: readonly Run[], wanted: string, chosen: string): string {
  const on = (data: string) => kept.filter((run) => run.spec.data === data);
  if (wanted !== '' && [...kept, ...recorded].some(({ spec }) => spec.data === wanted)) return wanted;
  if (on(chosen).some(counts)) return chosen;
  const newest = kept.findLast(counts) ?? (on(chosen).length > 0 ? undefined : kept.at(-1));
  if (newest) return newest.spec.data;
  return on(chosen).length > 0 ? chosen : (recorded[0]?.spec.data ?? chosen);
}

/** Where the way goes on from training, by the results on the data that is compared then. */
export function wayOn(kept: readonly Run[], chosen: string): 'compare' | 'outcome' {
  const data = dataToCompare(kept, [], '', chosen);
  return canCompare(kept.filter(({ spec }) => spec.data === data)) ? 'compare' : 'outcome';
}
