import { useEffect, useMemo, useState } from 'react';
import { methodFields } from '../../adapters/fields';
import { analysisKey } from '../../io/project/stores.meta';
import type { Inside, Landscape, RunFiles } from '../../train/analysis.meta';
import { methodLook, orderMethods } from '../../figures/methods';
import { t } from '../strings';
import * as database from './database';
import { runById, useRuns, type Run } from './runs';
import { useSettings } from './settings';
import { useKeptRuns } from './view';

/** What landscapes and looks inside share: which runs can be analysed, their files, and how results are kept with the project. */

/** True when an analysis under this key is of this run, among others. */
export const isAnalysisOf = (key: string, run: string): boolean => key.split(' ').slice(1).includes(run);

/** The list given out last: while a run trains, the others stay as they are, and nothing of them need be drawn again. */
let last: Run[] = [];
const settled = (runs: Run[]): Run[] => (runs.length === last.length && runs.every((run, i) => run === last[i]) ? last : (last = runs));

/** Runs of this model on this data that have left an adapter whose update can be looked at, oldest first. */
export const analysable = (runs: readonly Run[], of: Of): Run[] => trained(runs, of).filter((run) => !changesNothing(run));

type AnalysisKind = Parameters<typeof analysisKey>[0];

/** What runs are of. */
type Of = { model: string; data: string };

/** Whether what a run trains is no update that could be added to a weight. */
const changesNothing = ({ spec }: Run): boolean => methodFields[spec.method.method]?.unmerged !== undefined;

const trained = (runs: readonly Run[], { model, data }: Of): Run[] => runs.filter((run) => !run.deleted && run.spec.model === model && run.spec.data === data && run.adapterBytes > 0 && (run.state === 'done' || run.state === 'stopped'));

/** Titles of the methods of runs that cannot be analysed, which would be looked for there. */
export const leftOut = (runs: readonly Run[], of: Of): string[] => orderMethods([...new Set(trained(runs, of).filter(changesNothing).map(({ spec }) => spec.method.method))]).map((method) => methodLook(method).title);

/** What `of` finds among the runs, for the chosen model and data. */
function useOfChosen<T>(of: (runs: readonly Run[], chosen: Of) => T): T {
  const runs = useKeptRuns();
  const model = useSettings((settings) => settings.model);
  const data = useSettings((settings) => settings.data);
  return useMemo(() => of(runs, { model, data }), [of, runs, model, data]);
}
const settledOf = (runs: readonly Run[], chosen: Of): Run[] => settled(analysable(runs, chosen));

export const useLeftOut = (): string[] => useOfChosen(leftOut);
export const useAnalysable = (): Run[] => useOfChosen(settledOf);

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

/** The three runs among these that a landscape is kept of, the newest where there are several; null when there are none. */
export async function keptCorners(runs: readonly Run[]): Promise<string[] | null> {
  const place = (id: string) => runs.findIndex((run) => run.id === id);
  const found = (await database.keysOf('analyses')).map((key) => key.split(' ')).filter(([kind, ...ids]) => kind === 'landscape' && ids.length === 3 && ids.every((id) => place(id) >= 0)).map(([, ...ids]) => ids);
  const newest = (ids: string[]) => Math.max(...ids.map(place));
  return found.length === 0 ? null : found.reduce((best, ids) => (newest(ids) > newest(best) ? ids : best));
}

/** A run of each other model and data, of those among these runs, that an analysis of this kind is kept of. */
export async function keptElsewhere(kind: AnalysisKind, runs: readonly Run[], { model, data }: Of): Promise<Run[]> {
  const found = new Map<string, Run>();
  for (const [of, ...ids] of (await database.keysOf('analyses')).map((key) => key.split(' '))) {
    const some = ids.flatMap((id) => runs.find((run) => run.id === id && !run.deleted) ?? []);
    const { spec } = some[0] ?? {};
    if (of === kind && spec && some.length === ids.length && (spec.model !== model || spec.data !== data)) found.set(JSON.stringify([spec.model, spec.data]), some[0]);
  }
  return [...found.values()];
}

/** The same for the chosen model and data. */
export function useKeptElsewhere(kind: AnalysisKind): Run[] {
  const [found, setFound] = useState<Run[]>([]);
  const loaded = useRuns((state) => state.loaded);
  const model = useSettings((settings) => settings.model);
  const data = useSettings((settings) => settings.data);
  useEffect(() => {
    let stands = true;
    void keptElsewhere(kind, useRuns.getState().runs, { model, data }).then((runs) => stands && setFound(runs));
    return () => {
      stands = false;
    };
  }, [kind, loaded, model, data]);
  return found;
}

/** Reads a kept look inside; null when there is none. */
export async function keptInside(runs: readonly string[]): Promise<Inside | null> {
  const found = await database.get('analyses', analysisKey('inside', runs));
  return found?.format === 'fullrank-inside' ? found : null;
}

export const keepAnalysis = (made: Landscape | Inside): Promise<boolean> =>
  database.put('analyses', analysisKey(made.format === 'fullrank-landscape' ? 'landscape' : 'inside', made.runs.map(({ id }) => id)), made);
