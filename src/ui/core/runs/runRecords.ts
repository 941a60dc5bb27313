import { defined } from '../../../numbers/defined';
import { keptTrain } from '../../../train/config';
import type { RunRecord, StepPoint } from '../../../train/protocol';
import { columns, Curve, type CurveRecord } from './metrics';
import { better, followed, isEnded, makeRun, type Run } from './runs';

/** Runs of the page as files keep them, and back. */

/** A float32 in the fewest digits that give it again: 0.003, not 0.003000000026077032. */
export function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** A run with its curve. `me` is what the person here is called. */
export function recordOf(run: Run, curve: Curve, me = ''): RunRecord {
  const column = Object.fromEntries(columns.map((name) => [name, curve.column(name)])) as CurveRecord;
  const points = Array.from({ length: curve.n }, (_, i) => Object.fromEntries(columns.flatMap((name) => (name === 'seconds' ? [] : [[name, shortest(defined(column[name][i]))]]))) as unknown as StepPoint);
  const by = run.theirs ? run.theirs.by : me;
  const state = isEnded(run) ? (run.state as 'done' | 'stopped' | 'failed') : 'interrupted';
  return {
    spec: run.spec,
    curve: points,
    evaluations: run.evaluations,
    summary: run.summary,
    model_title: run.modelTitle,
    data_title: run.dataTitle,
    classes: run.classes,
    state,
    created: run.created,
    ended: run.ended,
    seconds: run.seconds,
    ...(run.error && { error: run.error }),
    ...(!run.summary && run.plan && { plan: run.plan }),
    ...(!run.summary && run.allocated && { allocated: run.allocated }),
    ...(run.adapterBytes > 0 && { adapter_bytes: run.adapterBytes }),
    ...(run.memory && { memory: run.memory }),
    ...(run.times && { times: run.times }),
    ...(run.rates && { rates: run.rates }),
    ...(run.selfTest && { self_test: run.selfTest }),
    ...(run.notes && { notes: run.notes }),
    ...(run.folder && { folder: run.folder }),
    ...(by && { by }),
  };
}

/** A run of a file as the page keeps it, under an id of its own. Its weights did not come along. Throws ConfigError for training settings that there are not. */
export function runOf(record: RunRecord, id: string): { run: Run; curve: Curve } {
  const { spec, summary } = record;
  const titles = { modelTitle: record.model_title ?? spec.model, dataTitle: record.data_title ?? spec.data, classes: record.classes ?? [] };
  const plan = summary?.plan ?? record.plan ?? null;
  const run: Run = {
    ...makeRun({ ...spec, id, train: keptTrain(spec.train) }, titles, '', record.created ?? 0),
    state: record.state ?? (summary ? 'done' : 'interrupted'),
    started: record.created ?? 0,
    ended: record.ended ?? 0,
    plan,
    allocated: summary?.allocated ?? record.allocated ?? null,
    evaluations: record.evaluations,
    summary,
    error: record.error ?? null,
    lastStep: summary?.steps ?? record.curve.at(-1)?.step ?? 0,
    imagesPerSecond: summary?.images_per_second ?? 0,
    ...(record.memory && { memory: record.memory }),
    ...(record.times && { times: record.times }),
    ...(record.rates && { rates: record.rates }),
    ...(record.self_test && { selfTest: record.self_test }),
    ...(record.notes && { notes: record.notes }),
    ...(record.folder && { folder: record.folder }),
  };
  const curve = new Curve();
  for (const point of record.curve) curve.push(point);
  const trained = curve.column('seconds').at(-1) ?? 0;
  return { run: { ...run, best: followed(run).reduce(better, null), seconds: record.seconds ?? trained }, curve };
}
