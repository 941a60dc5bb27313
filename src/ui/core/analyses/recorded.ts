import { create } from 'zustand';
import { settingKey } from '../../../records/fair.meta';
import { unpackRecording, type Recording } from '../../../records/recording.meta';
import type { RunSpec } from '../../../train/protocol';
import { orderMethods } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { curveOf, setCurve, Curve, type CurveRecord } from '../runs/metrics';
import { runOf } from '../runs/runRecords';
import { better, followed, type Run } from '../runs/runs';
import { whatDiffers } from '../runs/specs';
import { useSettings } from '../settings/settings';
import { recordedWords } from '../words/recorded';

/**
 * Recorded comparisons that come with the page: runs of this project's own command line, drawn by the same code as live
 * ones, never stored and never trained. The one of the first screen can be played with a clock of its own; where another bundled model
 * is chosen that has one too, it takes its place.
 */

const files = {
  'first-screen': () => import('../../recorded/first-screen.json'),
  /** All settings of the study that it is part of, by their results. */
  sizes: () => import('../../recorded/sizes.json'),
  toy: () => import('../../recorded/toy.json'),
  shots: () => import('../../recorded/shots.json'),
};
export type RecordingName = keyof typeof files;
export const recordingNames = Object.keys(files) as RecordingName[];

/** A recording, opened. */
export interface Opened {
  /** All its runs, whole. */
  runs: Run[];
  /** The command that made it, and the device; `software` where that was no graphics card. */
  command: string;
  device: string;
  software: boolean;
  /** Adapter parameters that all methods aimed at; 0 where they did not. */
  budget: number;
  /** Reason why a method misses that budget, by method. */
  notes: Readonly<Record<string, string>>;
  /** The machine had other work meanwhile. */
  busy: boolean;
}

const prefix = 'recorded ';
/** True for a run of a recording. */
export const isRecorded = (run: Pick<Run, 'id'>): boolean => run.id.startsWith(prefix);

const whileBusy = new Set<string>();
/** True for a run of a recording whose machine had other work meanwhile: its seconds say nothing. */
export const wasBusy = (run: Pick<Run, 'id'>): boolean => whileBusy.has(run.id);

const opened = new Map<RecordingName, Promise<Opened>>();

/** Fetches a recording, once, and puts its curves where charts find them. Rejects where it cannot be fetched; a later call tries again. */
export function openRecording(name: RecordingName): Promise<Opened> {
  const known = opened.get(name);
  if (known) return known;
  const opening = files[name]().then(({ default: file }): Opened => {
    const recording = file as unknown as Recording;
    const runs = unpackRecording(recording).map((record, i) => {
      const { run, curve } = runOf(record, `${prefix}${name} ${i}`);
      setCurve(run.id, curve);
      if (recording.busy) whileBusy.add(run.id);
      return { ...run, name: recordedWords.name, created: i };
    });
    return { runs, command: recording.command, device: recording.device.description, software: recording.device.software, budget: recording.budget ?? 0, notes: recording.notes ?? {}, busy: recording.busy ?? false };
  });
  opening.catch(() => opened.delete(name));
  opened.set(name, opening);
  return opening;
}

/** The graphics card that recorded; empty where it was none. */
export const cardOf = ({ device, software }: Pick<Opened, 'device' | 'software'>): string => (software ? '' : defined(device.split(/[:(]/)[0]).trim());

interface Recorded extends Opened {
  /** All runs, as they are at the place of the clock. */
  runs: Run[];
  /** Other settings of the same comparison, of which results alone are there; empty until they were asked for. */
  others: Run[];
  /** Steps of the longest run. */
  steps: number;
  /** Place of the clock in steps; at the end everything is shown. */
  at: number;
  playing: boolean;
  /** Null: shown until a run of the person's own has ended. */
  wanted: boolean | null;
}

export const useRecorded = create<Recorded>()(() => ({ runs: [], others: [], command: '', device: '', software: false, budget: 0, notes: {}, busy: false, steps: 0, at: 0, playing: false, wanted: null }));

let whole: { run: Run; curve: CurveRecord }[] = [];

/** Comparison to be played: that of the chosen model, or of the one that the page offers first. */
export const wantedRecording = (): RecordingName => (useSettings.getState().model === 'vit-nano' ? 'toy' : 'first-screen');
let playable: RecordingName | null = null;

/** Fetches the recording that is to be played, once. */
export async function openRecorded(): Promise<void> {
  const name = wantedRecording();
  const { runs, ...about } = await openRecording(name);
  // Another model may have been chosen meanwhile.
  if (playable === name || wantedRecording() !== name) return;
  pauseRecorded();
  playable = name;
  whole = runs.map((run) => ({ run, curve: curveOf(run.id).record() }));
  const steps = Math.max(...runs.map(({ lastStep }) => lastStep));
  useRecorded.setState({ ...about, others: [], steps });
  show(steps);
}

/** Fetches the comparison that is to be played, with all its other settings. */
export async function openWholeRecorded(): Promise<void> {
  await openRecorded();
  if (playable !== 'first-screen') return;
  const played = new Set(recordedRuns().map(({ spec }) => settingKey(spec)));
  const { runs } = await openRecording('sizes');
  if (playable === 'first-screen') useRecorded.setState({ others: runs.filter(({ spec }) => !played.has(settingKey(spec))) });
}

/** Plays the comparison of whichever model is chosen. */
export const followModel = (): void => {
  useSettings.subscribe((now, before) => {
    if (now.model !== before.model) void openRecorded().catch(() => {});
  });
};

/** Training settings in which the next runs differ from the recorded ones, in few words: by the first spec whose method, model and data were recorded; empty if nothing differs, or there is no such spec. */
export function differsFromRecorded(specs: readonly RunSpec[], recorded: readonly Run[]): string {
  for (const spec of specs) {
    const like = recorded.find((run) => run.spec.method.method === spec.method.method && run.spec.model === spec.model && run.spec.data === spec.data);
    // How large a method is stands at its line, and another seed is the same once more.
    if (like) return whatDiffers({ ...spec, method: like.spec.method, train: { ...spec.train, seed: like.spec.train.seed } }, like.spec);
  }
  return '';
}

/** Runs that come with the page: those that are played, and other settings of the same comparison, of which results alone are there. */
export const withOthers = ({ runs, others }: Pick<Recorded, 'runs' | 'others'>): Run[] => [...runs, ...others];

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

/** Seconds that the whole recording plays. */
export const playSeconds = 15;
let last = 0;
let timer = 0;

/** Plays on from where the clock is, or from the first results when it is at the end; one who asked for it goes on seeing it. */
export function playRecorded(asked = true): void {
  const { at, steps } = useRecorded.getState();
  if (steps === 0) return;
  if (at >= steps) show(Math.min(...whole.flatMap(({ run }) => run.evaluations.map(({ step }) => step)), steps - 1));
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

/** Shows everything, as where nobody watches it play. */
export function endRecorded(): void {
  pauseRecorded();
  const { at, steps } = useRecorded.getState();
  if (at < steps) show(steps);
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

/** All seeds of the first setting of each method: the one at the budget of the recording, whose other settings show what more or fewer parameters change. */
export function firstSettings(runs: readonly Run[]): Run[] {
  const settings = new Set(oneOfEach(runs).map((run) => JSON.stringify(run.spec.method)));
  return runs.filter((run) => settings.has(JSON.stringify(run.spec.method)));
}
