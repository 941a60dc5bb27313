import { create } from 'zustand';
import { unpackRecording } from '../../train/recording.meta';
import { orderMethods } from '../methods';
import { t } from '../strings';
import { curveOf, setCurve, Curve, type CurveRecord } from './metrics';
import { runOf } from './runRecords';
import { better, followed, type Run } from './runs';

/**
 * The recorded comparison that comes with the page: runs of this project's own command line, drawn by the same code as live
 * ones. It can be played with a clock of its own; its runs are never stored and never train.
 */

interface Recorded {
  /** All runs, as they are at the place of the clock. */
  runs: Run[];
  /** The command that made them, and the device. */
  command: string;
  device: string;
  /** Steps of the longest run. */
  steps: number;
  /** Place of the clock in steps; at the end everything is shown. */
  at: number;
  playing: boolean;
  /** Null: shown until a run of the person's own has ended. */
  wanted: boolean | null;
}

export const useRecorded = create<Recorded>()(() => ({ runs: [], command: '', device: '', steps: 0, at: 0, playing: false, wanted: null }));

const prefix = 'recorded ';
/** True for a run of the recording. */
export const isRecorded = (run: Pick<Run, 'id'>): boolean => run.id.startsWith(prefix);

let whole: { run: Run; curve: CurveRecord }[] = [];
let opening: Promise<void> | null = null;

/** Fetches the recording, once. */
export function openRecorded(): Promise<void> {
  return (opening ??= import('../recorded/comparison.json').then(({ default: file }) => {
    const recording = file as unknown as Parameters<typeof unpackRecording>[0];
    whole = unpackRecording(recording).map((record, i) => {
      const { run, curve } = runOf(record, `${prefix}${i}`);
      return { run: { ...run, name: t.recorded.name, created: i }, curve: curve.record() };
    });
    const steps = Math.max(...whole.map(({ run }) => run.lastStep));
    useRecorded.setState({ command: recording.command, device: recording.device.description, steps });
    show(steps);
  }));
}

/** All runs of the recording, whole, wherever the clock is. */
export const recordedRuns = (): Run[] => whole.map(({ run }) => run);

/** Puts everything to what was known after that many steps. */
function show(at: number): void {
  const { steps } = useRecorded.getState();
  const runs = whole.map(({ run, curve }) => {
    const n = at >= steps ? curve.step.length : Math.min(curve.step.length, Math.floor(at));
    if (curveOf(run.id).n !== n) setCurve(run.id, new Curve(Object.fromEntries(Object.entries(curve).map(([name, values]) => [name, values.subarray(0, n)])) as CurveRecord));
    if (at >= steps) return run;
    const evaluations = run.evaluations.filter((one) => one.step <= at);
    const shown: Run = { ...run, state: 'running', evaluations, summary: null, lastStep: n };
    return { ...shown, best: followed(shown).reduce(better, null) };
  });
  useRecorded.setState({ runs, at });
}

/** How long the whole recording plays, in seconds. */
export const playSeconds = 15;
let last = 0;
let timer = 0;

/** Plays on from where the clock is, or from the start when it is at the end; one who asked for it goes on seeing it. */
export function playRecorded(asked = true): void {
  const { at, steps } = useRecorded.getState();
  if (steps === 0) return;
  if (at >= steps) show(0);
  last = performance.now();
  useRecorded.setState({ playing: true, ...(asked ? { wanted: true } : {}) });
  clearInterval(timer);
  timer = window.setInterval(tick, 100);
}

function tick(): void {
  const now = performance.now();
  const { at, steps } = useRecorded.getState();
  const next = at + ((now - last) / 1000 / playSeconds) * steps;
  last = now;
  show(Math.min(steps, next));
  if (next >= steps) pauseRecorded();
}

export function pauseRecorded(): void {
  clearInterval(timer);
  useRecorded.setState({ playing: false });
}

/** Moves the clock; it stays where it is put. */
export function seekRecorded(at: number): void {
  pauseRecorded();
  show(Math.max(0, Math.min(useRecorded.getState().steps, Math.round(at))));
}

/** One run of each method for the curves: the first of the recording, in the order of the page. */
export function oneOfEach(runs: readonly Run[]): Run[] {
  const firsts = runs.filter((run, i) => runs.findIndex((other) => other.spec.method.method === run.spec.method.method) === i);
  return orderMethods(firsts.map((run) => run.spec.method.method)).map((method) => firsts.find((run) => run.spec.method.method === method)!);
}
