import { useMemo } from 'react';
import { oneOfEach, useRecorded } from './recorded';
import { isEnded, useRuns, type Run } from './runs';
import { useSettings } from './settings';

/** Selections that several panels share. */

/** Runs that are kept, oldest first. */
export function useKeptRuns(): Run[] {
  const runs = useRuns((state) => state.runs);
  return useMemo(() => runs.filter((run) => !run.deleted), [runs]);
}

/** Runs on the chosen data set: the ones that may be compared. */
export function useComparedRuns(): Run[] {
  const runs = useKeptRuns();
  const data = useSettings((settings) => settings.data);
  return useMemo(() => runs.filter((run) => run.spec.data === data), [runs, data]);
}

/**
 * True while recorded runs are drawn: until another model is chosen or a run of the person's own has ended, or as the person
 * wants it; only beside runs on the same data.
 */
export function useRecordedShown(): boolean {
  const own = useComparedRuns();
  const data = useSettings((settings) => settings.data);
  const model = useSettings((settings) => settings.model);
  const { runs, wanted } = useRecorded();
  if (runs.length === 0 || (data !== '' && runs[0].spec.data !== data)) return false;
  return wanted ?? ((model === '' || runs[0].spec.model === model) && !own.some(isEnded));
}

/** Runs whose curves are drawn: those on the chosen data, and one recorded run of each method. */
export function useDrawnRuns(): Run[] {
  const own = useComparedRuns();
  const recorded = useRecorded((state) => state.runs);
  const shown = useRecordedShown();
  return useMemo(() => (shown ? [...oneOfEach(recorded), ...own] : own), [shown, recorded, own]);
}

/** Runs whose results are compared: those on the chosen data, and all recorded ones while they are drawn. */
export function useResultRuns(): Run[] {
  const own = useComparedRuns();
  const recorded = useRecorded((state) => state.runs);
  const shown = useRecordedShown();
  return useMemo(() => (shown ? [...recorded, ...own] : own), [shown, recorded, own]);
}

export function useCurrentRun(): Run | undefined {
  return useRuns((state) => state.runs.find((run) => run.id === state.current));
}

/** The run whose results are shown: the selected one, else the newest with results. */
export function useSelectedRun(): Run | undefined {
  const selected = useRuns((state) => state.selected);
  const runs = useKeptRuns();
  return useMemo(() => runs.find((run) => run.id === selected) ?? runs.findLast((run) => run.evaluations.length > 0) ?? runs[runs.length - 1], [runs, selected]);
}
