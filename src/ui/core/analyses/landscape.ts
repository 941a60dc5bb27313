import { useEffect, useMemo } from 'react';
import { create } from 'zustand';
import { methodFields } from '../../../adapters/fields';
import { modelsOf, PAPER } from '../../../analysis/plane.meta';
import { messageOf } from '../../../errors/errors';
import { defined } from '../../../numbers/defined';
import { proxy } from '../../../studio/connect';
import type { AnalysedSplit, Landscape, LandscapeEvent, LandscapeSpec } from '../../../analysis/analysis.meta';
import { keptTrain } from '../../../train/config';
import type { DataInfo, RunSpec } from '../../../train/protocol';
import { filesOf, idsOf, isAmong, isOf, isOfDevice, keepAnalysis, keptOf } from './analyses';
import { dataById, useCatalog } from '../data/catalog';
import { studio } from '../worker/client';
import { pictureSeconds } from '../runs/estimate';
import { countsOf } from '../runs/runLength';
import { finishedFirst, useRuns, type Run } from '../runs/runs';
import { changeSettings, landscapeGrids, landscapeImages, landscapeRanges, useSettings, type Settings } from '../settings/settings';
import { useStepTimes, type StepTime } from '../runs/stepTimes';
import { toast } from '../../kit/toast';
import { landscapeWords } from '../words/landscape';

/** The loss landscape: which runs, what is measured, what there is of it. */

interface LandscapeState {
  /** Runs at the left, upper and right corner, as the person chose them; empty where a method's own run stands. */
  chosen: [string, string, string];
  /** Index of the measured set that is drawn. */
  set: number;
  /** Landscape that is drawn: being measured, or kept. */
  shown: Landscape | null;
  /** All that are kept of the runs that can be chosen, the newest first. */
  kept: readonly Landscape[];
  /** Landscape being measured, until its first point is there; until then the one before stays. */
  coming: Landscape | null;
  /** Landscape shown before this measurement; it stays if the measurement is cut short before there is more of it. */
  before: Landscape | null;
  status: 'idle' | 'working' | 'cancelling';
  at: Extract<LandscapeEvent, { type: 'progress' }> | { stage: 'opening'; done: number; total: number } | null;
  error: string;
  /** Seconds that a model took for each picture when a landscape was last measured here, by the model. */
  pace: Record<string, number>;
}

const ranges: Record<Settings['landscapeRange'], Pick<LandscapeSpec, 'x' | 'y'>> = { paper: { x: PAPER.x, y: PAPER.y }, near: { x: [-0.5, 1.5], y: [-0.5, 1.5] } };

/** Measurement that the settings ask for; lines have as many points as the grid a side, up to the paper's. */
export const specOf = ({ landscapeGrid: grid, landscapeRange: range, landscapeImages: images, landscapeOn: on }: Settings): LandscapeSpec => ({ ...ranges[range], grid, images, splits: on === 'both' ? ['train', 'val'] : [on], line: Math.min(PAPER.grid, grid), seed: 0 });

/** The settings that ask for such a landscape; what the page does not offer is left out. */
export function settingsIn({ x, y, grid, images, splits }: LandscapeSpec): Partial<Settings> {
  const landscapeRange = landscapeRanges.find((range) => JSON.stringify(ranges[range]) === JSON.stringify({ x, y }));
  const [landscapeGrid, most] = [landscapeGrids.find((n) => n === grid), landscapeImages.find((n) => n === images)];
  return { ...(landscapeRange && { landscapeRange }), ...(landscapeGrid && { landscapeGrid }), ...(most && { landscapeImages: most }), landscapeOn: splits.length > 1 ? 'both' : splits[0] };
}

export const useLandscape = create<LandscapeState>()(() => ({ chosen: ['', '', ''], set: 0, shown: null, kept: [], coming: null, before: null, status: 'idle', at: null, error: '', pace: {} }));

/** Methods that stand at the corners unless the person says otherwise, as in the paper. */
export const cornerMethods = [0, 1, 2].map((corner) => Object.keys(methodFields).find((method) => defined(methodFields[method]).corner === corner) ?? '');

/**
 * The three runs at the corners: as chosen, else the newest of each of the paper's methods, else of any others; those that were stopped
 * only where too few came to their end. Fewer than three when there are no more.
 */
export function cornersOf(runs: readonly Run[], chosen: readonly string[]): Run[] {
  const out: (Run | undefined)[] = chosen.map((id) => runs.find((run) => run.id === id));
  for (const some of [finishedFirst(runs), runs]) {
    const newest = (fits: (run: Run) => boolean) => some.findLast((run) => !out.includes(run) && fits(run));
    cornerMethods.forEach((method, i) => (out[i] ??= newest((run) => run.spec.method.method === method)));
    out.forEach((run, i) => (out[i] = run ?? newest(() => true)));
  }
  return out.filter((run) => run !== undefined);
}

/** Puts a run at a corner; one that stands at another changes places with it. What is kept of the three is shown. */
export function chooseCorner(now: readonly Run[], corner: number, id: string): void {
  const chosen = [0, 1, 2].map((i) => now[i]?.id ?? '') as LandscapeState['chosen'];
  const other = chosen.indexOf(id);
  if (other >= 0) chosen[other] = defined(chosen[corner]);
  chosen[corner] = id;
  useLandscape.setState({ chosen, error: '' });
  const made = useLandscape.getState().kept.find((one) => isOf(one, chosen));
  if (made) showLandscape(made);
}

/** States that a run has kept on its way: evenly spaced ones, as far as it came, and the one at the start. */
function statesOf({ spec: { train }, plan, lastStep }: Run): number {
  const steps = plan?.steps ?? train.steps;
  return train.snapshots > 0 ? 1 + Math.floor((Math.min(train.snapshots, steps) * lastStep) / steps) : 0;
}

const picturesOf = ({ sets }: Landscape): number => sets.reduce((sum, { images }) => sum + images, 0);

/** Seconds that a model of a kept landscape took for each picture; null where it was cut short, or its runs are of another device. */
function keptPace(made: Landscape, runs: readonly Run[], device: string): number | null {
  return made.complete && isOfDevice(made, runs, device) ? made.seconds / (modelsOf(3, made.paths.reduce((sum, { points }) => sum + points.length, 0), made.spec) * picturesOf(made)) : null;
}

/**
 * Seconds that a model of a landscape through these corners takes for each picture on this device: as in the last one measured
 * here, else as in one that is kept, else about as a training step of the quickest corner does, for what weights take to be
 * mixed makes up for the way back. Null where nothing is known.
 */
export function paceOf(corners: readonly RunSpec[], runs: readonly Run[], device: string, { pace, kept, times }: Pick<LandscapeState, 'pace' | 'kept'> & { times: readonly StepTime[] }): number | null {
  const model = corners[0]?.model;
  if (model === undefined) return null;
  const known = pace[model] ?? kept.filter((made) => defined(made.runs[0]).spec.model === model).map((made) => keptPace(made, runs, device)).find((each) => each !== null);
  if (known !== undefined && known !== null) return known;
  const steps = corners.flatMap((spec) => pictureSeconds(spec, runs, device, times) ?? []);
  return steps.length > 0 ? Math.min(...steps) : null;
}

/** The sets that a landscape of runs like this one is measured on, and how many pictures each has; as many as are asked for where the data are not open. */
export function setsOf(run: RunSpec | undefined, data: DataInfo | undefined, splits: LandscapeSpec['splits']): { split: AnalysedSplit; of: number }[] {
  const counts = run && data ? countsOf(keptTrain(run.train), data) : { train: Infinity, follow: Infinity, followIs: 'val' as const };
  return splits.map((split) => (split === 'train' ? { split, of: counts.train } : { split: counts.followIs, of: counts.follow }));
}

/** Of these numbers of pictures those that are to be chosen where there are so many: the first that all are in is the last. */
export const upTo = (choices: readonly number[], most: number): number[] => choices.filter((_, i) => i === 0 || defined(choices[i - 1]) < most);

/** `paceOf` of what is known now, the sets that will be measured, and their pictures together, which each model sees. */
export function usePace(corners: readonly RunSpec[], spec: LandscapeSpec): { each: number | null; sets: { split: AnalysedSplit; images: number }[]; pictures: number } {
  const { pace, kept } = useLandscape();
  const runs = useRuns((state) => state.runs);
  const device = useCatalog((catalog) => catalog.device?.description ?? '');
  const data = useCatalog((catalog) => dataById(catalog, corners[0]?.data ?? ''));
  const times = useStepTimes((state) => state.times);
  const sets = setsOf(corners[0], data, spec.splits).map(({ split, of }) => ({ split, images: Math.min(spec.images, of) }));
  return { each: paceOf(corners, runs, device, { pace, kept, times }), sets, pictures: sets.reduce((sum, { images }) => sum + images, 0) };
}

/** Number of models in a landscape of these runs, number of those on paths, and seconds for all at `each` seconds a picture; null where that is not known. */
export function costOf(runs: readonly Run[], spec: LandscapeSpec, pictures: number, each: number | null): { models: number; paths: number; seconds: number | null } {
  const paths = runs.reduce((sum, run) => sum + statesOf(run), 0);
  const models = modelsOf(3, paths, spec);
  return { models, paths, seconds: each === null ? null : each * pictures * models };
}

/** Reads what is kept of these runs; the newest is shown, unless one of them is shown already or something is being measured. */
export async function showKept(runs: readonly Run[]): Promise<void> {
  const kept = await keptOf('landscape', runs);
  const { status, shown } = useLandscape.getState();
  if (status === 'idle') useLandscape.setState(isAmong(shown, runs) ? { kept } : { kept, shown: kept[0] ?? null, set: 0 });
}

/** Shows one of those that are kept, with its runs at the corners and the settings that it was measured with. */
export function showLandscape(made: Landscape): void {
  useLandscape.setState({ shown: made, set: 0, chosen: idsOf(made) as LandscapeState['chosen'], error: '' });
  changeSettings(settingsIn(made.spec));
}

/** The runs at the corners: as chosen, else those of the landscape that is shown. */
export const cornersNow = (runs: readonly Run[], { chosen, shown }: Pick<LandscapeState, 'chosen' | 'shown'> = useLandscape.getState()): Run[] =>
  cornersOf(runs, isAmong(shown, runs) && !chosen.some((id) => runs.some((run) => run.id === id)) ? idsOf(shown!) : chosen);

/**
 * The corners among these runs, and the landscape that is measured now or was shown last; null while there is none. It stays while
 * other runs come, until another one is asked for.
 */
export function useLandscapeOf(runs: readonly Run[]): { corners: Run[]; made: Landscape | null } {
  const { chosen, shown, status } = useLandscape();
  const corners = useMemo(() => cornersNow(runs, { chosen, shown }), [runs, chosen, shown]);
  useEffect(() => void showKept(runs), [status, runs]);
  return { corners, made: shown && (status !== 'idle' || isAmong(shown, runs)) ? shown : null };
}

/**
 * Measures, drawing what there is; what there is at the end, or at a cancel, is kept with the project, unless more of the same runs
 * was there before. What a new one takes the place of can be brought back.
 */
export async function measureLandscape(runs: readonly Run[]): Promise<void> {
  const spec = specOf(useSettings.getState());
  const { status, shown: before } = useLandscape.getState();
  if (status !== 'idle') return;
  const same = isOf(before, runs.map(({ id }) => id));
  useLandscape.setState({ status: 'working', at: null, error: '', before });
  let ended = false;
  try {
    const made = await studio().landscape(runs.map((run) => run.spec), spec, proxy(filesOf), proxy((event: LandscapeEvent) => void (ended || follow(event))));
    ended = true;
    const { at, pace } = useLandscape.getState();
    if (at && at.stage !== 'opening') useLandscape.setState({ pace: { ...pace, [defined(runs[0]).spec.model]: made.seconds / (at.done * picturesOf(made)) } });
    const isLess = !made.complete && staysBefore(made, before);
    useLandscape.setState({ shown: isLess ? before : made });
    if (!isLess) await keepAnalysis(made);
    if (!isLess && same && before) toast(landscapeWords.replaced, () => void bringBack(made, before));
  } catch (error) {
    ended = true;
    useLandscape.setState({ shown: before });
    // Ended as asked, before the first measurement.
    if (useLandscape.getState().status !== 'cancelling') useLandscape.setState({ error: messageOf(error) });
  }
  useLandscape.setState({ status: 'idle', at: null, coming: null, before: null });
}

/** True if a measurement that was cut short leaves the landscape before it: it has no point, or no more of the same runs. */
export const staysBefore = (made: Landscape | null, before: Landscape | null): boolean => made === null || made === before || made.measured <= (before && isOf(before, idsOf(made)) ? before.measured : 0);

/** Puts a landscape back that a new one of the same runs took the place of. */
async function bringBack(made: Landscape, before: Landscape): Promise<void> {
  await keepAnalysis(before);
  if (useLandscape.getState().shown === made) useLandscape.setState({ shown: before, set: 0 });
}

/** Draws one event into what is shown. Arrays are written in place and handed on under a new object. */
export function follow(event: LandscapeEvent): void {
  const { shown: drawn, coming } = useLandscape.getState();
  const shown = coming ?? drawn;
  if (event.type === 'opening') return useLandscape.setState({ at: { stage: 'opening', done: event.done, total: event.total } });
  if (event.type === 'progress') return useLandscape.setState({ at: event });
  if (event.type === 'start') return useLandscape.setState({ coming: event.landscape });
  if (!shown) return;
  if (event.type === 'parts') {
    const more = { ...shown, lines: event.lines, paths: event.paths, sets: shown.sets.map((set, s) => ({ ...set, ...event.sets[s] })) };
    return useLandscape.setState(coming ? { coming: more } : { shown: more });
  }
  for (const { index, measured } of event.points) {
    measured.forEach(({ loss, accuracy }, s) => {
      defined(shown.sets[s]).loss[index] = loss;
      defined(shown.sets[s]).accuracy[index] = accuracy;
    });
  }
  useLandscape.setState(({ set }) => ({ coming: null, set: Math.min(set, shown.sets.length - 1), shown: { ...shown, measured: shown.measured + event.points.length, sets: shown.sets.map((set) => ({ ...set })) } }));
}

export function cancelLandscape(): void {
  useLandscape.setState({ status: 'cancelling' });
  void studio().cancelAnalysis();
}
