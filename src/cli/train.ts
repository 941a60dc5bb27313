import { loadAdapter } from '../adapters/files';
import { DataError } from '../data/source';
import { modelTitle } from '../models/builtin';
import type { TextTower } from '../models/model';
import { english, said } from '../said/said';
import { formOf } from '../tasks';
import { completeTrain } from '../train/config';
import { fixedBatches, fixedTexts, splitBatches, type BatchSource } from '../train/feeds';
import { openModel } from '../train/openModel';
import { Plans } from '../train/plan';
import type { MethodConfig, RunRecord, RunSpec, RunSummary, TrainConfig } from '../train/protocol';
import { Session } from '../train/session';
import { runSplits } from '../train/split';
import { startFrom } from '../train/startFrom';
import { openHere } from './gpu';
import { adapterTree, firstNames, modelTree, openData, openTensors, writeAll } from './files';

export interface TrainRequest {
  model: string;
  data?: string;
  batches?: string;
  adapter?: string;
  method: MethodConfig;
  train: Partial<TrainConfig>;
  /** Folder for run.json and the adapter. */
  out?: string;
  name?: string;
  /** Experiment of the paper that it is trained for. */
  experiment?: string;
  say: (line: string) => void;
}

/** Runs that differ in their seed alone are planned once. */
const plans = new Plans();

/** Folder inside a run's own of the states on its way, one file a step. */
export const SNAPSHOTS = 'snapshots';

/** What a run leaves in run.json. */
export type FinishedRun = RunRecord & { summary: RunSummary };

/** Trains on this machine's adapter and writes run.json and the adapter's files. Throws with one sentence when it fails. */
export async function trainOnce(request: TrainRequest): Promise<FinishedRun> {
  const { say } = request;
  const model = await openModel(await modelTree(request.model));
  const form = formOf(model.vision, request.train.loss);
  const started = request.adapter ? await loadAdapter(await adapterTree(request.adapter), form, model.source) : null;
  started?.warnings.forEach((w) => say(`warning: ${english(w)}`));
  let train = completeTrain(request.train);
  const device = await openHere();
  const classes = started ? started.adapted.model.labels : model.vision.labels;
  const source = request.batches ? await readBatches(request.batches, classes.length, form.pairs ? form.text : undefined) : null;
  if (source) {
    train = { ...train, batch: source.batch, steps: source.steps!, image_size: source.size[0] === model.vision.image_size ? 0 : source.size[0] };
  }
  const data = source ? null : await openData(request.data!);
  const { method, start } = started ? startFrom(started, data ? data.classes : classes) : { method: request.method, start: {} };
  const splits = data ? runSplits(data, train) : null;
  const spec: RunSpec = { id: request.name ?? 'run', name: request.name ?? 'run', model: request.model, data: request.data ?? request.batches ?? '', method, train, ...(request.experiment && { experiment: request.experiment }) };
  const record: RunRecord = { spec, curve: [], evaluations: [], summary: null, model_title: modelTitle(request.model), ...(data && { data_title: data.title }), classes: data ? data.classes : classes, created: Date.now() };
  const files: { path: string; bytes: Uint8Array }[] = [];
  let failure: string | null = null;
  const session = new Session(
    {
      spec,
      model,
      device,
      splits,
      classes: record.classes!,
      batches: source ?? splitBatches(splits!.train, model.preprocess, train.image_size || model.vision.image_size, train),
      start,
      bases: started?.bases,
      plans,
    },
    (event) => {
      if (event.type === 'step') {
        record.curve.push(event.point);
        const { step, loss, lr, ms } = event.point;
        say(`step ${step}  loss ${loss.toFixed(4)}  lr ${lr.toExponential(2)}  ${ms.toFixed(0)} ms  ${event.images_per_second.toFixed(1)} images/s  ${Math.round(event.seconds_left)} s left`);
      } else if (event.type === 'evaluation') {
        record.evaluations.push(event.evaluation);
        const { step, split, accuracy, loss, count } = event.evaluation;
        say(`step ${step}  ${split} accuracy ${(100 * accuracy).toFixed(1)} %  loss ${loss.toFixed(4)}  (${count} images)`);
      } else if (event.type === 'planned') {
        say(`${event.plan.adapter_parameters.toLocaleString('en')} adapter and ${event.plan.head_parameters.toLocaleString('en')} head parameters, ${event.plan.dispatches} dispatches a step, ${(event.plan.total_bytes / 2 ** 20).toFixed(1)} MiB`);
      } else if (event.type === 'snapshot') files.push({ path: `${SNAPSHOTS}/${event.step}.safetensors`, bytes: event.bytes });
      else if (event.type === 'adapter') files.push(...event.files);
      else if (event.type === 'finished') [record.summary, record.state] = [event.summary, event.reason];
      else if (event.type === 'failed') failure = event.error.message;
    },
  );
  const interrupt = () => session.stop();
  process.once('SIGINT', interrupt);
  await session.run();
  process.removeListener('SIGINT', interrupt);
  device.destroy();
  if (failure) throw new Error(failure);
  const whole = { ...record, ended: Date.now(), adapter_bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) } as FinishedRun;
  if (request.out) await writeAll(request.out, [...files, { path: 'run.json', bytes: JSON.stringify(whole, null, 1) }]);
  return whole;
}

/** Fixed batches; those of both towers, whose text tower is given, bring texts, and labels only where images fit several of them. */
async function readBatches(path: string, classes: number, tower?: TextTower): Promise<BatchSource & ReturnType<typeof fixedBatches>> {
  const file = await openTensors(path);
  for (const name of ['pixel_values', tower ? 'input_ids' : 'labels']) {
    if (!file.has(name)) throw new DataError(said`--batches has no ${name}; it holds ${firstNames(file)}.`);
  }
  const { shape } = file.info('pixel_values');
  const count = shape[0]! * shape[1]!;
  // Without classes every text is another one, as in CLIP's own loss.
  const labels = file.has('labels') ? await file.readF32('labels') : Float32Array.from({ length: count }, (_, i) => i % shape[1]!);
  const batches = fixedBatches(await file.readF32('pixel_values'), shape, labels, tower ? Infinity : classes);
  return tower ? { ...batches, texts: fixedTexts(await file.readF32('input_ids'), file.info('input_ids').shape, batches, tower) } : batches;
}
