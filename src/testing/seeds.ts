import { t95 } from '../numbers/student';
import type { MethodConfig, RunRecord, TrainConfig } from '../train/protocol';
import { runRecord } from './runRecord';

/** Runs whose test accuracy, on 10,000 pictures, has this mean and this half width of its 95 % interval: three, of seeds that follow `from`; one where there is no interval. */
export function seedsAround(mean: number, interval: number | null, method: MethodConfig, from = 0, train: Partial<TrainConfig> = {}): RunRecord[] {
  const off = ((interval ?? 0) * Math.sqrt(3)) / t95(2);
  return (interval === null ? [0] : [-off, 0, off]).map((by, i) => {
    const run = runRecord({}, { seed: from + i, ...train }, method);
    return { ...run, summary: { ...run.summary!, final: { ...run.summary!.final!, accuracy: mean + by, count: 10_000, per_class: [], confusion: [] } } };
  });
}
