import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import { packAnswers } from '../src/train/answers.meta';
import type { MethodConfig, TrainConfig } from '../src/train/protocol';

/** A file of finished runs: methods with training settings, a name where they have one of their own, and which test pictures they got right where that is kept. */
export function fileOf(...runs: { method?: MethodConfig; train?: Partial<TrainConfig>; name?: string; parameters?: number; right?: boolean[] }[]): { name: string; mimeType: string; buffer: Buffer } {
  const records = runs.map(({ method, train, name, parameters, right }, i) => {
    const record = runRecord({ state: 'done', created: 1000 + i, classes: ['boot', 'shirt'] }, train, method);
    record.spec = { ...record.spec, id: `run-${i}`, name: name ?? `run-${i}` };
    record.summary!.plan.trainable_parameters = parameters ?? 1154;
    const accuracy = right && right.filter(Boolean).length / right.length;
    if (accuracy !== undefined) record.summary!.final = { ...record.summary!.final!, count: right!.length, accuracy, confusion: [], answers: packAnswers(right!, '0123456789abcdef') };
    return record;
  });
  return { name: 'class.json', mimeType: 'application/json', buffer: Buffer.from(writeRuns(records, 1)) };
}
