import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import type { MethodConfig, TrainConfig } from '../src/train/protocol';

/** A file of finished runs: methods with training settings, and a name where they have one of their own. */
export function fileOf(...runs: { method?: MethodConfig; train?: Partial<TrainConfig>; name?: string; parameters?: number }[]): { name: string; mimeType: string; buffer: Buffer } {
  const records = runs.map(({ method, train, name, parameters }, i) => {
    const record = runRecord({ state: 'done', created: 1000 + i, classes: ['boot', 'shirt'] }, train, method);
    record.spec = { ...record.spec, id: `run-${i}`, name: name ?? `run-${i}` };
    record.summary!.plan.trainable_parameters = parameters ?? 1154;
    return record;
  });
  return { name: 'class.json', mimeType: 'application/json', buffer: Buffer.from(writeRuns(records, 1)) };
}
