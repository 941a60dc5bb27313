import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Adapted } from '../adapters/adapted';
import { DataError, type Dataset } from '../data/source';
import type { Device } from '../engine/device';
import { FullrankError, messageOf } from '../errors/errors';
import { modelTitle } from '../models/builtin';
import type { Model, TextTower } from '../models/model';
import { isTextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { formOf } from '../tasks';
import { completeTrain, evaluationsEvery, totalSteps } from '../train/config';
import { fixedBatches, fixedTexts, trainBatches, type BatchSource } from '../train/feeds';
import { openModel, type LoadedModel } from '../train/openModel';
import { Plans } from '../train/plan';
import type { Evaluation, MethodConfig, Plan, RateSearch, RunError, RunEvent, RunRecord, RunSpec, RunSummary, TextSettings, TrainConfig } from '../train/protocol';
import { runPrint } from '../train/runPrint';
import { scoresOf } from '../train/scores.meta';
import { Session, type SessionInput } from '../train/session';
import { runSplits, type RunSplits } from '../train/split';
import { startFrom } from '../train/startFrom';
import { fixedTextBatches } from '../train/textBatch';
import { forTask, openTextData } from '../train/textSet';
import { RUN_FILE } from '../records/hubFolder';
import { readRuns } from '../records/runFile';
import { clock } from '../records/runs';
import { weightBytes } from '../records/weightBytes.meta';
import { openStart } from './adapter';
import { UsageError, type Say } from './command';
import { Checkpoints, dropCheckpoint, isOf, readCheckpoint, SNAPSHOTS, type Kept, type Snapshot } from './checkpoints';
import { openHere } from './gpu';
import { dataTree, firstNames, modelTree, openData, openTensors, writeAll } from './files';
import { Ended, endedBy, stoppable, withStop } from './signals';
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
  /** Goes on from the checkpoint in `out`, where there is one; `fitting`: of this run, else from the first step. */
  resume?: true | 'fitting';
  /** Is told each step. */
  progress?: (step: number, steps: number) => void;
  /** Stops it without anything written. */
  signal?: AbortSignal;
  say: Say;
}

/** Runs that differ in their seed alone are planned once. */
const plans = new Plans();

/** Contents of run.json. */
export type FinishedRun = RunRecord & { summary: RunSummary };

/** Everything that a run is opened on. */
export interface OpenedRequest extends Pick<SessionInput, 'spec' | 'model' | 'device' | 'classes' | 'start' | 'bases' | 'plans' | 'feedOf'> {
  data: Dataset | null;
  source: (BatchSource & { batch: number }) | null;
}

const specOf = ({ name, model, data, batches, rates, experiment, budget }: TrainRequest, method: MethodConfig, train: TrainConfig): RunSpec => ({ id: name ?? 'run', name: name ?? 'run', model, data: data ?? batches ?? '', method, train, ...(rates && { rate: 'found' }), ...(experiment && { experiment }), ...(budget && { budget }) });

/** Opens what a run computes on, after a look at whether there are the layers that its method names and a model of so many pixels: what is wrong is said before a device is opened. Throws ConfigError and ModelError. */
async function openFor(net: Model, { method, adapter }: TrainRequest, image_size = 0): Promise<Device> {
  const sized = image_size > 0 ? net.with({ image_size }) : net;
  // A saved adapter has been looked at as it was opened.
  if (!adapter && method.target_modules !== undefined) new Adapted(sized, method);
  return openHere();
}

/** Opens what a run of a model of texts needs: its form is that of the task and of the data. */
async function openTextRequest(request: TrainRequest, loaded: LoadedModel): Promise<OpenedRequest> {
  const { say, text = {} } = request;
  const train = completeTrain(request.train);
  const settingsOf = (read: TextSettings) => ({ ...(Object.keys(read).length > 0 && { text: read }) });
  if (request.batches) {
    const { model, source: read } = await fixedTextBatches(await openTensors(request.batches), forTask(loaded, text));
    // A step takes as many of them as it has micro-batches.
    const source = { ...read, steps: Math.floor(read.steps / train.accumulate) };
    const started = await openStart(loaded, model, request.adapter, say);
    const classes = started ? started.adapted.model.labels : model.labels;
    const { method, start } = started ? startFrom(started, classes) : { method: request.method, start: {} };
    const spec = { ...specOf(request, method, { ...train, batch: source.batch, steps: source.steps }), ...settingsOf(text) };
    return { spec, model: { ...loaded, net: model }, device: await openFor(model, request), data: null, source, classes, start, bases: started?.bases, plans };
  }
  const { model, data, of, chat, feedOf } = await openTextData(loaded, await dataTree(request.data!), text);
  say(`${data.train.count} texts to train on, ${data.val ? `${data.val.count} to follow, ` : ''}${data.test.count} to test, ${model.language.tokens} tokens each; ${of}`);
  data.notes?.forEach((note) => say(`note: ${note}`));
  const started = await openStart(loaded, model, request.adapter, say);
  const { method, start } = started ? startFrom(started, data.classes) : { method: request.method, start: {} };
  const spec = { ...specOf(request, method, train), ...settingsOf({ ...text, ...(chat && { chat }) }) };
  return { spec, model: { ...loaded, net: model }, device: await openFor(model, request), data, source: null, classes: data.classes, start, bases: started?.bases, plans, feedOf: feedOf(model) };
}

/** Opens what a run needs, on this machine's adapter. Fixed batches have no data set, and say how long the run is. */
export async function openRequest(request: TrainRequest): Promise<OpenedRequest> {
  const { say } = request;
  const model = await openModel(await modelTree(request.model));
  if (isTextModel(model.net)) return openTextRequest(request, model);
  const form = formOf(model.net, request.train.loss);
  const started = await openStart(model, form, request.adapter || undefined, say);
  let train = completeTrain(request.train);
  const classes = started ? started.adapted.model.labels : model.net.labels;
  const source = request.batches ? await readBatches(request.batches, classes.length, form.pairs ? form.text : undefined) : null;
  if (source) {
    train = { ...train, batch: source.batch, steps: source.steps!, image_size: source.size[0] === model.net.image_size ? 0 : source.size[0] };
  }
  const data = source ? null : await openData(request.data!);
  const { method, start } = started ? startFrom(started, data ? data.classes : classes) : { method: request.method, start: {} };
  return { spec: specOf(request, method, train), model, device: await openFor(form, request, train.image_size), data, source, classes: data ? data.classes : classes, start, bases: started?.bases, plans };
}

/** A run that has failed, with what it said until then. */
export class RunFailed extends FullrankError {
  override name = 'RunFailed';
  constructor(
    readonly record: RunRecord,
    { message, kept, kind }: RunError,
  ) {
    super(kind !== 'cancelled' && record.curve.length > 0 && kept.includes('checkpoint') ? `${message} ${kept}` : message);
  }
}

/**
 * Trains on this machine's adapter and writes run.json and the adapter's files. Throws with one sentence when it fails, and `Ended` where a
 * signal stopped it, whose result is what was kept.
 */
export const trainOnce = (request: TrainRequest): Promise<FinishedRun> => stoppable(() => train(request));

async function train(request: TrainRequest): Promise<FinishedRun> {
  const { say, out, signal } = request;
  const { data, source, ...opened } = await openRequest(request);
  const { spec, model, device, feedOf } = opened;
  try {
    const found = request.resume && out !== undefined ? await goesOnFrom(out, spec, request) : null;
    if (found && 'summary' in found) return found;
    const splits = data ? runSplits(data, spec.train) : null;
    const things = isTextModel(model.net) ? 'texts' : 'images';
    if (splits) sayPatience(spec.train, splits, things, say);
    const checkpoints = out === undefined ? null : new Checkpoints(out, found, signal);
    const told = new Told(request, opened, data, things, found, checkpoints);
    const session = new Session({ ...opened, splits, batches: source ?? trainBatches(splits!.train, model, spec.train, feedOf), resume: found?.bytes }, (event) => told.hear(event));
    const stop = () => session.stop();
    signal?.addEventListener('abort', stop);
    return await withStop(stop, async () => {
      await session.run();
      await checkpoints?.written();
      return leaveRun(request, told, checkpoints);
    });
  } finally {
    device.destroy();
  }
}

/** The checkpoint of a run, or the run itself where it has come to its end; null where it begins with its first step. Throws FormatError. */
async function goesOnFrom(out: string, spec: RunSpec, request: TrainRequest): Promise<Kept | FinishedRun | null> {
  try {
    return await lookFor(out, spec, request);
  } catch (error) {
    if (request.resume !== 'fitting') throw error;
    request.say(`the checkpoint in ${out} cannot be read, and the run begins with its first step: ${messageOf(error)}`);
    return null;
  }
}

async function lookFor(out: string, spec: RunSpec, { resume, say }: TrainRequest): Promise<Kept | FinishedRun | null> {
  const file = join(out, RUN_FILE);
  const [before] = existsSync(file) ? readRuns(await readFile(file), file) : [];
  const isSame = before !== undefined && runPrint(before.spec).fingerprint === runPrint(spec).fingerprint;
  if (isSame && before.state === 'done' && before.summary) {
    say(`${out} holds this run at its end already`);
    return before as FinishedRun;
  }
  const kept = await readCheckpoint(out);
  if (kept && resume === 'fitting' && !(await isOf(kept, spec))) {
    say(`the checkpoint in ${out} is of other settings; the run begins with its first step`);
    return null;
  }
  if (before && !isSame && !kept && resume === true) throw new UsageError(`${out} holds another run, and no checkpoint to go on from; give another folder, or --force in place of --resume to write over it`);
  if (kept) say(`goes on after step ${kept.step}, from the checkpoint in ${out}`);
  else if (resume === true) say(`${out} holds no checkpoint; the run begins with its first step`);
  return kept;
}

function sayPatience(train: TrainConfig, { taken, followIs, follow, train: { count } }: RunSplits, things: string, say: (line: string) => void): void {
  if (!(train.early_stopping_patience > 0)) return;
  const every = evaluationsEvery(train, totalSteps(train, count).steps);
  say(`early stopping: ${taken > 0 ? `no validation share is set, so ${taken} of ${taken + count} training ${things} are held out, some of each class` : `${follow.count} ${things} are held out (${followIs})`}; evaluated every ${every === 1 ? 'step' : `${every} steps`}, and ended after ${plural(train.early_stopping_patience, 'evaluation')} without a lower validation loss`);
}

/** Events of a run as lines and as its record. */
class Told {
  readonly record: RunRecord;
  readonly snapshots: Snapshot[];
  readonly files: { path: string; bytes: Uint8Array }[] = [];
  failure: RunError | null = null;
  /** Steps that the run has in all, once it is planned. */
  steps = 0;

  constructor(
    private readonly request: TrainRequest,
    { spec, classes }: Pick<OpenedRequest, 'spec' | 'classes'>,
    data: Dataset | null,
    private readonly things: string,
    private readonly from: Kept | null,
    private readonly checkpoints: Checkpoints | null,
  ) {
    const { model, rates } = request;
    this.record = { spec, curve: [], evaluations: [], summary: null, model_title: modelTitle(model), ...(data && { data_title: data.title }), classes, created: Date.now(), ...(rates && { rates }), ...from?.record };
    this.snapshots = [...(from?.snapshots ?? [])];
  }

  hear(event: RunEvent): void {
    const { record } = this;
    if (event.type === 'step') this.step(event);
    else if (event.type === 'evaluation') this.evaluation(event.evaluation);
    else if (event.type === 'planned') this.planned(event.plan);
    else if (event.type === 'snapshot') this.snapshots.push({ path: `${SNAPSHOTS}/${event.step}.safetensors`, bytes: event.bytes });
    else if (event.type === 'checkpoint') this.checkpoints?.keep(event.step, event.bytes, record, this.snapshots);
    else if (event.type === 'adapter') this.files.push(...event.files);
    else if (event.type === 'finished') this.finished(event);
    else if (event.type === 'failed') this.failure = event.error;
  }

  private step({ point, images_per_second, seconds_left }: Extract<RunEvent, { type: 'step' }>): void {
    this.record.curve.push(point);
    const { step, loss, lr, ms } = point;
    const { say } = this.request;
    (say.passing ?? say)(`step ${step} of ${this.steps}  loss ${loss.toFixed(4)}  lr ${lr.toExponential(2)}  ${ms.toFixed(0)} ms  ${images_per_second.toFixed(1)} ${this.things}/s${Number.isFinite(seconds_left) ? `  ${Math.round(seconds_left)} s left` : ''}`);
    this.request.progress?.(step, this.steps);
  }

  private evaluation(evaluation: Evaluation): void {
    this.record.evaluations.push(evaluation);
    const { say } = this.request;
    const { step, split, accuracy, loss, count, scores: others } = evaluation;
    const scores = scoresOf(evaluation);
    if (others) say(`step ${step}  ${split} ${scoresText(evaluation)}  loss ${loss.toFixed(4)}  (${count} texts)`);
    else say(`step ${step}  ${split} accuracy ${(100 * accuracy).toFixed(1)} %${scores ? `  balanced ${(100 * scores.balanced_accuracy).toFixed(1)} %  macro-F1 ${(100 * scores.macro_f1).toFixed(1)} %` : ''}  loss ${loss.toFixed(4)}  (${count} images)`);
  }

  private planned({ adapter_parameters, head_parameters, dispatches, total_bytes, micro_batches, steps }: Plan): void {
    const { say } = this.request;
    this.steps = steps;
    say(`${adapter_parameters.toLocaleString('en')} adapter and ${head_parameters.toLocaleString('en')} head parameters, ${dispatches} dispatches a step, ${(total_bytes / 2 ** 20).toFixed(1)} MiB`);
    if (micro_batches) say(`${this.record.spec.train.batch} ${this.things} at a time do not fit; they are computed in ${micro_batches.count} micro-batches of ${micro_batches.size}, with the same result`);
  }

  private finished({ summary, reason }: Extract<RunEvent, { type: 'finished' }>): void {
    const { record } = this;
    [record.summary, record.state] = [summary, reason];
    if (this.from) {
      // Sessions before this one have seen the start, and taken their time.
      summary.start ??= record.evaluations.find(({ step }) => step === 0) ?? null;
      record.seconds = clock(record)(Infinity);
    }
    const { early_stopping, steps, plan, best } = summary;
    if (early_stopping?.stopped) this.request.say(`stopped early after step ${steps} of ${plan.steps}: the validation loss has not improved for ${plural(early_stopping.evaluations, 'evaluation')}; the weights of step ${best!.step} are kept`);
  }
}

/** Writes what a run has left. Throws `RunFailed`, `Ended` after a signal, and EngineError of kind `aborted` where the request's own signal stopped it: then nothing is written. */
async function leaveRun({ out, signal, resume }: TrainRequest, { record, files, snapshots, failure }: Told, checkpoints: Checkpoints | null): Promise<FinishedRun> {
  signal?.throwIfAborted();
  const code = endedBy();
  const kept = checkpoints?.kept(resume === 'fitting' ? 'the same command' : 'the same command with --resume') ?? '';
  if (failure?.kind === 'cancelled' && code !== null) throw new Ended(code, `Stopped before a step was done. ${kept || 'Nothing was kept.'}`);
  if (failure) throw new RunFailed({ ...record, state: 'failed', error: failure, ended: Date.now() }, failure);
  const all = [...snapshots, ...files];
  const whole = { ...record, ended: Date.now(), adapter_bytes: weightBytes(all) } as FinishedRun;
  if (out !== undefined) await writeAll(out, [...all, { path: RUN_FILE, bytes: JSON.stringify(whole, null, 1) }]);
  if (whole.state === 'stopped') {
    const { steps, plan } = whole.summary;
    throw new Ended(code ?? 1, `Stopped after step ${steps} of ${plan.steps}. ${out === undefined ? 'Nothing was kept: there is no --out.' : `The adapter and ${RUN_FILE} as they are now lie in ${out}. ${kept}`}`, whole);
  }
  if (out !== undefined) await dropCheckpoint(out);
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
