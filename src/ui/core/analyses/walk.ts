import { create } from 'zustand';
import type { RunSpec } from '../../../train/protocol';
import type { LandscapeSpec } from '../../../analysis/analysis.meta';
import { addSweep, clearQueue } from '../runs/actions';
import { analysable } from './analyses';
import { cornerMethods, cornersNow, costOf, measureLandscape } from './landscape';
import { isEnded, runById, useRuns, type Run } from '../runs/runs';
import { useSettings } from '../settings/settings';
import { stopRun } from '../runs/trainer';
import { missingSpecs, type Experiment } from './experiment';

/** The experiment of the landscape lesson: three runs, then the plane through them. */

interface WalkState {
  /** Runs that are waited for; empty while none are. */
  waits: string[];
  /** True when a run that was waited for ended without an adapter. */
  failed: boolean;
}

/** Points a side that are offered, the paper's 25 among them, and what is set already. */
export const walkGrids = (set: number): number[] => [...new Set([9, 13, 25, set])].sort((a, b) => a - b);
export const useWalk = create<WalkState>()(() => ({ waits: [], failed: false }));

/** States that a run keeps on its way, for its path. */
const snapshots = 6;

/** Methods of the three corners that no run stands for. */
export const missingOf = (runs: readonly Run[]): string[] => cornerMethods.filter((method) => !runs.some((run) => run.spec.method.method === method));

/** Runs of these methods as the walk needs them: with states on their way. */
export const walkSpecs = (methods: readonly string[]): RunSpec[] => missingSpecs({ arms: methods.map((method) => ({ method })), train: [{ snapshots }], seeds: [0] } satisfies Experiment, []);

/** Number of models that will be measured, with `missing` runs still to be trained. */
export const walkModels = (runs: readonly Run[], missing: number, spec: LandscapeSpec): number =>
  costOf(cornersNow(runs).slice(0, 3 - missing), spec, 0, null).models + missing * (snapshots + 1);

/** Resolves when none of the runs is to come any more, or nobody waits for them any longer. */
const settled = (ids: readonly string[]): Promise<void> =>
  new Promise((done) => {
    const over = () => useWalk.getState().waits !== ids || ids.map(runById).every((run) => !run || run.deleted > 0 || isEnded(run) || run.state === 'interrupted');
    const stops = [useRuns, useWalk].map((store) => store.subscribe(() => check()));
    const check = () => {
      if (!over()) return;
      stops.forEach((stop) => stop());
      done();
    };
    check();
  });

/** Trains what is missing of the three, then measures the plane through them on as many points as were chosen. */
export async function walk(): Promise<void> {
  const runs = () => analysable(useRuns.getState().runs, useSettings.getState());
  const missing = missingOf(runs());
  useWalk.setState({ failed: false });
  if (missing.length > 0) {
    const before = new Set(useRuns.getState().runs.map(({ id }) => id));
    addSweep(walkSpecs(missing));
    const waits = useRuns.getState().runs.flatMap(({ id }) => (before.has(id) ? [] : [id]));
    useWalk.setState({ waits });
    await settled(waits);
    if (useWalk.getState().waits !== waits) return;
    useWalk.setState({ waits: [] });
  }
  const now = runs();
  if (missingOf(now).length > 0) return useWalk.setState({ failed: true });
  await measureLandscape(cornersNow(now));
}

/** Ends the waiting: the run that goes on stops and keeps what it has, the others leave the queue. */
export function endWalk(): void {
  const { waits } = useWalk.getState();
  useWalk.setState({ waits: [] });
  if (waits.some((id) => runById(id)?.state === 'waiting')) clearQueue();
  if (waits.includes(useRuns.getState().current)) stopRun(true);
}
