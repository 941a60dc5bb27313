import { create } from 'zustand';
import { isAbove, isBelow } from '../../../numbers/order';
import type { Tested } from '../../../records/pairs.meta';
import { choosesBest, holdsBack } from '../../../train/config';
import { measureOf } from '../../../train/scores.meta';
import type { BytesByRole, Evaluation, ExportSpec, ExportVerdict, KernelTimes, MemoryPoint, Phase, Plan, RateSearch, RateTrial, RunError, RunRecord, RunSpec, RunSummary } from '../../../train/protocol';
import { useMemo } from 'react';

export type RunState = 'waiting' | 'running' | 'paused' | 'stopping' | 'done' | 'stopped' | 'failed' | 'interrupted';

/** Comparison of an ONNX file with the engine, with the type of its weights and the time of the check. */
export interface OnnxCheck extends ExportVerdict {
  dtype: NonNullable<ExportSpec['dtype']>;
  at: number;
}

/** A run that came from a file of somebody else's. */
export interface Theirs {
  /** Name of the file; with a number where another file of that name was read before. */
  file: string;
  /** Person who trained it, if the file says so. */
  by?: string;
  /** Id it had there: the same run is not taken twice. */
  id: string;
  at: number;
}

/** Person that a run is from: the one its file names, else the file; empty for one's own. */
export const personOf = ({ theirs }: Pick<Run, 'theirs'>): string => theirs?.by ?? theirs?.file ?? '';

/** One training, as the page keeps it. Curves, adapters and checkpoints are stored beside it under the same id. */
export interface Run {
  id: string;
  name: string;
  spec: RunSpec;
  /** Titles as they were, for when the folder is no longer open. */
  modelTitle: string;
  dataTitle: string;
  classes: string[];
  state: RunState;
  /** Tab that owns a run which has not ended. */
  owner: string;
  created: number;
  started: number;
  ended: number;
  /** Seconds of training, over all sessions. */
  seconds: number;
  phase: Phase | '';
  plan: Plan | null;
  allocated: BytesByRole | null;
  evaluations: Evaluation[];
  best: Evaluation | null;
  summary: RunSummary | null;
  error: RunError | null;
  /** Last step seen and last step that a resume can start from; 0 when there is none. */
  lastStep: number;
  checkpointStep: number;
  imagesPerSecond: number;
  adapterBytes: number;
  /** Check of the last export as ONNX. */
  onnxCheck?: OnnxCheck;
  /** Place among the waiting runs, the least first; when it was created where left out. */
  order?: number;
  /** Seconds beside the training steps: compiling, evaluating, saving. */
  overhead?: number;
  /** Those of them in which it evaluated, and the images that it looked at. */
  looked?: { seconds: number; images: number };
  /** Memory on the device whenever it changed. */
  memory?: MemoryPoint[];
  /** Time of one step by kernel, where it was asked for. */
  times?: KernelTimes;
  /** Search that found its learning rate, by this run or by another of the same settings. */
  rates?: RateSearch;
  /** Trials of the search for its rate, while that has found none: a search that was broken off goes on there. */
  looks?: RateTrial[];
  /** The self-test's verdict on the device. */
  selfTest?: RunRecord['self_test'];
  /** Stamp of the images it was trained on (`dataStamp`). */
  dataStamp?: string;
  /** Run that this one repeats exactly. */
  repeats?: string;
  notes?: string;
  /** The folder that the person keeps it in (`folders.ts`). */
  folder?: string;
  theirs?: Theirs;
  /** Code of the class whose experiment it is: the class goes on with it, or gives that to another. */
  room?: string;
  /** Time when it was deleted; 0 while it is kept. */
  deleted: number;
}

interface RunsState {
  /** Oldest first. */
  runs: Run[];
  /** Run whose results are shown; empty follows the newest. */
  selected: string;
  /** Runs whose lines are not drawn. */
  hidden: string[];
  /** The run that the worker has now. */
  current: string;
  /** A held queue starts nothing by itself. */
  held: boolean;
  /** The queue waits for a run of another tab. */
  elsewhere: boolean;
  /** False until the browser's storage has been read. */
  loaded: boolean;
}

export const useRuns = create<RunsState>()(() => ({ runs: [], selected: '', hidden: [], current: '', held: false, elsewhere: false, loaded: false }));

export const runById = (id: string): Run | undefined => useRuns.getState().runs.find((run) => run.id === id);

/** Changes a run in the store; storing it is the caller's next line. */
export function updateRun(id: string, change: Partial<Run>): void {
  useRuns.setState(({ runs }) => ({ runs: runs.map((run) => (run.id === id ? { ...run, ...change } : run)) }));
}

/** Adds runs or replaces those with the same id, oldest first. */
export function putRuns(entries: Run[]): void {
  useRuns.setState(({ runs }) => {
    const byId = new Map(runs.map((run) => [run.id, run]));
    for (const run of entries) byId.set(run.id, run);
    return { runs: [...byId.values()].sort((a, b) => a.created - b.created) };
  });
}

export const removeRun = (id: string): void =>
  useRuns.setState(({ runs, selected, hidden }) => ({ runs: runs.filter((run) => run.id !== id), selected: selected === id ? '' : selected, hidden: hidden.filter((entry) => entry !== id) }));

export const selectRun = (id: string): void => useRuns.setState({ selected: id });

/** Hides the lines of these runs or, where all are hidden, shows them; true for shown. */
export function toggleRuns(ids: readonly string[]): boolean {
  const { hidden } = useRuns.getState();
  const shown = ids.every((id) => hidden.includes(id));
  useRuns.setState({ hidden: [...hidden.filter((id) => !ids.includes(id)), ...(shown ? [] : ids)] });
  return shown;
}

export const isLive = (run: Pick<Run, 'state'>): boolean => run.state === 'running' || run.state === 'paused' || run.state === 'stopping';
export const isEnded = (run: Pick<Run, 'state'>): boolean => run.state === 'done' || run.state === 'stopped' || run.state === 'failed';
/** True if a run has left weights that learned something: one that was stopped before its first step leaves those that it began with. */
export const leftWeights = (run: Pick<Run, 'adapterBytes' | 'state' | 'lastStep'>): boolean => run.adapterBytes > 0 && !(run.state === 'stopped' && run.lastStep === 0);
/** Of these the runs that came to their end, or all where none did: one that was stopped is no equal of the others. */
export function finishedFirst(runs: readonly Run[]): readonly Run[] {
  const done = runs.filter(({ state }) => state === 'done');
  return done.length > 0 ? done : runs;
}
/** The runs that stand for their methods unless the person says otherwise: the newest of each that came to its end; the newest of each where none did. */
export function standing(runs: readonly Run[]): Run[] {
  const newest = new Map(finishedFirst(runs).map((run) => [run.spec.method.method, run]));
  return [...newest.values()];
}
/** True if a run that is not in progress can go on from its checkpoint. */
export const canResume = (run: Run): boolean => run.state !== 'done' && run.checkpointStep > 0;

/** A new run that waits for its turn. */
export function makeRun(spec: RunSpec, titles: Pick<Run, 'modelTitle' | 'dataTitle' | 'classes'>, owner: string, created: number): Run {
  return {
    id: spec.id,
    name: spec.name,
    spec,
    ...titles,
    state: 'waiting',
    owner,
    created,
    started: 0,
    ended: 0,
    seconds: 0,
    phase: '',
    plan: null,
    allocated: null,
    evaluations: [],
    best: null,
    summary: null,
    error: null,
    lastStep: 0,
    checkpointStep: 0,
    imagesPerSecond: 0,
    adapterBytes: 0,
    deleted: 0,
  };
}

const orderOf = (run: Run): number => run.order ?? run.created;

/** Runs that wait for their turn in this tab, the next one first. */
export const waitingIn = (runs: readonly Run[], tab: string): Run[] =>
  runs.filter((run) => run.state === 'waiting' && run.owner === tab && !run.deleted).sort((a, b) => orderOf(a) - orderOf(b));

/** The order that puts a waiting run at a place among the others; null when it is there already. */
export function orderAt(waiting: readonly Run[], id: string, place: number): number | null {
  const others = waiting.filter((run) => run.id !== id);
  const to = Math.max(0, Math.min(others.length, place));
  if (waiting[to]?.id === id) return null;
  const before = others[to - 1];
  const after = others[to];
  if (!before) return after ? orderOf(after) - 1 : null;
  return after ? (orderOf(before) + orderOf(after)) / 2 : orderOf(before) + 1;
}

/** The split that a run is followed on while it trains: held-back images where there are any, else the test images. */
export const followedOn = (run: Run): 'val' | 'test' => (holdsBack(run.spec.train) ? 'val' : 'test');

/** Evaluations while it trained, in order. */
export const followed = (run: Run): Evaluation[] => run.evaluations.filter((evaluation) => evaluation.split === followedOn(run));

/** The result on the test images: of the weights that were kept. Null until there is one. */
export function testEvaluation(run: Run): Evaluation | null {
  const final = run.summary?.final;
  return final?.split === 'test' ? final : (run.evaluations.findLast((evaluation) => evaluation.split === 'test') ?? null);
}

/** Runs with their result on the test, as they are compared in pairs. */
export const testedOf = (runs: readonly Run[]): Tested[] => runs.flatMap((run) => { const test = testEvaluation(run); return test ? [{ spec: run.spec, test }] : []; });

/** The fewest test pictures that one of these runs was measured on; Infinity where none was yet. */
export const fewestTested = (runs: readonly Run[]): number => Math.min(...runs.flatMap((run) => testEvaluation(run)?.count ?? []));

/** Better of two evaluations, as its task says: by the loss where texts are gone on with; the earlier one when they are equal. */
export const better = (one: Evaluation | null, other: Evaluation): Evaluation => (one && !(other.scores?.perplexity === undefined ? isAbove(measureOf(other), measureOf(one)) : isBelow(other.loss, one.loss)) ? one : other);

/** The evaluation whose weights are kept: the best on the images that the run is followed on, or the last where these are too few to choose by. */
export function keptOf(run: Run, evaluations: readonly Evaluation[]): Evaluation | null {
  const followed = evaluations.filter(({ split }) => split === followedOn(run));
  const last = followed.at(-1);
  const few = last?.split === 'val' && !choosesBest(last.count, last.per_class.length, run.spec.train.early_stopping_patience > 0);
  return few ? last : followed.reduce<Evaluation | null>(better, null);
}

/**
 * Present state of a run found in storage: a run that was in progress in a tab that is gone is interrupted,
 * a waiting one of such a tab waits for this one.
 */
export function afterReturn(run: Run, ownerAlive: boolean, me: string): Run {
  if (isEnded(run) || run.state === 'interrupted' || ownerAlive) return run;
  if (run.state === 'waiting') return { ...run, owner: me };
  return { ...run, state: 'interrupted', owner: '' };
}

/**
 * Runs that were cut off and ask here what becomes of them. One that its page left asks in Train; a lost device says so
 * wherever one is. A class asks nobody.
 */
export const askingIn = (runs: readonly Run[], inTrain: boolean): Run[] => runs.filter(({ state, error, room }) => state === 'interrupted' && !room && (inTrain || error?.kind === 'device-lost'));

/** Runs that are kept, oldest first. */
export function useKeptRuns(): Run[] {
  const runs = useRuns((state) => state.runs);
  return useMemo(() => runs.filter((run) => !run.deleted), [runs]);
}
