import { DataError, type Dataset } from '../data/source';
import { modelTitle } from '../models/builtin';
import type { TextTower } from '../models/model';
import { isTextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { formOf } from '../tasks';
import { completeTrain, evaluationsEvery, totalSteps } from '../train/config';
import { fixedBatches, fixedTexts, trainBatches, type BatchSource } from '../train/feeds';
import { openModel, type LoadedModel } from '../train/openModel';
import { Plans } from '../train/plan';
import type { MethodConfig, RateSearch, RunRecord, RunSpec, RunSummary, TextSettings, TrainConfig } from '../train/protocol';
import { scoresOf } from '../train/scores.meta';
import { Session, type SessionInput } from '../train/session';
import { runSplits } from '../train/split';
import { startFrom } from '../train/startFrom';
import { fixedTextBatches } from '../train/textBatch';
import { forTask, openTextData } from '../train/textSet';
import { weightBytes } from '../records/weightBytes.meta';
import { openStart } from './adapter';
import { openHere } from './gpu';
import { dataTree, firstNames, modelTree, openData, openTensors, writeAll } from './files';
import { scoresText } from './texts';

export interface TrainRequest {
  model: string;
  data?: string;
  batches?: string;
  adapter?: string;
  method: MethodConfig;
  train: Partial<TrainConfig>;
  /** Settings of texts. */
  text?: TextSettings;
  /** Folder for run.json and the adapter. */
  out?: string;
  name?: string;
  /** The search that found its learning rate, for run.json. */
  rates?: RateSearch;
  /** Experiment of the paper that it is trained for. */
  experiment?: string;
  /** Adapter parameters that its method was to have. */
  budget?: number;
  say: (line: string) => void;
}

/** Runs that differ in their seed alone are planned once. */
const plans = new Plans();

/** Folder inside a run's own of the states on its way, one file a step. */
export const SNAPSHOTS = 'snapshots';

/** Contents of run.json. */
export type FinishedRun = RunRecord & { summary: RunSummary };

/** Everything that a run is opened on. */
export interface OpenedRequest extends Pick<SessionInput, 'spec' | 'model' | 'device' | 'classes' | 'start' | 'bases' | 'plans' | 'feedOf'> {
  data: Dataset | null;
  source: (BatchSource & { batch: number }) | null;
}

const specOf = ({ name, model, data, batches, rates, experiment, budget }: TrainRequest, method: MethodConfig, train: TrainConfig): RunSpec => ({ id: name ?? 'run', name: name ?? 'run', model, data: data ?? batches ?? '', method, train, ...(rates && { rate: 'found' }), ...(experiment && { experiment }), ...(budget && { budget }) });

/** Opens what a run of a model of texts needs: its form is that of the task and of the data. */
async function openTextRequest(request: TrainRequest, loaded: LoadedModel): Promise<OpenedRequest> {
  const { say, text = {} } = request;
  const train = completeTrain(request.train);
  const device = await openHere();
  const settingsOf = (read: TextSettings) => ({ ...(Object.keys(read).length > 0 && { text: read }) });
  if (request.batches) {
    const { model, source: read } = await fixedTextBatches(await openTensors(request.batches), forTask(loaded, text));
    // A step takes as many of them as it has micro-batches.
    const source = { ...read, steps: Math.floor(read.steps / train.accumulate) };
    const started = await openStart(loaded, model, request.adapter, say);
    const classes = started ? started.adapted.model.labels : model.labels;
    const { method, start } = started ? startFrom(started, classes) : { method: request.method, start: {} };
    const spec = { ...specOf(request, method, { ...train, batch: source.batch, steps: source.steps }), ...settingsOf(text) };
    return { spec, model: { ...loaded, net: model }, device, data: null, source, classes, start, bases: started?.bases, plans };
  }
  const { model, data, of, chat, feedOf } = await openTextData(loaded, await dataTree(request.data!), text);
  say(`${data.train.count} texts to train on, ${data.val ? `${data.val.count} to follow, ` : ''}${data.test.count} to test, ${model.language.tokens} tokens each; ${of}`);
  data.notes?.forEach((note) => say(`note: ${note}`));
  const started = await openStart(loaded, model, request.adapter, say);
  const { method, start } = started ? startFrom(started, data.classes) : { method: request.method, start: {} };
  const spec = { ...specOf(request, method, train), ...settingsOf({ ...text, ...(chat && { chat }) }) };
  return { spec, model: { ...loaded, net: model }, device, data, source: null, classes: data.classes, start, bases: started?.bases, plans, feedOf: feedOf(model) };
}

/** Opens what a run needs, on this machine's adapter. Fixed batches have no data set, and say how long the run is. */
export async function openRequest(request: TrainRequest): Promise<OpenedRequest> {
  const { say } = request;
  const model = await openModel(await modelTree(request.model));
  if (isTextModel(model.net)) return openTextRequest(request, model);
  const form = formOf(model.net, request.train.loss);
  const started = await openStart(model, form, request.adapter || undefined, say);
  let train = completeTrain(request.train);
  const device = await openHere();
  const classes = started ? started.adapted.model.labels : model.net.labels;
  const source = request.batches ? await readBatches(request.batches, classes.length, form.pairs ? form.text : undefined) : null;
  if (source) {
    train = { ...train, batch: source.batch, steps: source.steps!, image_size: source.size[0] === model.net.image_size ? 0 : source.size[0] };
  }
  const data = source ? null : await openData(request.data!);
  const { method, start } = started ? startFrom(started, data ? data.classes : classes) : { method: request.method, start: {} };
  return { spec: specOf(request, method, train), model, device, data, source, classes: data ? data.classes : classes, start, bases: started?.bases, plans };
}

/** Trains on this machine's adapter and writes run.json and the adapter's files. Throws with one sentence when it fails. */
export async function trainOnce(request: TrainRequest): Promise<FinishedRun> {
  const { say, rates } = request;
  const { data, source, ...opened } = await openRequest(request);
  const { spec, model, device, classes, feedOf } = opened;
  const things = isTextModel(model.net) ? 'texts' : 'images';
  const { train } = spec;
  const splits = data ? runSplits(data, train) : null;
  if (splits && train.early_stopping_patience > 0) {
    const { taken, followIs, follow } = splits;
    const every = evaluationsEvery(train, totalSteps(train, splits.train.count).steps);
    say(`early stopping: ${taken > 0 ? `no validation share is set, so ${taken} of ${taken + splits.train.count} training ${things} are held out, some of each class` : `${follow.count} ${things} are held out (${followIs})`}; evaluated every ${every === 1 ? 'step' : `${every} steps`}, and ended after ${plural(train.early_stopping_patience, 'evaluation')} without a lower validation loss`);
  }
  const record: RunRecord = { spec, curve: [], evaluations: [], summary: null, model_title: modelTitle(request.model), ...(data && { data_title: data.title }), classes, created: Date.now(), ...(rates && { rates }) };
  const files: { path: string; bytes: Uint8Array }[] = [];
  let failure: string | null = null;
  const session = new Session(
    { ...opened, splits, batches: source ?? trainBatches(splits!.train, model, train, feedOf) },
    (event) => {
      if (event.type === 'step') {
        record.curve.push(event.point);
        const { step, loss, lr, ms } = event.point;
        say(`step ${step}  loss ${loss.toFixed(4)}  lr ${lr.toExponential(2)}  ${ms.toFixed(0)} ms  ${event.images_per_second.toFixed(1)} ${things}/s  ${Math.round(event.seconds_left)} s left`);
      } else if (event.type === 'evaluation') {
        record.evaluations.push(event.evaluation);
        const { step, split, accuracy, loss, count, scores: others } = event.evaluation;
        const scores = scoresOf(event.evaluation);
        if (others) say(`step ${step}  ${split} ${scoresText(event.evaluation)}  loss ${loss.toFixed(4)}  (${count} texts)`);
        else say(`step ${step}  ${split} accuracy ${(100 * accuracy).toFixed(1)} %${scores ? `  balanced ${(100 * scores.balanced_accuracy).toFixed(1)} %  macro-F1 ${(100 * scores.macro_f1).toFixed(1)} %` : ''}  loss ${loss.toFixed(4)}  (${count} images)`);
      } else if (event.type === 'planned') {
        say(`${event.plan.adapter_parameters.toLocaleString('en')} adapter and ${event.plan.head_parameters.toLocaleString('en')} head parameters, ${event.plan.dispatches} dispatches a step, ${(event.plan.total_bytes / 2 ** 20).toFixed(1)} MiB`);
        const { micro_batches } = event.plan;
        if (micro_batches) say(`${train.batch} ${things} at a time do not fit; they are computed in ${micro_batches.count} micro-batches of ${micro_batches.size}, with the same result`);
      } else if (event.type === 'snapshot') files.push({ path: `${SNAPSHOTS}/${event.step}.safetensors`, bytes: event.bytes });
      else if (event.type === 'adapter') files.push(...event.files);
      else if (event.type === 'finished') {
        [record.summary, record.state] = [event.summary, event.reason];
        const { early_stopping, steps, plan, best } = event.summary;
        if (early_stopping?.stopped) say(`stopped early after step ${steps} of ${plan.steps}: the validation loss has not improved for ${plural(early_stopping.evaluations, 'evaluation')}; the weights of step ${best!.step} are kept`);
      }
      else if (event.type === 'failed') failure = event.error.message;
    },
  );
  const interrupt = () => session.stop();
  process.once('SIGINT', interrupt);
  await session.run();
  process.removeListener('SIGINT', interrupt);
  device.destroy();
  if (failure) throw new Error(failure);
  const whole = { ...record, ended: Date.now(), adapter_bytes: weightBytes(files) } as FinishedRun;
  if (request.out) await writeAll(request.out, [...files, { path: 'run.json', bytes: JSON.stringify(whole, null, 1) }]);
  return whole;
}

const plural = (count: number, one: string): string => (count === 1 ? `one ${one}` : `${count} ${one}s`);

/** Fixed batches; those of both towers, whose text tower is given, bring texts, and labels only where images fit several of them. */
async function readBatches(path: string, classes: number, tower?: TextTower): Promise<BatchSource & ReturnType<typeof fixedBatches>> {
  const file = await openTensors(path);
  for (const name of ['pixel_values', tower ? 'input_ids' : 'labels']) {
    if (!file.has(name)) throw new DataError(`--batches has no ${name}; it holds ${firstNames(file)}.`);
  }
  const { shape } = file.info('pixel_values');
  const count = defined(shape[0]) * defined(shape[1]);
  // Without classes every text is another one, as in CLIP's own loss.
  const labels = file.has('labels') ? await file.readF32('labels') : Float32Array.from({ length: count }, (_, i) => i % defined(shape[1]));
  const batches = fixedBatches(await file.readF32('pixel_values'), shape, labels, tower ? Infinity : classes);
  return tower ? { ...batches, texts: fixedTexts(await file.readF32('input_ids'), file.info('input_ids').shape, batches, tower) } : batches;
}
