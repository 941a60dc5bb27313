import { Adapted } from '../adapters/adapted';
import { solveBudget } from '../adapters/budget';
import type { SavedFile } from '../adapters/files';
import { builtinData } from '../data/builtin';
import { decodeImage } from '../data/decode';
import { openDataset } from '../data/index';
import { DataError, type FileTree } from '../data/source';
import { isDevice, openDevice, type Device } from '../engine/device';
import { fetchTree, filesTree } from '../io/fileTree';
import { Hub, type OpenOptions } from '../io/hub/hub';
import { isHubId } from '../io/hub/ids';
import { opfsFiles } from '../io/hub/opfsFiles';
import { builtinModels } from '../models/builtin';
import { checkWeights } from '../models/load';
import { ModelError } from '../models/model';
import { completeTrain, totalSteps } from './config';
import { splitBatches } from './feeds';
import { modelInfo } from './modelInfo';
import { openModel, type LoadedModel } from './openModel';
import { planRun } from './plan';
import { OpenSet } from './openSet';
import type { DataInfo, DeviceReport, Edits, Exported, ExportEvent, ExportSpec, HubCache, HubEvent, HubOptions, ModelInfo, RunEvent, RunSpec, StudioWorker } from './protocol';
import { runError } from './runError';
import { textModel } from './runModel';
import { Session } from './session';
import { runSplits } from './split';

/**
 * The worker's side of the studio: holds the device, opens models and data, plans and runs. One run at a time. A lost
 * device is opened anew for the next call, so nothing needs a reload. `base` is the page's root address.
 */
export class Studio implements StudioWorker {
  private readonly openModels = new Map<string, Promise<LoadedModel>>();
  private readonly openSets = new Map<string, Promise<OpenSet>>();
  private opened: Promise<Device | DeviceReport> | null = null;
  private session: Session | null = null;
  /** A run is being opened: a stop that comes before its session exists must not be lost. */
  private opening = false;
  private cancelled = false;
  /** The export that is going on. */
  private exporting: { abort: AbortController; ended: Promise<unknown> } | null = null;
  /** Loads from a hub that are going on, by id. */
  private readonly hubLoads = new Map<string, Set<AbortController>>();

  constructor(
    private readonly gpu: GPU | undefined,
    private readonly base: string,
    private readonly secure: boolean,
    private readonly hub = new Hub(() => opfsFiles()),
    /** Address of onnxruntime-web's WebAssembly file; Node finds its own. */
    private readonly ortWasm?: () => Promise<string>,
  ) {}

  async device(): Promise<DeviceReport> {
    const device = await this.openDevice();
    return isDevice(device) ? device.report : device;
  }

  async models(): Promise<ModelInfo[]> {
    const ids = [...new Set([...builtinModels.map((m) => m.id), ...this.openModels.keys()])];
    return Promise.all(ids.map(async (id) => modelInfo(id, (await this.model(id)).vision)));
  }

  async datasets(): Promise<DataInfo[]> {
    const ids = [...new Set([...builtinData.map((d) => d.id), ...this.openSets.keys()])];
    return Promise.all(ids.map(async (id) => (await this.data(id)).info()));
  }

  async importModel(name: string, files: { path: string; file: File }[]): Promise<ModelInfo> {
    return this.register(this.free(name, this.openModels), await openModel(filesTree(name, files)));
  }

  async importData(name: string, files: { path: string; file: File }[]): Promise<DataInfo> {
    return this.registerSet(this.free(name, this.openSets), filesTree(name, files));
  }

  async importHubModel(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<ModelInfo> {
    return this.register(withRevision(id, options), await openModel(await this.load(id, options, onEvent)));
  }

  async importHubData(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<DataInfo> {
    return this.registerSet(withRevision(id, options), await this.load(id, { ...options, kind: 'dataset' }, onEvent));
  }

  cancelHub(id: string): void {
    this.hubLoads.get(id)?.forEach((abort) => abort.abort());
  }

  hubCache(): Promise<HubCache> {
    return this.hub.cache();
  }

  async openCachedModel(id: string): Promise<ModelInfo> {
    return modelInfo(id, (await this.model(id)).vision);
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
    let said = 0;
    // A message for each of ten thousand images would keep the page busy.
    const health = await set.check((done, total) => {
      if (done < total && performance.now() - said < 100) return;
      said = performance.now();
      onProgress(done, total);
    });
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

  async plan(spec: RunSpec): ReturnType<StudioWorker['plan']> {
    const train = completeTrain(spec.train);
    const [model, set] = await Promise.all([this.model(spec.model), this.data(spec.data)]);
    const data = set.with(spec.edits);
    const splits = runSplits(data, train);
    const text = await textModel(model, data.classes, spec.method, train, false);
    const vision = (text?.vision ?? model.vision).with({ labels: data.classes, ...(train.image_size ? { image_size: train.image_size } : {}) });
    const device = await this.openDevice();
    return planRun(new Adapted(vision, spec.method), train, totalSteps(train, splits.train.count).steps, isDevice(device) ? device.report : undefined).plan;
  }

  async budget(id: string, target_modules: string | string[], labels: number, parameters: number): ReturnType<StudioWorker['budget']> {
    const { vision } = await this.model(id);
    return solveBudget(vision.with({ labels: Array.from({ length: labels }, (_, i) => `class ${i}`) }), target_modules, parameters);
  }

  async run(spec: RunSpec, resume: Uint8Array | null, onEvent: (event: RunEvent) => void): Promise<void> {
    const failed = (error: unknown) => onEvent({ type: 'failed', run: spec.id, error: runError(error, resume ? 'The checkpoint is kept.' : 'Nothing was lost.') });
    if (this.session || this.opening) return failed(new DataError('Another run is going on; stop it first, or queue this one.'));
    this.opening = true;
    this.cancelled = false;
    try {
      await this.exporting?.ended;
      onEvent({ type: 'phase', run: spec.id, phase: 'fetch', done: 0, total: 2, unit: 'files' });
      const train = completeTrain(spec.train);
      const [model, set] = await Promise.all([this.model(spec.model), this.data(spec.data)]);
      await set.settled();
      const data = set.with(spec.edits);
      onEvent({ type: 'phase', run: spec.id, phase: 'verify', done: 1, total: 2, unit: 'files' });
      const device = await this.openDevice();
      if (!isDevice(device)) throw new DataError(device.message);
      const splits = runSplits(data, train);
      const batches = splitBatches(splits.train, model.preprocess, train.image_size || model.vision.image_size, train);
      this.session = new Session({ spec: { ...spec, train }, model, batches, splits, classes: data.classes, nameImages: true, device, resume }, onEvent);
      if (this.cancelled) this.session.stop();
      await this.session.run();
    } catch (error) {
      failed(error);
    } finally {
      this.session = null;
      this.opening = false;
    }
  }

  async exportRun(spec: RunSpec, files: SavedFile[], how: ExportSpec, onEvent: (event: ExportEvent) => void): Promise<Exported> {
    if (this.session || this.opening) throw new DataError('A run is going on; export when it has ended, or stop it first.');
    if (this.exporting) throw new DataError('Another export is going on; wait until it has ended.');
    const abort = new AbortController();
    const work = async () => {
      onEvent({ stage: 'open', bytes: 0 });
      const [model, set, device] = await Promise.all([this.model(spec.model), this.data(spec.data).catch(() => null), this.openDevice()]);
      if (!isDevice(device)) throw new DataError(device.message);
      // With its graphs and formats it is a fifth of the worker, and few visits need it.
      const { exportRun } = await import('./exportRun');
      return exportRun(device, { spec, files, model, data: set ? set.with(spec.edits) : null, how }, { wasm: this.ortWasm, onEvent, signal: abort.signal });
    };
    const exported = work();
    this.exporting = { abort, ended: exported.catch(() => {}) };
    return exported.finally(() => (this.exporting = null));
  }

  cancelExport(): void {
    this.exporting?.abort.abort();
  }

  pause(): void {
    this.session?.pause();
  }

  resume(): void {
    this.session?.resume();
  }

  step(): void {
    this.session?.step();
  }

  stop(): void {
    this.cancelled = true;
    this.session?.stop();
  }

  private async openDevice(): Promise<Device | DeviceReport> {
    const known = await this.opened;
    if (known && isDevice(known) && !known.lost && !known.errors.length) return known;
    this.opened = openDevice(this.gpu, this.secure);
    return this.opened;
  }

  /** Loads from a hub until `cancelHub`. */
  private async load(id: string, options: OpenOptions, onEvent: (event: HubEvent) => void) {
    const abort = new AbortController();
    const loads = this.hubLoads.get(id) ?? new Set();
    this.hubLoads.set(id, loads.add(abort));
    try {
      return await this.hub.open(id, { ...options, signal: abort.signal, onEvent });
    } finally {
      loads.delete(abort);
    }
  }

  /** A model that the person brought: its weights are checked for being there before it is offered. */
  private register(id: string, model: LoadedModel): ModelInfo {
    checkWeights(new Adapted(model.vision, { method: 'linear_probe' }).trace, model.source);
    this.openModels.set(id, Promise.resolve({ ...model, id }));
    return modelInfo(id, model.vision);
  }

  private async registerSet(id: string, tree: FileTree): Promise<DataInfo> {
    const set = await OpenSet.open(id, await openDataset(tree, decodeImage), false);
    this.openSets.set(id, Promise.resolve(set));
    return set.info();
  }

  private model(id: string): Promise<LoadedModel> {
    return remember(this.openModels, id, async () => {
      const known = builtinModels.find((m) => m.id === id);
      if (!known && isHubId(id)) return { ...(await openModel(await this.hub.openCached(id))), id };
      if (!known) throw new ModelError(`The model ${id} is not open any more; choose its folder again.`);
      return { ...(await openModel(fetchTree(id, `${this.base}${known.path}`, known.files))), id };
    });
  }

  private data(id: string): Promise<OpenSet> {
    return remember(this.openSets, id, async () => {
      const known = builtinData.find((d) => d.id === id);
      if (!known && isHubId(id)) return OpenSet.open(id, await openDataset(await this.hub.openCached(id, 'dataset'), decodeImage), false);
      if (!known) throw new DataError(`The data set ${id} is not open any more; choose its folder again.`);
      return OpenSet.open(id, await openDataset(fetchTree(id, `${this.base}${known.path}`, known.files), decodeImage), true);
    });
  }

  private free(name: string, taken: Map<string, unknown>): string {
    let id = name || 'folder';
    for (let i = 2; taken.has(id) || builtinModels.some((m) => m.id === id) || builtinData.some((d) => d.id === id); i++) id = `${name} ${i}`;
    return id;
  }
}

/** The id under which a repository is found again in the cache. */
const withRevision = (id: string, { revision }: HubOptions): string => (revision === undefined || id.includes('@') ? id : `${id}@${revision}`);

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
