import { trainsOf } from '../../../adapters/fields';
import { medianOf } from '../../../numbers/recent';
import type { RunSpec } from '../../../train/protocol';
import { endedEarly } from '../../../records/early.meta';
import { LOOKS_A_STEP, rowsLooked } from '../../../train/pace.meta';
import { rateKey } from '../../../train/rates.meta';
import { dataById, useCatalog } from '../data/catalog';
import { countsOf, stepsOf } from './runLength';
import { searchSteps } from './rates';
import type { Run } from './runs';
import { onceASpec, runKey } from './specs';
import { typicalSeconds } from './typical';
import { timedStep, useStepTimes, type StepTime } from './stepTimes';

/** Estimates the time of runs from what similar ones took on this device, or else from a timed step. */

export interface Estimate {
  /** Seconds of the runs that have something to go by. */
  seconds: number;
  /** Runs that have nothing to go by. */
  unknown: number;
}

const sameWork = (a: RunSpec, b: RunSpec): boolean =>
  a.model === b.model && a.train.batch === b.train.batch && a.train.accumulate === b.train.accumulate && a.train.image_size === b.train.image_size;

/** Number of newest runs that an estimate uses, so that a device that was busy during one of them does not move it. */
const GONE_BY = 5;

/** True if a run ended before its last step: its steps tell about others, but nothing measured how long a whole run takes. */
const wasCut = ({ state, summary }: Run): boolean => state === 'stopped' || endedEarly(summary);

const apartFromSeed = (spec: RunSpec): string => runKey({ ...spec, train: { ...spec.train, seed: 0 } });
const seedless = onceASpec(apartFromSeed);

/**
 * The newest runs that are kept, those that came to their last step before others, that did the same work on this device, of those nearest to it: of the same settings but for the seed,
 * of the same method and setting, of the same method, of any that trains more than a head. `measured` where they are whole runs of the same settings.
 */
export function like(spec: RunSpec, done: readonly Run[], device: string): { runs: Run[]; measured: boolean } {
  const able = done.filter((run) => run.summary !== null && !run.deleted && !run.theirs && run.lastStep > 0 && run.seconds > 0 && run.summary.device.description === device && sameWork(run.spec, spec));
  const key = apartFromSeed(spec);
  const setting = JSON.stringify(spec.method);
  const nearest: ((run: Run) => boolean)[] = [
    (run) => seedless(run.spec) === key,
    (run) => JSON.stringify(run.spec.method) === setting,
    (run) => run.spec.method.method === spec.method.method,
    (run) => trainsOf(spec.method.method) !== 'head' && trainsOf(run.spec.method.method) !== 'head',
  ];
  for (const [i, isLike] of nearest.entries()) {
    const some = able.filter(isLike);
    const whole = some.filter((run) => !wasCut(run));
    if (some.length > 0) return { runs: (whole.length > 0 ? whole : some).slice(-GONE_BY), measured: i === 0 && whole.length > 0 };
  }
  return { runs: [], measured: false };
}

/** The middle of what each of these runs says; null without any. */
const middle = (runs: readonly Run[], of: (run: Run) => number): number | null => (runs.length === 0 ? null : medianOf(runs.map(of)));

/** Seconds of a run's steps without those in which kernels were compiled, or something else had the device. */
const stepsTook = (run: Run): number => Math.min(run.seconds, typicalSeconds(run) ?? run.seconds);

/** Texts of other data, or cut elsewhere, are of another length. */
const sameRows = (a: RunSpec, b: RunSpec): boolean => (!a.text && !b.text) || (a.data === b.data && a.text?.max_length === b.text?.max_length);

/** Work of a method's step as it is planned now; undefined where it is not. */
function plannedWork({ method: { method } }: RunSpec): number | undefined {
  const planned = useCatalog.getState().plans[method];
  return planned && 'plan' in planned ? planned.plan.work : undefined;
}

/** Work of a method's step for one of a finished run's, as planned; 1 for the same method on rows of the same length, and where one of them is not known. */
function relativeWork(spec: RunSpec, run: Run): number {
  if (spec.method.method === run.spec.method.method && sameRows(spec, run.spec)) return 1;
  const [work, of] = [plannedWork(spec), run.plan?.work];
  return work && of ? work / of : 1;
}

/** Seconds of a step of a spec by what a like run took. */
const stepSeconds = (spec: RunSpec, run: Run): number => (stepsTook(run) / run.lastStep) * relativeWork(spec, run);

/** Seconds of a step of a spec by one that was timed: its own, or that of another method as chosen now, by the work of both. A head's says nothing of others: most of its time is no product that learns. */
function timedAsWork(spec: RunSpec, device: string, times: readonly StepTime[]): number | null {
  const own = timedStep(times, spec, device);
  const work = plannedWork(spec);
  if (own !== null || !work) return own;
  for (const { spec: { method } } of times) {
    const [seconds, of] = [timedStep(times, { ...spec, method }, device), plannedWork({ ...spec, method })];
    if (seconds !== null && of && trainsOf(method.method) !== 'head') return (seconds * work) / of;
  }
  return null;
}

/** The same by all that are gone by, else by a step that was timed; null where there is neither. */
const stepOf = (spec: RunSpec, runs: readonly Run[], device: string, times: readonly StepTime[]): number | null => middle(runs, (run) => stepSeconds(spec, run)) ?? timedAsWork(spec, device, times);

/** Seconds of a training step of a spec for each of its pictures, on this device; null where nothing is known. */
export function pictureSeconds(spec: RunSpec, done: readonly Run[], device: string, times: readonly StepTime[]): number | null {
  const step = stepOf(spec, like(spec, done, device).runs, device, times);
  return step === null ? null : step / (spec.train.batch * spec.train.accumulate);
}

/** Seconds of a look at an image, where a step takes so many. */
const lookSeconds = (step: number, { train }: RunSpec): number => step / (LOOKS_A_STEP * train.batch * train.accumulate);

/** Images that a run of so many steps looks at to be measured; null where its data set is not open. */
function images({ data: id, train }: RunSpec, steps: number): number | null {
  const data = dataById(useCatalog.getState(), id);
  if (!data) return null;
  const { follow, followIs, test } = countsOf(train, data);
  return rowsLooked(train, steps, { follow, test: followIs === 'val' ? test : 0 });
}

/** Seconds beside the steps: compiling and saving as long as a like run, and evaluations of as many images as this one looks at. */
function beside(spec: RunSpec, run: Run, steps: number): number {
  const all = (run.overhead ?? 0) + run.seconds - stepsTook(run);
  const seen = run.looked?.images ?? run.evaluations.reduce((sum, { count }) => sum + count, 0);
  const one = run.looked ? run.looked.seconds / Math.max(1, run.looked.images) : lookSeconds(stepsTook(run) / run.lastStep, run.spec);
  const now = images(spec, steps);
  // Each of its texts may be longer.
  return now === null ? all : Math.max(0, all - seen * one) + now * one * (sameRows(spec, run.spec) ? 1 : relativeWork(spec, run));
}

/** Adds up what runs will take. */
export function estimate(specs: readonly RunSpec[], steps: (spec: RunSpec) => number, done: readonly Run[], device: string, times = useStepTimes.getState().times): Estimate {
  const sum: Estimate = { seconds: 0, unknown: 0 };
  // Of runs of the same settings the first finds the rate of all.
  const sought = new Set<string>();
  for (const spec of specs) {
    const { runs } = like(spec, done, device);
    const key = spec.rate === 'find' ? rateKey(spec) : '';
    const search = key === '' || sought.has(key) ? 0 : searchSteps(spec, steps(spec));
    sought.add(key);
    const step = stepOf(spec, runs, device, times);
    if (step === null) sum.unknown++;
    else sum.seconds += step * (steps(spec) + search) + (middle(runs, (run) => beside(spec, run, steps(spec))) ?? lookSeconds(step, spec) * (images(spec, steps(spec)) ?? 0));
  }
  return sum;
}

/** The same of runs as long as their data make them; on this device, unless another one is named. */
export function timeOf(specs: readonly RunSpec[], done: readonly Run[], device = useCatalog.getState().device?.description ?? ''): Estimate {
  const catalog = useCatalog.getState();
  return estimate(specs, (spec) => stepsOf(spec, dataById(catalog, spec.data)), done, device);
}

/** Time for finding the rates of these specs before their first runs of `steps` steps. */
export function searchTime(specs: readonly RunSpec[], steps: number, done: readonly Run[], device: string, times = useStepTimes.getState().times): Estimate {
  const sum: Estimate = { seconds: 0, unknown: 0 };
  for (const spec of specs) {
    const step = stepOf(spec, like(spec, done, device).runs, device, times);
    if (step === null) sum.unknown++;
    else sum.seconds += step * searchSteps(spec, steps);
  }
  return sum;
}

/** Seconds of one run of so many steps on this device, and whether a whole one of the same settings but for the seed took them here; null where nothing is known. */
export function runTime(spec: RunSpec, steps: number, runs: readonly Run[], device: string, times: readonly StepTime[]): { seconds: number; measured: boolean } | null {
  const { seconds, unknown } = estimate([{ ...spec, rate: undefined }], () => steps, runs, device, times);
  return unknown > 0 ? null : { seconds, measured: like(spec, runs, device).measured };
}
