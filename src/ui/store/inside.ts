import { create } from 'zustand';
import { trainsOf } from '../../adapters/fields';
import { proxy } from '../../studio/connect';
import type { Inside, InsideEvent } from '../../train/analysis.meta';
import { filesOf, keepAnalysis, keptInside } from './analyses';
import { messageOf, studio } from './client';
import { standsFor, type Run } from './runs';

/** What the methods do to the model: which runs, how far it is, what was found. */

interface InsideState {
  /** What the person ticked and unticked, by run. */
  ticks: Record<string, boolean>;
  /** Data set of the original task; empty when there is none. */
  original: string;
  shown: Inside | null;
  /** The layer whose spectrum is drawn; empty takes the last one. */
  layer: string;
  status: 'idle' | 'working' | 'cancelling';
  at: InsideEvent | null;
  error: string;
}

export const useInside = create<InsideState>()(() => ({ ticks: {}, original: '', shown: null, layer: '', status: 'idle', at: null, error: '' }));

/** Runs that are looked into: one of each method unless the person says otherwise; one that trained the head alone changed nothing inside. */
export function tickedRuns(runs: readonly Run[], ticks: Readonly<Record<string, boolean>>): Run[] {
  const stands = (run: Run) => standsFor(runs.filter((other) => other.spec.method.method === run.spec.method.method)) === run;
  return runs.filter((run) => trainsOf(run.spec.method.method) !== 'head' && (ticks[run.id] ?? stands(run))).slice(-16);
}

export const tickRun = (id: string, on: boolean): void => useInside.setState(({ ticks }) => ({ ticks: { ...ticks, [id]: on }, error: '' }));

/** Shows what is kept of these runs, unless it is shown already or something is being computed. */
export async function showKeptInside(ids: readonly string[]): Promise<void> {
  const { status, shown } = useInside.getState();
  if (status !== 'idle' || (shown && shown.runs.map(({ id }) => id).join() === ids.join())) return;
  const kept = await keptInside(ids);
  if (useInside.getState().status === 'idle') useInside.setState({ shown: kept });
}

/** Looks into these runs with so many pictures. */
export async function lookInside(runs: readonly Run[], images: number): Promise<void> {
  const { status, original } = useInside.getState();
  if (status !== 'idle') return;
  useInside.setState({ status: 'working', at: null, error: '' });
  let ended = false;
  try {
    const spec = { images, seed: 0, ...(original ? { original } : {}) };
    const made = await studio().inside(runs.map((run) => run.spec), spec, proxy(filesOf), proxy((at: InsideEvent) => void (ended || useInside.setState({ at }))));
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
