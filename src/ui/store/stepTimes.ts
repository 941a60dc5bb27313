import { create } from 'zustand';
import type { RunSpec } from '../../train/protocol';
import { useCatalog } from './catalog';

/** What a step of a run takes, as the worker has timed it while the page was idle, for those of which nothing like them was trained yet. */
export interface StepTime {
  spec: RunSpec;
  /** Description of the device. */
  device: string;
  seconds: number;
}

/** Of the runs as they are set now. */
export const useStepTimes = create<{ times: readonly StepTime[] }>()(() => ({ times: [] }));

/** Keeps what was found of these runs, which may be nothing. */
export function putStepTimes(specs: readonly RunSpec[], seconds: readonly (number | null)[]): void {
  const device = useCatalog.getState().device?.description ?? '';
  useStepTimes.setState({ times: specs.flatMap((spec, i) => (seconds[i] == null ? [] : [{ spec, device, seconds: seconds[i] }])) });
}

/** What a step's work depends on. */
const workOf = ({ model, data, text, method, train }: RunSpec): string =>
  JSON.stringify([model, text && [data, text], method, train.batch, train.accumulate, train.image_size, train.frozen_dtype, train.checkpoint_activations, train.loss, train.head]);

/** Seconds of a step of this run on this device; null where that was not found. */
export function timedStep(times: readonly StepTime[], spec: RunSpec, device: string): number | null {
  const work = workOf(spec);
  return times.find((time) => time.device === device && workOf(time.spec) === work)?.seconds ?? null;
}
