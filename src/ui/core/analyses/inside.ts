import { useEffect, useMemo } from 'react';
import { create } from 'zustand';
import { trainsOf } from '../../../adapters/fields';
import { messageOf } from '../../../errors/errors';
import { proxy } from '../../../studio/connect';
import { INTRUDERS } from '../../../adapters/intruders.meta';
import type { Inside, InsideEvent } from '../../../analysis/analysis.meta';
import { filesOf, idsOf, isAmong, isOf, isOfDevice, keepAnalysis, keptOf } from './analyses';
import { studio } from '../worker/client';
import { standing, type Run } from '../runs/runs';
import { useCatalog } from '../data/catalog';
import { ofData, useMedium } from '../data/medium';
import { useSettings } from '../settings/settings';
import type { DataInfo } from '../../../train/protocol';

/** Effects of the methods on the model: chosen runs, progress, findings. */

interface InsideState {
  /** Runs that the person ticked (true) or unticked, by id. */
  ticks: Record<string, boolean>;
  /** Data set of the original task; empty when there is none. */
  original: string;
  shown: Inside | null;
  /** All that are kept of the runs that can be chosen, the newest first. */
  kept: readonly Inside[];
  /** The layer whose spectrum is drawn; empty takes one that shows what is said of all. */
  layer: string;
  status: 'idle' | 'working' | 'cancelling';
  at: InsideEvent | null;
  error: string;
}

export const useInside = create<InsideState>()(() => ({ ticks: {}, original: '', shown: null, kept: [], layer: '', status: 'idle', at: null, error: '' }));

/** Runs that are looked into: as the person ticked them, else those of what is shown, else those that stand for their methods; one that trained the head alone changed nothing inside. */
export function tickedRuns(runs: readonly Run[], ticks: Readonly<Record<string, boolean>>, shown: Inside | null = null): Run[] {
  const last = shown && isAmong(shown, runs) ? idsOf(shown) : null;
  const first = standing(runs);
  const stands = (run: Run) => (last ? last.includes(run.id) : first.includes(run));
  return runs.filter((run) => trainsOf(run.spec.method.method) !== 'head' && (ticks[run.id] ?? stands(run))).slice(-16);
}

/** Every run that can be looked into. */
export const lookable = (runs: readonly Run[]): Run[] => tickedRuns(runs, Object.fromEntries(runs.map(({ id }) => [id, true])));

/** Ticks a run, or takes it out. What is kept of those that are ticked then is shown. */
export function tickRun(runs: readonly Run[], id: string, on: boolean): void {
  const { ticks, shown, kept } = useInside.getState();
  // The others stay as they were, whatever is shown.
  const chosen = tickedRuns(runs, ticks, shown);
  const now = { ...Object.fromEntries(runs.map((run) => [run.id, chosen.includes(run)])), [id]: on };
  const made = kept.find((one) => isOf(one, tickedRuns(runs, now).map((run) => run.id)));
  useInside.setState({ ticks: now, error: '', ...(made && { shown: made }) });
}

/** Shows one of those that are kept, with its runs ticked. */
export const showInside = (made: Inside): void => useInside.setState({ shown: made, ticks: {}, error: '' });

/** Reads what is kept of these runs; the newest is shown, unless one of them is shown already or something is being computed. */
export async function showKeptInside(runs: readonly Run[]): Promise<void> {
  const kept = await keptOf('inside', runs);
  const { status, shown } = useInside.getState();
  if (status === 'idle') useInside.setState(isAmong(shown, runs) ? { kept } : { kept, shown: kept[0] ?? null });
}

/** The runs that are ticked among these, and what was shown last of them; null while there is nothing. It stays while other runs come. */
export function useInsideOf(runs: readonly Run[]): { chosen: Run[]; made: Inside | null } {
  const { ticks, shown, status } = useInside();
  const chosen = useMemo(() => tickedRuns(runs, ticks, shown), [runs, ticks, shown]);
  useEffect(() => void showKeptInside(runs), [status, runs]);
  return { chosen, made: isAmong(shown, runs) ? shown : null };
}

/** Seconds that a look into so many runs takes, by the newest kept one of this model on as many pictures on this device; null where there is none. */
export function insideSeconds(chosen: readonly Run[], { images, original }: { images: number; original: string }, kept: readonly Inside[], runs: readonly Run[], device: string): number | null {
  const like = kept.find((made) => made.complete && made.spec.images === images && (made.spec.original ?? '') === original && made.runs[0]?.spec.model === chosen[0]?.spec.model && isOfDevice(made, runs, device));
  return like ? (like.seconds / like.runs.length) * chosen.length : null;
}

/** Sets of pictures beside the chosen one, of which the original task may be. */
export function useOriginals(): DataInfo[] {
  const own = useSettings((settings) => settings.data);
  const medium = useMedium();
  const datasets = useCatalog((catalog) => catalog.datasets);
  return useMemo(() => datasets.filter((one) => one.id !== own && medium === 'pictures' && ofData(one) === medium), [datasets, own, medium]);
}

/** Seconds that finding intruder dimensions may take for it to be done unasked. */
const QUICK = 30;

/** Looks into these runs with so many pictures. */
export function lookInside(runs: readonly Run[], images: number): Promise<void> {
  const { original } = useInside.getState();
  const spec = { images, seed: 0, intruders: INTRUDERS.top, intruder_seconds: QUICK, ...(original ? { original } : {}) };
  return work((onEvent) => studio().inside(runs.map((run) => run.spec), spec, proxy(filesOf), onEvent));
}

/** Looks for the intruder dimensions of what is shown, where that takes too long to be done unasked. */
export const findIntruders = (made: Inside): Promise<void> =>
  work(async (onEvent) => ({ ...made, intruders: await studio().intruders(made.runs.map(({ spec }) => spec), INTRUDERS.top, proxy(filesOf), onEvent) }));

/** Does one thing at a time, shows what comes of it, and keeps it. */
async function work(job: (onEvent: (at: InsideEvent) => void) => Promise<Inside>): Promise<void> {
  if (useInside.getState().status !== 'idle') return;
  useInside.setState({ status: 'working', at: null, error: '' });
  let ended = false;
  try {
    const made = await job(proxy((at: InsideEvent) => void (ended || useInside.setState({ at }))));
    ended = true;
    useInside.setState({ shown: made });
    await keepAnalysis(made);
  } catch (error) {
    ended = true;
    if (useInside.getState().status !== 'cancelling') useInside.setState({ error: messageOf(error) });
  }
  useInside.setState({ status: 'idle', at: null });
}

export function cancelInside(): void {
  useInside.setState({ status: 'cancelling' });
  void studio().cancelAnalysis();
}
