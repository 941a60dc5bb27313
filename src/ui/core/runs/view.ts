import { useMemo } from 'react';
import { defined } from '../../../numbers/defined';
import { ofRun, useMedium } from '../data/medium';
import { oneOfEach, useRecorded } from '../analyses/recorded';
import { isEnded, useRuns, type Run, useKeptRuns } from './runs';
import { useSettings } from '../settings/settings';

/** Those on what the page learns from now: pictures, or texts. */
export function useRunsHere(): Run[] {
  const runs = useKeptRuns();
  const medium = useMedium();
  return useMemo(() => runs.filter(({ spec }) => ofRun(spec) === medium), [runs, medium]);
}

function useRunsOn(data: string): Run[] {
  const runs = useKeptRuns();
  return useMemo(() => runs.filter((run) => run.spec.data === data), [runs, data]);
}

/** Runs on the chosen data set: the ones that may be compared. */
export const useComparedRuns = (): Run[] => useRunsOn(useSettings((settings) => settings.data));

/** The data set whose curves are drawn: that of the run that goes on, whatever is chosen meanwhile for the next one. */
function useDrawnData(): string {
  const chosen = useSettings((settings) => settings.data);
  return useCurrentRun()?.spec.data ?? chosen;
}

/** True where there are recorded runs that can be drawn beside those on the data that is drawn. */
export function useRecordedFits(): boolean {
  const data = useDrawnData();
  const runs = useRecorded((state) => state.runs);
  return runs.length > 0 && (data === '' || defined(runs[0]).spec.data === data);
}

/** Reason why recorded runs are not drawn though nobody has left them out: a run of the person's own has ended, or another model is chosen. */
export type RecordedAway = 'ended' | 'model';

/** Tells whether recorded runs are drawn, and which reason keeps them away: only beside runs on the same data, as the person wants it or else until one of the reasons holds. */
export function useRecordedShown(): { shown: boolean; away: RecordedAway | null } {
  const own = useRunsOn(useDrawnData());
  const model = useSettings((settings) => settings.model);
  const { runs, wanted } = useRecorded();
  const fits = useRecordedFits();
  if (!fits || wanted !== null) return { shown: fits && wanted === true, away: null };
  const away = own.some(isEnded) ? 'ended' : model !== '' && defined(runs[0]).spec.model !== model ? 'model' : null;
  return { shown: away === null, away };
}

/** Runs whose curves are drawn: those on one data set, and one recorded run of each method. */
export function useDrawnRuns(): Run[] {
  const own = useRunsOn(useDrawnData());
  const recorded = useRecorded((state) => state.runs);
  const { shown } = useRecordedShown();
  return useMemo(() => (shown ? [...oneOfEach(recorded), ...own] : own), [shown, recorded, own]);
}

export function useCurrentRun(): Run | undefined {
  return useRuns((state) => state.runs.find((run) => run.id === state.current));
}

/** The run whose results are shown: the selected one of these, or of all, else the newest with results. */
export function useSelectedRun(among?: readonly Run[]): Run | undefined {
  const selected = useRuns((state) => state.selected);
  const here = useRunsHere();
  const runs = among ?? here;
  return useMemo(() => runs.find((run) => run.id === selected) ?? runs.findLast((run) => run.evaluations.length > 0) ?? runs[runs.length - 1], [runs, selected]);
}
