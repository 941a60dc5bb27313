import { Adapted } from '../adapters/adapted';
import type { SavedFile } from '../adapters/files';
import type { Analyses } from '../analysis/worker';
import { load_dataset } from '../api/data';
import { builtinData, builtinReadings, builtinTexts, bundledData, type BuiltinData } from '../data/builtin';
import { isContinuations, isTextData } from '../data/kinds';
import { describePair } from '../data/safetensorsPair';
import { DataError, type Dataset } from '../data/source';
import { isDevice, type Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { compileAhead } from '../engine/pipelines';
import type { Trial } from '../engine/report';
import { fetchTree, type FileTree } from '../io/fileTree';
import { Hub, type OpenOptions } from '../io/hub/hub';
import { hubIdOf, isHubId, parseHubId } from '../io/hub/ids';
import { opfsFiles } from '../io/hub/opfsFiles';
import { isOfEveryObject } from '../io/kept';
import { zipParts } from '../io/zipWrite';
import { builtinModels, builtinTextModels, bundledModels, type BuiltinModel } from '../models/builtin';
import { checkWeights } from '../models/load';
import { ModelError, type Model } from '../models/model';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { formOf, openTask } from '../tasks';
import { withNames } from '../tasks/classTexts';
import type { AnalysisWorker } from '../train/analysis.meta';
import { budgetRows } from '../train/budget';
import { chooseDevice, type Places } from '../train/chooseDevice';
import { completeTrain, keptTrain, totalSteps } from '../train/config';
import type { ExportInput, ExportOptions } from '../train/exportRun';
import type { GoOn } from '../train/goOn';
import { mostMeasured } from '../train/feeds';
import { importAdapter } from '../train/importAdapter';
import { Job } from '../train/job';
import { solveMatch } from '../train/match';
import { modelInfo } from '../train/modelInfo';
import { describeModel, openModel, textsOf, type KnownModel, type LoadedModel } from '../train/openModel';
import { OpenSet } from '../train/openSet';
import { Plans, type PlannedRun } from '../train/plan';
import type { Programs } from '../train/programs';
import { stepSeconds } from '../train/stepTime';
import { comparisonCsv, type Column } from '../train/predictionsCsv';
import type { AdapterInfo, ChosenFile, DataInfo, DeviceChoice, DeviceReport, Edits, Evaluation, Exported, ExportEvent, ExportSpec, Frame, GoingOn, HubCache, HubEvent, HubOptions, HubTarget, ImportKind, KeptImports, KeptItem, Medium, MethodConfig, ModelInfo, ProjectContents, Pushed, PushSpec, RateTrial, ReadTexts, RunEvent, RunRecord, RunsFormat, RunSpec, SelfTest, StagedProject, StudioWorker, TrainConfig, TryEvent, Tuning, ZeroShotSpec } from '../train/protocol';
import { Readings, type Reading } from '../train/readings';
import { runError } from '../train/runError';
import { runSplits } from '../train/split';
import { textLengths } from '../train/textLengths';
import { forTask, textReading } from '../train/textSet';
import { TOP_K, Tryout, type TryoutHost } from '../train/tryout';
import { zeroShot } from '../train/zeroShot';
import { Imports } from './imports';
import { saveProject, stageProject } from './projectFiles';
import { RunTrainer } from './runTrainer';

/** Places of a studio that differ between pages, packages and tests. */
export interface StudioPlaces extends Pick<Places, 'processor' | 'faster'> {
  hub?: Hub;
  imports?: Imports;
  /** Address of onnxruntime-web's WebAssembly file; Node finds its own. */
  ortWasm?: () => Promise<string>;
}

/**
 * The worker's side of the studio: holds the device, opens models and data, plans and runs. One run at a time. A lost
 * device is opened anew for the next call, so nothing needs a reload. `base` is the page's root address.
 */
export class Studio implements StudioWorker {
  private readonly openModels = new Map<string, Promise<LoadedModel>>();
  private readonly openSets = new Map<string, Promise<OpenSet>>();
  /** Of bundled ones: what is known before weights and images are fetched, and the files. */
  private readonly describedModels = new Map<string, Promise<KnownModel>>();
  private readonly describedSets = new Map<string, Promise<OpenSet>>();
  private readonly trees = new Map<string, FileTree>();
  private readonly plans = new Plans();
  private readonly readings = new Readings();
  private opened: Promise<Device | DeviceReport> | null = null;
  private choice: DeviceChoice = 'auto';
  /** Result of a trial of an earlier visit. */
  private trial: Trial | undefined;
  private tuning: Tuning | null = null;
  private running = false;
  private trainer: RunTrainer | null = null;
  /** A stop that comes while a run is being opened must not be lost. */
  private cancelled = false;
  /** Ends the search for a rate that goes on with the best so far. */
  private enough = new AbortController();
  /** Compiling ahead of runs, and timing a step of each. */
  private preparing = new AbortController();
  /** The last such timing, which gives back what it takes on the device when it has ended. */
  private timing: Promise<unknown> = Promise.resolve();
  /** Seconds of steps on this device. */
  private stepTimes = new WeakMap<Programs, number | null>();
  private readonly exporting = new Job('Another export is going on; wait until it has ended.');
  private readonly measuring = new Job('Zero-shot accuracy is being measured already; wait until it has ended, or cancel it.');
  private readonly testing = new Job('The device is being tested already; wait until that has ended.');
  private readonly moving = new Job('A project is being saved or opened; wait until that has ended.');
  private readonly going = new Job('A text is being gone on with already; wait until that has ended, or stop it.');
  private readonly host: TryoutHost = {
    device: () => this.needDevice(),
    data: async (id, edits, reading) => (await (await this.data(id).catch(() => null))?.with(edits, reading)) ?? null,
    reading: (spec) => this.reading(spec),
    tried: (spec) => this.tried(spec),
  };
  private readonly tryout = new Tryout(this.host);
  /** Fetched with the first text that is gone on with. */
  private goesOn: Promise<GoOn> | null = null;
  /** Fetched with the first analysis. */
  private analyses: Promise<Analyses> | null = null;
  private readonly hub: Hub;
  private readonly imports: Imports;
  private readonly ortWasm: StudioPlaces['ortWasm'];
  private readonly elsewhere: Pick<Places, 'processor' | 'faster'>;
  /** Loads from a hub that are going on, by id. */
  private readonly hubLoads = new Map<string, Set<AbortController>>();

  constructor(
    private readonly gpu: GPU | undefined,
    private readonly base: string,
    private readonly secure: boolean,
    { hub = new Hub(() => opfsFiles()), imports = new Imports(() => opfsFiles(undefined, 'kept')), ortWasm, ...elsewhere }: StudioPlaces = {},
  ) {
    this.hub = hub;
    this.imports = imports;
    this.ortWasm = ortWasm;
    this.elsewhere = elsewhere;
  }

  async device(): Promise<DeviceReport> {
    const device = await this.openDevice();
    return isDevice(device) ? { ...device.report, ...(this.trial && { trial: this.trial }) } : device;
  }

  async useDevice(choice: DeviceChoice, tried?: Trial): Promise<void> {
    this.trial = tried;
    if (choice === this.choice) return;
    if (this.opened) this.needIdle('A run is going on; choose another device when it has ended.');
    this.choice = choice;
    this.preparing.abort();
    this.stepTimes = new WeakMap();
    const before = this.opened;
    this.opened = null;
    await this.timing;
    const device = await before;
    if (device && isDevice(device)) device.destroy();
  }

  async selfTest(onProgress: (done: number, total: number) => void): Promise<SelfTest> {
    this.needIdle('A run is going on; test the device when it has ended.');
    this.preparing.abort();
    return this.testing.run(async () => {
      await this.timing;
      const device = await this.needDevice();
      const result = await (await import('../check')).selfTest(device, onProgress);
      this.tuning = result.tuning ?? null;
      return result;
    });
  }

  async adoptTuning(tuning: Tuning): Promise<void> {
    this.tuning = tuning;
    const device = await this.opened;
    if (device && isDevice(device)) await this.applyTuning(device);
  }

  /** Names from storage are harmless: a form that an entry does not have is ignored. */
  private async applyTuning(device: Device): Promise<void> {
    if (this.tuning) device.choices = (await import('../check/tune')).choicesOf(this.tuning);
  }

  async models(medium: Medium): Promise<ModelInfo[]> {
    const bundled = (medium === 'texts' ? builtinTextModels : builtinModels).map((m) => m.id);
    const open = [...this.openModels.keys()].filter((id) => !bundledModels.some((m) => m.id === id));
    const all = await knownOf(bundled, open, async (id) => modelInfo(id, await this.knownModel(id)));
    return all.filter(({ language }) => (language !== undefined) === (medium === 'texts'));
  }

  async datasets(medium: Medium): Promise<DataInfo[]> {
    const bundled = (medium === 'texts' ? builtinTexts : builtinData).map((d) => d.id);
    const open = [...this.openSets.keys()].filter((id) => !bundledData.some((d) => d.id === id));
    const all = await knownOf(bundled, open, async (id) => (await this.knownData(id)).info());
    return all.filter(({ texts }) => (texts !== undefined) === (medium === 'texts'));
  }

  async importModel(name: string, files: { path: string; file: File }[]): Promise<ModelInfo> {
    const id = await this.free('model', name);
    return this.register(id, await openModel(this.imports.choose('model', id, name, files)));
  }

  async importData(name: string, files: { path: string; file: File }[]): Promise<DataInfo> {
    const id = await this.free('data', name);
    return this.registerSet(id, this.imports.choose('data', id, name, files));
  }

  async importHubModel(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<ModelInfo> {
    return this.register(withRevision(id, options), await openModel(await this.load(id, options, onEvent)));
  }

  async importHubData(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<DataInfo> {
    return this.registerSet(withRevision(id, options), await this.load(id, { ...options, kind: 'dataset' }, onEvent));
  }

  async hubRuns(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<RunRecord[]> {
    const [{ fetchRunFiles }, { readRuns }] = await Promise.all([import('../io/hub/runFiles'), import('../records/runFile')]);
    const files = await this.untilCancelled(id, (signal) => fetchRunFiles(id, { ...options, signal, onEvent }));
    return files.flatMap(({ path, bytes }) => readRuns(bytes, path));
  }

  cancelHub(id: string): void {
    this.hubLoads.get(id)?.forEach((abort) => abort.abort());
  }

  hubCache(): Promise<HubCache> {
    return this.hub.cache();
  }

  async openCachedModel(id: string): Promise<ModelInfo> {
    return modelInfo(id, await this.model(id));
  }

  useProject(project: string): void {
    this.imports.use(project);
  }

  keepImport(kind: ImportKind, id: string, onBytes: (done: number, total: number) => void): Promise<KeptItem> {
    return this.imports.keep(kind, id, seldom(onBytes));
  }

  cancelKeep(kind: ImportKind, id: string): void {
    this.imports.cancel(kind, id);
  }

  keptImports(): Promise<KeptImports> {
    return this.imports.list();
  }

  async deleteKept(kind: ImportKind, id: string): Promise<KeptImports> {
    await this.imports.remove(kind, id);
    (kind === 'model' ? this.openModels : this.openSets).delete(id);
    return this.imports.list();
  }

  saveProject(contents: ProjectContents, to: FileSystemFileHandle | null, record: (i: number) => Promise<unknown>, onBytes: (done: number) => void): Promise<Blob | null> {
    return this.moving.run((signal) => saveProject(this.imports, contents, to, record, seldom(onBytes), signal));
  }

  stageProject(file: Blob, project: string, record: (store: string, key: string, value: unknown) => Promise<void>, onBytes: (done: number, total: number) => void): Promise<StagedProject> {
    return this.moving.run((signal) => stageProject(this.imports, file, project, record, seldom(onBytes), signal));
  }

  pushProject(contents: ProjectContents, record: (i: number) => Promise<unknown>, to: HubTarget, onBytes: (done: number, total: number) => void): Promise<Pushed> {
    return this.moving.run(async (signal) => (await import('./pushProject')).pushProject(this.imports, contents, record, to, seldom(onBytes), signal));
  }

  cancelProject(): void {
    this.moving.cancel();
  }

  sweepProjects(projects: string[]): Promise<void> {
    return this.imports.sweep(projects);
  }

  async openCachedData(id: string): Promise<DataInfo> {
    return (await this.data(id)).info();
  }

  async deleteHubRepo(key: string): Promise<HubCache> {
    const repo = (await this.hub.cache()).repos.find((r) => r.key === key);
    await this.hub.remove(key);
    // What was open from it has lost its files.
    const open: Map<string, unknown> = repo?.kind === 'dataset' ? this.openSets : this.openModels;
    for (const id of [...open.keys()]) if (id.split('@')[0] === repo?.id) open.delete(id);
    return this.hub.cache();
  }

  async checkData(id: string, onProgress: (done: number, total: number) => void): ReturnType<StudioWorker['checkData']> {
    const set = await this.data(id);
    const health = await set.check(seldom(onProgress));
    return { info: set.info(), health };
  }

  cancelCheck(id: string): void {
    void this.openSets.get(id)?.then((set) => set.cancel());
  }

  async editData(id: string, edits: Edits): Promise<DataInfo> {
    return (await this.data(id)).edit(edits);
  }

  async samples(id: string, count: number): ReturnType<StudioWorker['samples']> {
    return (await this.data(id)).samples(count);
  }

  async classPictures(id: string, label: number): ReturnType<StudioWorker['classPictures']> {
    return (await this.data(id)).ofClass(label);
  }

  async pictures(id: string, names: string[]): ReturnType<StudioWorker['pictures']> {
    return (await this.data(id)).pictures(names);
  }

  async lengths({ model, data, text = {} }: Parameters<StudioWorker['lengths']>[0]): ReturnType<StudioWorker['lengths']> {
    const [known, set] = await Promise.all([this.knownModel(model), this.data(data)]);
    const found = await set.as(textReading(text));
    if (!isTextData(found) && !isContinuations(found)) throw new DataError(`${found.title} holds no texts.`);
    return textLengths(known, found, text);
  }

  async plan(spec: RunSpec): ReturnType<StudioWorker['plan']> {
    return (await this.planned(spec)).plan;
  }

  async prepare(specs: RunSpec[]): Promise<(number | null)[]> {
    this.preparing.abort();
    const { signal } = (this.preparing = new AbortController());
    const device = await this.openDevice();
    await this.testing.ended;
    const seconds: (number | null)[] = specs.map(() => null);
    const each = async (job: (run: PlannedRun, i: number) => Promise<void>) => {
      for (const [i, spec] of specs.entries()) {
        if (signal.aborted || this.running) return;
        await this.planned(spec).then((run) => job(run, i)).catch(() => {});
      }
    };
    if (!isDevice(device)) return seconds;
    await each(({ programs }) => compileAhead(device, programs.rec, signal));
    await each(async (run, i) => {
      await this.timing;
      if (!this.stepTimes.has(run.programs)) {
        const found = stepSeconds(device, run, defined(specs[i]).train, signal);
        this.timing = found.catch(() => {});
        this.stepTimes.set(run.programs, await found);
      }
      seconds[i] = this.stepTimes.get(run.programs)!;
    });
    return seconds;
  }

  private async planned(spec: RunSpec): Promise<PlannedRun> {
    const train = keptTrain(spec.train);
    const known = await this.knownModel(spec.model);
    // What edits name and few shots draw is told by the images themselves, and how long texts are by the texts.
    const byRows = known.net.language !== undefined || spec.edits !== undefined || train.shots > 0;
    const { model, data, feedOf } = await this.readings.of(known, await (byRows ? this.data(spec.data) : this.knownData(spec.data)), spec);
    const splits = runSplits(data, train);
    const measured = mostMeasured([splits.follow, splits.test], feedOf);
    const task = await openTask({ model, classes: data.classes, method: spec.method, train, ownHead: false, hasHead: false });
    const net = train.image_size ? task.model.with({ image_size: train.image_size }) : task.model;
    const device = await this.openDevice();
    return this.plans.of(model, new Adapted(net, spec.method), train, totalSteps(train, splits.train.count).steps, isDevice(device) ? device.report : undefined, { measured });
  }

  async budget(id: string, target_modules: string | string[], classes: readonly string[], parameters: number, train: TrainConfig, maxWork: number, only?: readonly string[], texts?: ReadTexts): ReturnType<StudioWorker['budget']> {
    const config = completeTrain(train);
    return budgetRows(await this.sized(id, classes, config, texts), target_modules, parameters, config, maxWork, only);
  }

  /** A model with these classes, as runs with these settings train it. */
  private async sized(id: string, classes: readonly string[], { loss, image_size }: TrainConfig, texts?: ReadTexts): Promise<Model> {
    const known = await this.knownModel(id);
    const { net, tokenizer } = texts ? (await this.readings.of(known, await this.data(texts.data), texts)).model : known;
    const form = formOf(net, loss).with({ labels: [...classes], ...(image_size ? { image_size } : {}) });
    return tokenizer ? withNames(form, await tokenizer()) : form;
  }

  async match(id: string, target_modules: string | string[], classes: readonly string[], by: 'memory' | 'time', amount: number, reference: MethodConfig, train: TrainConfig, only?: readonly string[], texts?: ReadTexts): ReturnType<StudioWorker['match']> {
    this.matching?.abort();
    const { signal } = (this.matching = new AbortController());
    const config = completeTrain(train);
    const model = await this.sized(id, classes, config, texts);
    const device = await this.openDevice();
    return solveMatch({ model, target_modules, by, amount, reference, train: config, device: isDevice(device) ? device.report : undefined, signal, only });
  }
  private matching: AbortController | null = null;

  async zeroShot(spec: ZeroShotSpec, onProgress: (done: number, total: number) => void): Promise<Evaluation[]> {
    this.needIdle('A run is going on; measure when it has ended, or stop it first.');
    return this.measuring.run(async (signal) => {
      const [model, set, device] = await Promise.all([this.model(spec.model), this.data(spec.data), this.needDevice()]);
      await set.settled();
      return zeroShot(device, model, await set.with(spec.edits), keptTrain(spec.train), { signal, progress: onProgress });
    });
  }

  async evaluateRun(spec: RunSpec, files: SavedFile[], step: number, onProgress: (done: number, total: number) => void): Promise<Evaluation> {
    this.needIdle('A run is going on; evaluate when it has ended, or stop it first.');
    return this.measuring.run(async (signal) => {
      const [reading, device] = await Promise.all([this.reading(spec), this.needDevice()]);
      const trainer = new RunTrainer(device, spec, reading);
      await trainer.load(files, { signal });
      return trainer.evaluation({ step, signal, progress: onProgress });
    });
  }

  cancelZeroShot(): void {
    this.measuring.cancel();
  }

  /** `looks` are those of a search for the run's rate that was broken off. */
  async run(spec: RunSpec, resume: Uint8Array | null, onEvent: (event: RunEvent) => void, looks: readonly RateTrial[] = []): Promise<void> {
    const failed = (error: unknown) => onEvent({ type: 'failed', run: spec.id, error: runError(error, resume ? 'The checkpoint is kept.' : 'Nothing was lost.') });
    if (this.running) return failed(new DataError('Another run is going on; stop it first, or queue this one.'));
    this.running = true;
    this.cancelled = false;
    this.preparing.abort();
    try {
      await this.timing;
      // A run has the GPU's memory to itself, and says exactly what it takes. What was measured and classified by now is kept.
      const analyses = await this.analyses?.catch(() => null);
      analyses?.cancelAnalysis();
      await Promise.all([this.exporting.ended, this.measuring.ended, this.testing.ended, analyses?.ended]);
      this.cancelTry();
      await this.silent();
      await this.tryout.free();
      onEvent({ type: 'phase', run: spec.id, phase: 'fetch', done: 0, total: 2, unit: 'files' });
      const reading = await this.reading(spec);
      onEvent({ type: 'phase', run: spec.id, phase: 'verify', done: 1, total: 2, unit: 'files' });
      const trainer = (this.trainer = new RunTrainer(await this.needDevice(), spec, reading, this.plans));
      if (this.cancelled) trainer.stop();
      if (spec.rate === 'find') await this.findRate(trainer, spec.id, looks, onEvent);
      await trainer.run(onEvent, { resume_from_checkpoint: resume });
    } catch (error) {
      failed(error);
    } finally {
      this.trainer = null;
      this.running = false;
    }
  }

  async exportRun(spec: RunSpec, files: SavedFile[], how: ExportSpec, onEvent: (event: ExportEvent) => void): Promise<Exported> {
    return this.export(spec, files, how, onEvent, async (device, input, options) => (await import('../train/exportRun')).exportRun(device, input, options));
  }

  async pushRun(spec: RunSpec, files: SavedFile[], how: PushSpec, run: RunRecord | null, to: HubTarget, onEvent: (event: ExportEvent) => void): Promise<Pushed> {
    return this.export(spec, files, how, onEvent, async (device, input, options) => (await import('../records/pushRun')).pushRun(device, input, run, to, options));
  }

  /** Does the work of an export, whose code is a fifth of the worker and fetched for it: few visits need it. */
  private async export<T, How extends ExportSpec>(spec: RunSpec, files: SavedFile[], how: How, onEvent: (event: ExportEvent) => void, work: (device: Device, input: ExportInput & { how: How }, options: ExportOptions) => Promise<T>): Promise<T> {
    this.needIdle('A run is going on; export when it has ended, or stop it first.');
    return this.exporting.run(async (signal) => {
      onEvent({ stage: 'open', bytes: 0 });
      const [reading, device] = await Promise.all([this.tried(spec), this.needDevice()]);
      return work(device, { spec, files, ...reading, how }, { wasm: this.ortWasm, onEvent: seldomSent(onEvent), signal });
    });
  }

  cancelExport(): void {
    this.exporting.cancel();
  }

  async importAdapter(model: string, name: string, files: ChosenFile[]): Promise<{ info: AdapterInfo; files: SavedFile[] }> {
    return importAdapter(await this.model(model), name, files);
  }

  tryImages(from: Parameters<StudioWorker['tryImages']>[0]): ReturnType<StudioWorker['tryImages']> {
    return this.tryout.open(from);
  }

  tryPictures(indices: number[]): ReturnType<StudioWorker['tryPictures']> {
    return this.tryout.pictures(indices);
  }

  async tryAdapters(adapters: RunSpec[], files: (key: string) => Promise<SavedFile[]>, onEvent: (event: TryEvent) => void): ReturnType<StudioWorker['tryAdapters']> {
    this.needIdle('A run is going on; classify pictures when it has ended, or stop it first.');
    await this.silent();
    return this.tryout.run(adapters, files, onEvent);
  }

  async tryLook(adapters: RunSpec[], files: (key: string) => Promise<SavedFile[]>, picture: number | Frame, rollout: boolean, onEvent: (event: TryEvent) => void): ReturnType<StudioWorker['tryLook']> {
    this.needIdle('A run is going on; look at pictures when it has ended, or stop it first.');
    await this.silent();
    return this.tryout.look(adapters, files, picture, rollout, onEvent);
  }

  async tryGoingOn(adapters: RunSpec[], files: (key: string) => Promise<SavedFile[]>, prompt: string, how: GoingOn, onText: (key: string, text: string) => void): ReturnType<StudioWorker['tryGoingOn']> {
    this.needIdle('A run is going on; go on with texts when it has ended, or stop it first.');
    // What is waited for can be stopped too.
    return this.going.run(async (signal) => {
      await this.tryout.free();
      this.goesOn ??= import('../train/goOn').then(({ GoOn }) => new GoOn(this.host));
      return (await this.goesOn).run(adapters, files, { prompt, how }, { onText, signal });
    });
  }

  /** Gives back the memory of the model that goes on with texts, once it is silent. */
  private async silent(): Promise<void> {
    await this.going.ended;
    (await this.goesOn?.catch(() => null))?.free();
  }

  cancelTry(): void {
    this.going.cancel();
    this.tryout.cancel();
  }

  forgetAdapter(key: string): Promise<void> {
    return this.tryout.forget(key);
  }

  async landscape(...given: Parameters<AnalysisWorker['landscape']>): ReturnType<AnalysisWorker['landscape']> {
    return (await this.analyse()).landscape(...given);
  }

  async inside(...given: Parameters<AnalysisWorker['inside']>): ReturnType<AnalysisWorker['inside']> {
    return (await this.analyse()).inside(...given);
  }

  cancelAnalysis(): void {
    void this.analyses?.then((analyses) => analyses.cancelAnalysis());
  }

  private async analyse(): Promise<Analyses> {
    this.needIdle('A run is going on; look into runs when it has ended, or stop it first.');
    this.analyses ??= import('../analysis/worker').then(({ Analyses }) => new Analyses(this.host));
    // What was classified lies in the GPU's memory and is not needed for this.
    await this.tryout.free();
    return this.analyses;
  }

  async predictionsCsv(columns: Column[], of?: 'file_name' | 'text'): Promise<string> {
    return comparisonCsv(columns, TOP_K, of);
  }

  async exportRuns(runs: RunRecord[], format: RunsFormat): Promise<{ name: string; blob: Blob }> {
    const { exportRuns, nameOf } = await import('../records');
    const files = await exportRuns(runs, format, Date.now());
    const bytes = (file: (typeof files)[number]) => (typeof file.bytes === 'string' ? new TextEncoder().encode(file.bytes) : file.bytes) as Uint8Array<ArrayBuffer>;
    if (files.length === 1 && !defined(files[0]).path.includes('/')) return { name: defined(files[0]).path, blob: new Blob([bytes(defined(files[0]))]) };
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const name = `${nameOf(runs)}-${format}`;
    for await (const part of zipParts(name, files.map((file) => ({ path: file.path, parts: [bytes(file)] })))) parts.push(part as Uint8Array<ArrayBuffer>);
    return { name: `${name}.zip`, blob: new Blob(parts, { type: 'application/zip' }) };
  }

  async readRuns(file: File): Promise<RunRecord[]> {
    const { maxRunsBytes, readRuns } = await import('../records/runFile');
    // One byte more than is read, so that what is too long is refused by its reader and never held.
    return readRuns(new Uint8Array(await file.slice(0, maxRunsBytes + 1).arrayBuffer()), file.name);
  }

  pause(): void {
    this.trainer?.pause();
  }

  resume(): void {
    this.trainer?.resume();
  }

  step(): void {
    this.trainer?.step();
  }

  time(): void {
    this.trainer?.time();
  }

  stop(): void {
    this.cancelled = true;
    this.trainer?.stop();
  }

  /** Ends a search for a rate that goes on: the run trains at the best so far. */
  takeRate(): void {
    this.enough.abort();
  }

  /** Finds a run's rate, and says so. */
  private async findRate(trainer: RunTrainer, run: string, looks: readonly RateTrial[], onEvent: (event: RunEvent) => void): Promise<void> {
    this.enough = new AbortController();
    const search = await trainer.find_learning_rate({
      signal: this.enough.signal,
      looks,
      progress: ({ done, total }) => onEvent({ type: 'phase', run, phase: 'search', done, total, unit: 'steps' }),
      state: onEvent,
      tried: (trial) => onEvent({ type: 'trial', run, trial }),
    });
    // Who stops the run wants no rate, and may go on with the search later.
    if (this.cancelled) throw new EngineError('aborted', 'Stopped.');
    onEvent({ type: 'rate', run, search });
  }

  /** Throws DataError, with what to do, while a run goes on. */
  private needIdle(todo: string): void {
    if (this.running) throw new DataError(todo);
  }

  /** The device; throws DataError with what it reports when there is none. */
  private async needDevice(): Promise<Device> {
    const device = await this.openDevice();
    if (!isDevice(device)) throw new DataError(device.message);
    return device;
  }

  private async openDevice(): Promise<Device | DeviceReport> {
    const known = await this.opened;
    if (known && isDevice(known) && (await known.usable())) return known;
    this.opened = chooseDevice(this.choice, { gpu: this.gpu, secure: this.secure, tried: this.trial, ...this.elsewhere }).then(async ({ device, other, trial }) => {
      if (!isDevice(device)) return device;
      if (other) device.report.other = other;
      this.trial = trial ?? this.trial;
      await this.applyTuning(device);
      return device;
    });
    return this.opened;
  }

  /** Loads from a hub until `cancelHub`. */
  private load(id: string, options: OpenOptions, onEvent: (event: HubEvent) => void) {
    return this.untilCancelled(id, (signal) => this.hub.open(id, { ...options, signal, onEvent }));
  }

  private async untilCancelled<T>(id: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    const loads = this.hubLoads.get(id) ?? new Set();
    this.hubLoads.set(id, loads.add(abort));
    try {
      return await work(abort.signal);
    } finally {
      loads.delete(abort);
    }
  }

  /** Opens what a run reads, when it is about to read it. */
  private async reading(spec: Pick<RunSpec, 'model' | 'data' | 'edits' | 'text'>): Promise<Reading<LoadedModel>> {
    const [model, set] = await Promise.all([this.model(spec.model), this.data(spec.data)]);
    await set.settled();
    return this.readings.of(model, set, spec);
  }

  /** The same of a run whose adapter is there, and whose data need not be any more; of texts, as long ones as the model reads. */
  private async tried(spec: Pick<RunSpec, 'model' | 'data' | 'edits' | 'text'>): Promise<Omit<Reading<LoadedModel>, 'data'> & { data: Dataset | null }> {
    const [model, set] = await Promise.all([this.model(spec.model), this.data(spec.data).catch(() => null)]);
    if (set) return this.readings.of(model, set, spec, true);
    return { model: model.net.language ? { ...model, net: forTask(model, spec.text ?? {}) } : model, data: null };
  }

  /** A model that the person brought: its weights are checked for being there before it is offered. */
  private register(id: string, model: LoadedModel): ModelInfo {
    checkWeights(traceModel(model.net), model.source);
    this.openModels.set(id, Promise.resolve({ ...model, id }));
    return modelInfo(id, model);
  }

  private async registerSet(id: string, tree: FileTree): Promise<DataInfo> {
    const set = await OpenSet.open(id, (reading) => load_dataset(tree, reading), false);
    this.openSets.set(id, Promise.resolve(set));
    return set.info();
  }

  /** A model as it is described and planned before its weights are needed: a bundled one's are not fetched for that. */
  private knownModel(id: string): Promise<KnownModel> {
    const known = bundledModels.find((m) => m.id === id);
    if (!known || this.openModels.has(id)) return this.model(id);
    return remember(this.describedModels, id, async () => {
      const tree = this.bundled(known);
      const described = await describeModel(tree);
      return { ...described, id, ...textsOf(tree, described.net) };
    });
  }

  /** The same of a data set, whose images need not be here. */
  private knownData(id: string): Promise<OpenSet> {
    const known = bundledData.find((d) => d.id === id);
    if (!known || this.openSets.has(id)) return this.data(id);
    // Texts are known when they are read.
    if (builtinTexts.some((set) => set.id === id)) return this.data(id);
    return remember(this.describedSets, id, async () => OpenSet.open(id, () => describePair(this.bundled(known)), true));
  }

  /** The files of what is served beside the page. */
  private bundled({ id, path, files }: Pick<BuiltinModel, 'id' | 'path' | 'files'>): FileTree {
    let tree = this.trees.get(path);
    if (!tree) this.trees.set(path, (tree = fetchTree(id, `${this.base}${path}`, files)));
    return tree;
  }

  private model(id: string): Promise<LoadedModel> {
    return remember(this.openModels, id, async () => {
      const known = bundledModels.find((m) => m.id === id);
      const kept = known ? null : await this.imports.tree('model', id);
      if (kept) return { ...(await openModel(kept)), id };
      if (!known && isHubId(id)) return { ...(await openModel(await this.hub.openCached(id))), id };
      if (!known) throw new ModelError(`The model ${id} is not open any more; choose its folder again.`);
      return { ...(await openModel(this.bundled(known))), id };
    });
  }

  private data(id: string): Promise<OpenSet> {
    return remember(this.openSets, id, async () => {
      const known = bundledData.find((d) => d.id === id);
      const kept = known ? null : await this.imports.tree('data', id);
      if (known) return OpenSet.open(id, async (reading = builtinReadings[id]) => ofBundled(await load_dataset(this.bundled(known), reading), known), true);
      const tree = kept ?? (isHubId(id) ? await this.hub.openCached(id, 'dataset') : null);
      if (!tree) throw new DataError(`The data set ${id} is not open any more; choose its folder again.`);
      return OpenSet.open(id, (reading) => load_dataset(tree, reading), false);
    });
  }

  /** An id for what is imported, which nothing open, kept or bundled has, and not every object. */
  private async free(kind: ImportKind, name: string): Promise<string> {
    const builtin = [...bundledModels, ...bundledData].map((one) => one.id);
    const kept = (await this.imports.list()).items.filter((item) => item.kind === kind).map((item) => item.id);
    const taken = new Set([...builtin, ...kept, ...(kind === 'model' ? this.openModels : this.openSets).keys()]);
    const base = name || 'folder';
    let id = base;
    for (let i = 2; taken.has(id) || isOfEveryObject(id); i++) id = `${base} ${i}`;
    return id;
  }
}

/** Adds what a bundled table of texts does not say of itself. */
const ofBundled = (opened: Dataset, { title }: BuiltinData): Dataset => (opened.train.text ? { ...opened, title, licence: 'CC0 1.0' } : opened);

/** The id under which a repository is found again in the cache. */
const withRevision = (id: string, { revision, config }: HubOptions): string => hubIdOf(parseHubId(id, 'dataset', revision, config));

/** Passes progress on ten times a second, and the end: a message for each of ten thousand images would keep the page busy. */
function seldom(say: (done: number, total: number) => void): (done: number, total?: number) => void {
  let lastSent = 0;
  return (done, total = Infinity) => {
    if (done < total && performance.now() - lastSent < 100) return;
    lastSent = performance.now();
    say(done, total);
  };
}

/** Passes an export's events on, what is being sent ten times a second. */
function seldomSent(onEvent: (event: ExportEvent) => void): (event: ExportEvent) => void {
  const sent = seldom((bytes, total) => onEvent({ stage: 'send', bytes, total }));
  return (event) => (event.total === undefined ? onEvent(event) : sent(event.bytes, event.total));
}

/** All that is bundled, and what opens of the rest: among that may be what somebody has just asked for and is not here, which is no trouble of a list. */
async function knownOf<T>(bundled: readonly string[], others: readonly string[], know: (id: string) => Promise<T>): Promise<T[]> {
  const found = Promise.all(others.map((id) => know(id).catch(() => null)));
  const sure = await Promise.all(bundled.map(know));
  return [...sure, ...(await found).filter((one) => one !== null)];
}

/** One promise per key; a failed one is forgotten, so that a second try can succeed. */
function remember<T>(map: Map<string, Promise<T>>, key: string, open: () => Promise<T>): Promise<T> {
  let promise = map.get(key);
  if (!promise) {
    promise = open();
    map.set(key, promise);
    promise.catch(() => map.delete(key));
  }
  return promise;
}
