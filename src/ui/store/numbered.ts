import { dataToCompare, useComparedData } from './comparedData';
import { useRecorded } from './recorded';
import { runById, useRuns, type Run } from './runs';
import { useSettings } from './settings';
import { useShown } from './shown';

/** The runs that the number keys show and hide: those whose lines the view has, but for recorded ones; oldest first. */
export function numberedRuns(): Run[] {
  const { runs, current } = useRuns.getState();
  const { data: chosen, group } = useSettings.getState();
  const kept = runs.filter((run) => !run.deleted);
  const compares = useShown.getState().view === 'compare';
  if (compares && group === 'data') return kept;
  const data = compares ? dataToCompare(kept, useRecorded.getState().runs, useComparedData.getState().wanted, chosen) : (runById(current)?.spec.data ?? chosen);
  return kept.filter((run) => run.spec.data === data);
}
