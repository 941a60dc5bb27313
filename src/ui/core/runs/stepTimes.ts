import { create } from 'zustand';
import type { RunSpec } from '../../../train/protocol';
import { useCatalog } from '../data/catalog';

/** Time of a step of a run, measured by the worker while the page was idle, for runs unlike any that was trained yet. */
export interface StepTime {
  spec: RunSpec;
  /** Description of the device. */
  device: string;
  seconds: number;
}

/** Most times that are kept: about as many as are set in one visit. */
const most = 100;

/** The newest last. */
export const useStepTimes = create<{ times: readonly StepTime[] }>()(() => ({ times: [] }));

/** Keeps what was found of these runs, which may be nothing, as while something trains: then what was found before goes on to hold. */
export function putStepTimes(specs: readonly RunSpec[], seconds: readonly (number | null)[]): void {
  const device = useCatalog.getState().device?.description ?? '';
  const found = specs.flatMap((spec, i) => (seconds[i] == null ? [] : [{ spec, device, seconds: seconds[i] }]));
  if (found.length === 0) return;
  useStepTimes.setState(({ times }) => {
    // What is nearly as it was stays: nobody wants to see a time change with each measurement.
    const anew = found.filter(({ spec, seconds }) => isOther(seconds, timedStep(times, spec, device)));
    const isFoundAnew = (time: StepTime) => anew.some((one) => one.device === time.device && workOf(one.spec) === workOf(time.spec));
    return anew.length === 0 ? {} : { times: [...times.filter((time) => !isFoundAnew(time)), ...anew].slice(-most) };
  });
}

/** Factor within which two times of the same step are the same. */
const SAME = 1.3;
const isOther = (seconds: number, before: number | null): boolean => before === null || seconds > before * SAME || seconds < before / SAME;

/** Keeps what a step of a run that goes on takes: what waits is told by it, also where a step was timed while the device had less to do, or more. */
export function putLiveStep(spec: RunSpec, seconds: number): void {
  const device = useCatalog.getState().device?.description ?? '';
  const before = timedStep(useStepTimes.getState().times, spec, device);
  if (before === null) putStepTimes([spec], [seconds]);
  else if (isOther(seconds, before)) useStepTimes.setState(({ times }) => ({ times: times.map((time) => (time.device === device ? { ...time, seconds: (time.seconds * seconds) / before } : time)) }));
}

/** Key of everything that a step's work depends on. */
const workOf = ({ model, data, text, method, train }: RunSpec): string =>
  JSON.stringify([model, text && [data, text], method, train.batch, train.accumulate, train.image_size, train.frozen_dtype, train.checkpoint_activations, train.loss, train.head]);

/** Seconds of a step of this run on this device; null where that was not found. */
export function timedStep(times: readonly StepTime[], spec: RunSpec, device: string): number | null {
  const work = workOf(spec);
  return times.find((time) => time.device === device && workOf(time.spec) === work)?.seconds ?? null;
}
