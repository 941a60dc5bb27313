import { trainsOf } from '../../adapters/fields';
import { heldCount, totalSteps } from '../../train/config';
import type { DataInfo, RunSpec, TrainConfig } from '../../train/protocol';
import { LOOKS_A_STEP, rowsLooked } from '../../train/pace.meta';
import { rateKey } from '../../train/rates.meta';
import { dataById, useCatalog } from './catalog';
import { searchSteps } from './rates';
import type { Run } from './runs';
import { timedStep, useStepTimes, type StepTime } from './stepTimes';

/** How long runs will take, from what like ones took on this device, or else from a step that was timed. */

export interface Estimate {
  /** Seconds of the runs that have something to go by. */
  seconds: number;
  /** Runs that have nothing to go by. */
  unknown: number;
}

const sameWork = (a: RunSpec, b: RunSpec): boolean =>
  a.model === b.model && a.train.batch === b.train.batch && a.train.accumulate === b.train.accumulate && a.train.image_size === b.train.image_size;

/** The newest finished run that did the same work on this device: of the same method, else of any that trains more than a head. */
function like(spec: RunSpec, done: readonly Run[], device: string): Run | undefined {
  const able = done.filter((run) => run.summary !== null && !run.theirs && run.lastStep > 0 && run.seconds > 0 && run.summary.device.description === device && sameWork(run.spec, spec));
  return able.findLast((run) => run.spec.method.method === spec.method.method) ?? (trainsOf(spec.method.method) === 'head' ? undefined : able.findLast((run) => trainsOf(run.spec.method.method) !== 'head'));
}

/** Texts of other data, or cut elsewhere, are of another length. */
const sameRows = (a: RunSpec, b: RunSpec): boolean => (!a.text && !b.text) || (a.data === b.data && a.text?.max_length === b.text?.max_length);

/** Work of a method's step for one of a finished run's, as planned; 1 for the same method on rows of the same length, and where one of them is not known. */
function relativeWork(spec: RunSpec, run: Run): number {
  if (spec.method.method === run.spec.method.method && sameRows(spec, run.spec)) return 1;
  const planned = useCatalog.getState().plans[spec.method.method];
  const [work, of] = [planned && 'plan' in planned ? planned.plan.work : undefined, run.plan?.work];
  return work && of ? work / of : 1;
}

/** Seconds of a step of a spec by what a like run took. */
const stepSeconds = (spec: RunSpec, run: Run): number => (run.seconds / run.lastStep) * relativeWork(spec, run);

/** Seconds of a training step of a spec for each of its pictures, on this device; null where nothing is known. */
export function pictureSeconds(spec: RunSpec, done: readonly Run[], device: string, times: readonly StepTime[]): number | null {
  const run = like(spec, done, device);
  const step = run ? stepSeconds(spec, run) : timedStep(times, spec, device);
  return step === null ? null : step / (spec.train.batch * spec.train.accumulate);
}

/** Seconds of a look at an image, where a step takes so many. */
const lookSeconds = (step: number, { train }: RunSpec): number => step / (LOOKS_A_STEP * train.batch * train.accumulate);

/** Images of each class that a limit leaves. */
function limitedCounts(train: TrainConfig, data: DataInfo): number[] {
  const all = data.train_per_class.reduce((sum, count) => sum + count, 0);
  return train.train_limit > 0 && train.train_limit < all ? data.train_per_class.map((count) => (count * train.train_limit) / all) : data.train_per_class;
}

/** Images that a run holds back of a data set. */
const heldOf = (train: TrainConfig, data: DataInfo): number => (data.val > 0 ? 0 : heldCount(train, limitedCounts(train, data)));

/** Images that a run of so many steps looks at to be measured; null where its data set is not open. */
function images({ data: id, train }: RunSpec, steps: number): number | null {
  const data = dataById(useCatalog.getState(), id);
  if (!data) return null;
  const { follow, followIs, test } = countsOf(train, data);
  return rowsLooked(train, steps, { follow, test: followIs === 'val' ? test : 0 });
}

/** Seconds beside the steps: compiling and saving as long as a like run, and evaluations of as many images as this one looks at. */
function beside(spec: RunSpec, run: Run, steps: number): number {
  const all = run.overhead ?? 0;
  const seen = run.looked?.images ?? run.evaluations.reduce((sum, { count }) => sum + count, 0);
  const one = run.looked ? run.looked.seconds / Math.max(1, run.looked.images) : lookSeconds(run.seconds / run.lastStep, run.spec);
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
    const run = like(spec, done, device);
    const key = spec.rate === 'find' ? rateKey(spec) : '';
    const search = key === '' || sought.has(key) ? 0 : searchSteps(spec, steps(spec));
    sought.add(key);
    const step = run ? stepSeconds(spec, run) : timedStep(times, spec, device);
    if (step === null) sum.unknown++;
    else sum.seconds += step * (steps(spec) + search) + (run ? beside(spec, run, steps(spec)) : lookSeconds(step, spec) * (images(spec, steps(spec)) ?? 0));
  }
  return sum;
}

/** The same of runs as long as their data make them; on this device, unless another one is named. */
export function timeOf(specs: readonly RunSpec[], done: readonly Run[], device = useCatalog.getState().device?.description ?? ''): Estimate {
  const catalog = useCatalog.getState();
  return estimate(specs, (spec) => stepsOf(spec, dataById(catalog, spec.data)), done, device);
}

/** What finding the rates of these specs will take before their first runs of so many steps. */
export function searchTime(specs: readonly RunSpec[], steps: number, done: readonly Run[], device: string, times = useStepTimes.getState().times): Estimate {
  const sum: Estimate = { seconds: 0, unknown: 0 };
  for (const spec of specs) {
    const run = like(spec, done, device);
    const step = run ? stepSeconds(spec, run) : timedStep(times, spec, device);
    if (step === null) sum.unknown++;
    else sum.seconds += step * searchSteps(spec, steps);
  }
  return sum;
}

/** Images that a run trains on. */
function trainedOf(train: TrainConfig, data: DataInfo): number {
  const kept = limitedCounts(train, data).reduce((sum, count) => sum + count, 0) - heldOf(train, data);
  return train.shots > 0 ? Math.min(kept, data.train_per_class.reduce((sum, count) => sum + Math.min(train.shots, count), 0)) : kept;
}

/** How many images a run trains on, is followed on (what is held back, or the test images where nothing is), and is tested on. */
export function countsOf(train: TrainConfig, data: DataInfo): { train: number; follow: number; followIs: 'val' | 'test'; test: number } {
  const val = data.val || heldOf(train, data);
  const test = train.test_limit > 0 ? Math.min(train.test_limit, data.test) : data.test;
  return { train: trainedOf(train, data), follow: val || test, followIs: val > 0 ? 'val' : 'test', test };
}

/** Steps that a run will take on a data set as it is. */
export function stepsOf({ train }: RunSpec, data: DataInfo | undefined): number {
  return train.steps > 0 || !data ? train.steps : totalSteps(train, Math.max(1, trainedOf(train, data))).steps;
}

/** Seconds of a step, as the newest run of the same settings took on this device; null when there was none. */
export function measuredStep(spec: RunSpec, runs: readonly Run[], device: string): number | null {
  const same = (run: Run): boolean => run.lastStep > 0 && !run.theirs && run.summary?.device.description === device && sameWork(run.spec, spec) && JSON.stringify(run.spec.method) === JSON.stringify(spec.method);
  const run = runs.findLast(same);
  return run ? run.seconds / run.lastStep : null;
}
