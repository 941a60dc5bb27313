import { useEffect, useMemo, useState } from 'react';
import { methodFields } from '../../../adapters/fields';
import { analysisKey } from '../../../io/project/stores.meta';
import type { Along, Inside, Landscape, RunFiles } from '../../../analysis/analysis.meta';
import { methodLook, orderMethods } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { sentences } from '../../../records/oldSentence.meta';
import * as database from '../storage/database';
import { leftWeights, runById, useRuns, type Run, useKeptRuns } from '../runs/runs';
import { useSettings } from '../settings/settings';
import { runsWords } from '../words/runs';

/** Shared by landscapes and looks inside: the runs that can be analysed, their files, and the results kept with the project. */

/** True when an analysis under this key is of this run, among others. */
export const isAnalysisOf = (key: string, run: string): boolean => key.split(' ').slice(1).includes(run);

/** The list given out last: while a run trains, the others stay as they are, and nothing of them need be drawn again. */
let last: Run[] = [];
const settled = (runs: Run[]): Run[] => (runs.length === last.length && runs.every((run, i) => run === last[i]) ? last : (last = runs));

/** Runs of this model on this data that have left an adapter whose update can be looked at, oldest first. */
export const analysable = (runs: readonly Run[], of: Of): Run[] => trained(runs, of).filter((run) => !changesNothing(run));

type AnalysisKind = keyof Analyses;

/** Model and data set of runs, by id. */
type Of = { model: string; data: string };

/** True for a run whose method trains no update that could be added to a weight. */
const changesNothing = ({ spec }: Run): boolean => methodFields[spec.method.method]?.unmerged !== undefined;

const trained = (runs: readonly Run[], { model, data }: Of): Run[] => runs.filter((run) => !run.deleted && run.spec.model === model && run.spec.data === data && leftWeights(run) && (run.state === 'done' || run.state === 'stopped'));

/** Titles of the methods of runs that cannot be analysed, which would be looked for there. */
export const leftOut = (runs: readonly Run[], of: Of): string[] => orderMethods([...new Set(trained(runs, of).filter(changesNothing).map(({ spec }) => spec.method.method))]).map((method) => methodLook(method).title);

/** Result of `of` on the kept runs, for the chosen model and data. */
function useOfChosen<T>(of: (runs: readonly Run[], chosen: Of) => T): T {
  const runs = useKeptRuns();
  const model = useSettings((settings) => settings.model);
  const data = useSettings((settings) => settings.data);
  return useMemo(() => of(runs, { model, data }), [of, runs, model, data]);
}
const settledOf = (runs: readonly Run[], chosen: Of): Run[] => settled(analysable(runs, chosen));

export const useLeftOut = (): string[] => useOfChosen(leftOut);
export const useAnalysable = (): Run[] => useOfChosen(settledOf);

/** Files and snapshots that a run has left, for the worker. Throws when its adapter has gone. */
export async function filesOf(run: string): Promise<RunFiles> {
  const files = await database.get('adapters', run);
  if (!files) throw new Error(runsWords.noAdapter(runById(run)?.name ?? ''));
  return { files, snapshots: (await database.get('snapshots', run)) ?? [] };
}

/** True if all runs of an analysis were trained here, on this device: another analysis may take as long as it did. */
export const isOfDevice = (made: Pick<Landscape | Inside, 'runs'>, runs: readonly Run[], device: string): boolean =>
  made.runs.every(({ id }) => runs.some((run) => run.id === id && !run.theirs && run.summary?.device.description === device));

interface Analyses {
  landscape: Landscape;
  inside: Inside;
}

/** The ids of the runs that an analysis is of. */
export const idsOf = ({ runs }: Pick<Landscape | Inside | Along, 'runs'>): string[] => runs.map(({ id }) => id);

/** The runs that an analysis is of, as far as they are among these. */
export const runsOf = ({ runs: of }: Pick<Landscape | Inside, 'runs'>, runs: readonly Run[]): Run[] => of.flatMap(({ id }) => runs.find((run) => run.id === id) ?? []);

/** True if an analysis is of exactly these runs, in this order. */
export const isOf = (made: Pick<Landscape | Inside, 'runs'> | null, ids: readonly string[]): boolean => made !== null && idsOf(made).join(' ') === ids.join(' ');

/** True if all runs of an analysis are among these. */
export const isAmong = (made: Pick<Landscape | Inside, 'runs'> | null, runs: readonly Run[]): boolean => made !== null && idsOf(made).every((id) => runs.some((run) => run.id === id));

/** All analyses of a kind that are kept of these runs, the newest first; of those that do not say when they were kept, those of the newest runs. */
export async function keptOf<K extends AnalysisKind>(kind: K, runs: readonly Run[]): Promise<Analyses[K][]> {
  const place = (id: string) => runs.findIndex((run) => run.id === id);
  const keys = (await database.keysOf('analyses')).filter((key) => key.split(' ').every((part, i) => (i === 0 ? part === kind : place(part) >= 0)));
  const found = (await Promise.all(keys.map((key) => database.get('analyses', key)))).filter((one) => one?.format === `fullrank-${kind}` && (kind === 'inside' || one.runs.length === 3));
  const [at, newest] = [(one: (typeof found)[number]) => one!.kept_at ?? 0, (one: (typeof found)[number]) => Math.max(...idsOf(one!).map(place))];
  return found.sort((a, b) => at(b) - at(a) || newest(b) - newest(a)).map((one) => ({ ...one, notes: sentences(one!.notes) })) as unknown as Analyses[K][];
}

/** A run of each other model and data, of those among these runs, that an analysis of this kind is kept of. */
export async function keptElsewhere(kind: AnalysisKind, runs: readonly Run[], { model, data }: Of): Promise<Run[]> {
  const found = new Map<string, Run>();
  for (const [of, ...ids] of (await database.keysOf('analyses')).map((key) => key.split(' '))) {
    const some = ids.flatMap((id) => runs.find((run) => run.id === id && !run.deleted) ?? []);
    const { spec } = some[0] ?? {};
    if (of === kind && spec && some.length === ids.length && (spec.model !== model || spec.data !== data)) found.set(JSON.stringify([spec.model, spec.data]), defined(some[0]));
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

const kindOf = (made: Landscape | Inside | Along) => (made.format === 'fullrank-along' ? made.spec.what : made.format === 'fullrank-landscape' ? 'landscape' : 'inside');

export const keepAnalysis = (made: Landscape | Inside | Along): Promise<boolean> => database.put('analyses', analysisKey(kindOf(made), idsOf(made)), { ...made, kept_at: Date.now() });

/** What is kept along the update of a run, or of an adapter from outside. */
export async function keptAlong(what: Along['spec']['what'], id: string): Promise<Along | null> {
  const found = await database.get('analyses', analysisKey(what, [id]));
  return found?.format === 'fullrank-along' ? { ...found, notes: sentences(found.notes) } : null;
}
