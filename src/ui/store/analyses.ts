import { useMemo } from 'react';
import { analysisKey } from '../../io/project/stores.meta';
import type { Inside, Landscape, RunFiles } from '../../train/analysis.meta';
import { t } from '../strings';
import * as database from './database';
import { runById, type Run } from './runs';
import { useSettings } from './settings';
import { useKeptRuns } from './view';

/** What landscapes and looks inside share: which runs can be analysed, their files, and how results are kept with the project. */

/** True when an analysis under this key is of this run, among others. */
export const isAnalysisOf = (key: string, run: string): boolean => key.split(' ').slice(1).includes(run);

/** The list given out last: while a run trains, the others stay as they are, and nothing of them need be drawn again. */
let last: Run[] = [];
const settled = (runs: Run[]): Run[] => (runs.length === last.length && runs.every((run, i) => run === last[i]) ? last : (last = runs));

/** Runs of the chosen model on the chosen data that have left an adapter, oldest first. */
export function useAnalysable(): Run[] {
  const runs = useKeptRuns();
  const model = useSettings((settings) => settings.model);
  const data = useSettings((settings) => settings.data);
  return useMemo(() => settled(runs.filter((run) => run.spec.model === model && run.spec.data === data && run.adapterBytes > 0 && (run.state === 'done' || run.state === 'stopped'))), [runs, model, data]);
}

/** What a run has left, for the worker. Throws when its adapter has gone. */
export async function filesOf(run: string): Promise<RunFiles> {
  const files = await database.get('adapters', run);
  if (!files) throw new Error(t.runs.noAdapter(runById(run)?.name ?? ''));
  return { files, snapshots: (await database.get('snapshots', run)) ?? [] };
}

/** Reads a kept landscape; null when there is none. */
export async function keptLandscape(runs: readonly string[]): Promise<Landscape | null> {
  const found = await database.get('analyses', analysisKey('landscape', runs));
  return found?.format === 'fullrank-landscape' ? found : null;
}

/** Reads a kept look inside; null when there is none. */
export async function keptInside(runs: readonly string[]): Promise<Inside | null> {
  const found = await database.get('analyses', analysisKey('inside', runs));
  return found?.format === 'fullrank-inside' ? found : null;
}

export const keepAnalysis = (made: Landscape | Inside): Promise<boolean> =>
  database.put('analyses', analysisKey(made.format === 'fullrank-landscape' ? 'landscape' : 'inside', made.runs.map(({ id }) => id)), made);
