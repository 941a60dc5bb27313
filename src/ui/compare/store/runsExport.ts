import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import type { RunsFormat } from '../../../train/protocol';
import { saveAs } from '../../kit/saveAs';
import { isRecorded, useRecorded, withOthers } from '../../core/analyses/recorded';
import { studio } from '../../core/worker/client';
import { curveOf } from '../../core/runs/metrics';
import { recordOf } from '../../core/runs/runRecords';
import { isLive, useRuns, type Run } from '../../core/runs/runs';
import { useSettings } from '../../core/settings/settings';
import { toast } from '../../kit/toast';
import { runsExportWords } from '../words/runsExport';

/** Several runs leaving as one file: which, and as what. */
interface State {
  open: boolean;
  chosen: string[];
  /** The most parameters that they were chosen by, 0 where they were not: the report says so. */
  atMost: number;
  format: RunsFormat;
  status: 'choose' | 'working' | 'failed';
  error: string;
}

export const useRunsExport = create<State>()(() => ({ open: false, chosen: [], atMost: 0, format: 'runs', status: 'choose', error: '' }));

/** True for a run that has something to show. */
export const canLeave = (run: Run): boolean => !run.deleted && (run.evaluations.length > 0 || curveOf(run.id).n > 0);

/** Runs that can leave: the person's, and those that come with the page. */
export const exportable = (runs: readonly Run[], recorded: readonly Run[]): Run[] => [...runs, ...recorded].filter(canLeave);

/** True for one that does so now: what goes on has no end to be told of. */
export const canLeaveNow = (run: Run): boolean => canLeave(run) && !isLive(run);

/** Opens the choice with these runs, chosen by a most of parameters or not, or with all whose lines are drawn; not with one that goes on. */
export function openRunsExport(ids?: string[], atMost = 0): void {
  const { runs, hidden } = useRuns.getState();
  const chosen = exportable(runs, withOthers(useRecorded.getState())).filter((run) => canLeaveNow(run) && (ids?.includes(run.id) ?? !(hidden.includes(run.id) || isRecorded(run)))).map((run) => run.id);
  useRunsExport.setState({ open: true, chosen, atMost, status: 'choose', error: '' });
}

/** The last export that was asked for; an answer to an earlier one is not wanted any more. */
let job = 0;

export function closeRunsExport(): void {
  job++;
  useRunsExport.setState({ open: false });
}

export const chooseRuns = (chosen: string[]): void => useRunsExport.setState((now) => ({ chosen, atMost: chosen.every((id) => now.chosen.includes(id)) ? now.atMost : 0, status: 'choose', error: '' }));
export const chooseRunsFormat = (format: RunsFormat): void => useRunsExport.setState({ format, status: 'choose', error: '' });

/** Makes the file in the worker and saves it. */
export async function exportChosenRuns(): Promise<void> {
  const { chosen, atMost, format } = useRunsExport.getState();
  const mine = ++job;
  useRunsExport.setState({ status: 'working', error: '' });
  try {
    const runs = exportable(useRuns.getState().runs, withOthers(useRecorded.getState())).filter((run) => chosen.includes(run.id) && canLeaveNow(run));
    const person = useSettings.getState().person.trim();
    const { name, blob } = await studio().exportRuns(runs.map((run) => recordOf(run, curveOf(run.id), isRecorded(run) ? '' : person)), format, atMost);
    if (mine !== job) return;
    saveAs(blob, name);
    closeRunsExport();
    toast(runsExportWords.saved(name));
  } catch (error) {
    if (mine === job) useRunsExport.setState({ status: 'failed', error: messageOf(error) });
  }
}
