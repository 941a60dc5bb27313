import { addresses } from '../api/addresses';
import { load_dataset } from '../api/data';
import { builtinData, builtinReadings, builtinTexts, bundledData, type BuiltinData } from '../data/builtin';
import { describeSet } from '../data/about';
import { DataError, type Dataset } from '../data/source';
import { fetchTree, type FileTree } from '../io/fileTree';
import type { Hub, OpenOptions } from '../io/hub/hub';
import { hubIdOf, isHubId, parseHubId } from '../io/hub/ids';
import { isOfEveryObject } from '../io/kept';
import { builtinModels, builtinTextModels, bundledModels, type BuiltinModel } from '../models/builtin';
import { checkWeights } from '../models/load';
import { ModelError } from '../models/model';
import { traceModel } from '../models/trace';
import { modelInfo } from '../train/modelInfo';
import { describeModel, openModel, textsOf, type KnownModel, type LoadedModel } from '../train/openModel';
import { OpenSet } from '../train/openSet';
import { poolOf } from '../train/pool';
import type { DataInfo, HubCache, HubEvent, HubOptions, ImportKind, KeptImports, KeptItem, Medium, ModelInfo, RunSpec } from '../train/protocol';
import type { LibraryWorker } from './protocol';
import { Readings, type Reading } from '../train/readings';
import { forTask } from '../train/textSet';
import type { Imports } from './imports';
import { seldom } from './seldom';

/** Models and data sets that are open: bundled ones, what the person brought, and what a hub has. */
export class Library implements LibraryWorker {
  private readonly openModels = new Map<string, Promise<LoadedModel>>();
  readonly openSets = new Map<string, Promise<OpenSet>>();
  /** Of bundled ones: what is known before weights and images are fetched, and the files. */
  private readonly describedModels = new Map<string, Promise<KnownModel>>();
  private readonly describedSets = new Map<string, Promise<OpenSet>>();
  private readonly trees = new Map<string, FileTree>();
  readonly readings = new Readings();
  /** Loads from a hub that are going on, by id. */
  private readonly hubLoads = new Map<string, Set<AbortController>>();

  /** `base`: the page's root address. */
  constructor(
    private readonly base: string,
    private readonly hub: Hub,
    readonly imports: Imports,
  ) {}

  async models(medium: Medium): Promise<ModelInfo[]> {
    const bundled = (medium === 'texts' ? builtinTextModels : builtinModels).map((m) => m.id).filter(isHere);
    const open = [...this.openModels.keys()].filter((id) => !bundledModels.some((m) => m.id === id));
    const all = await knownOf(bundled, open, async (id) => modelInfo(id, await this.knownModel(id)));
    return all.filter(({ language }) => (language !== undefined) === (medium === 'texts'));
  }

  async datasets(medium: Medium): Promise<DataInfo[]> {
    const bundled = (medium === 'texts' ? builtinTexts : builtinData).map((d) => d.id).filter(isHere);
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

  async openCachedModel(id: string): Promise<ModelInfo> {
    return modelInfo(id, await this.model(id));
  }

  async openCachedData(id: string): Promise<DataInfo> {
    return (await this.data(id)).info();
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

  cancelHub(id: string): void {
    this.hubLoads.get(id)?.forEach((abort) => abort.abort());
  }

  hubCache(): Promise<HubCache> {
    return this.hub.cache();
  }

  async deleteHubRepo(key: string): Promise<HubCache> {
    const repo = (await this.hub.cache()).repos.find((r) => r.key === key);
    await this.hub.remove(key);
    // What was open from it has lost its files.
    const open: Map<string, unknown> = repo?.kind === 'dataset' ? this.openSets : this.openModels;
    for (const id of [...open.keys()]) if (id.split('@')[0] === repo?.id) open.delete(id);
    return this.hub.cache();
  }

  /** Loads from a hub until `cancelHub`. */
  private load(id: string, options: OpenOptions, onEvent: (event: HubEvent) => void) {
    return this.untilCancelled(id, (signal) => this.hub.open(id, { ...options, signal, onEvent }));
  }

  async untilCancelled<T>(id: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
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
  async reading(spec: Pick<RunSpec, 'model' | 'data' | 'edits' | 'text'>): Promise<Reading<LoadedModel>> {
    const [model, set] = await Promise.all([this.model(spec.model), this.data(spec.data)]);
    await set.settled();
    return this.readings.of(model, set, spec);
  }

  /** The same of a run whose adapter is there, and whose data need not be any more; of texts, as long ones as the model reads. */
  async tried(spec: Pick<RunSpec, 'model' | 'data' | 'edits' | 'text'>): Promise<Omit<Reading<LoadedModel>, 'data'> & { data: Dataset | null }> {
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
    await this.findPool(id, set);
    this.openSets.set(id, Promise.resolve(set));
    return set.info();
  }

  /** A model as it is described and planned before its weights are needed: a bundled one's are not fetched for that. */
  knownModel(id: string): Promise<KnownModel> {
    const known = bundledModels.find((m) => m.id === id);
    if (!known || this.openModels.has(id)) return this.model(id);
    return remember(this.describedModels, id, async () => {
      const tree = this.bundled(known);
      const described = await describeModel(tree);
      return { ...described, id, ...textsOf(tree, described.net) };
    });
  }

  /** The same of a data set, whose images need not be here. */
  knownData(id: string): Promise<OpenSet> {
    const known = bundledData.find((d) => d.id === id);
    if (!known || this.openSets.has(id)) return this.data(id);
    // Texts are known when they are read.
    if (builtinTexts.some((set) => set.id === id)) return this.data(id);
    return remember(this.describedSets, id, async () => OpenSet.open(id, () => describeSet(this.bundled(known)), true));
  }

  /** The files of what is served beside the page. */
  private bundled({ id, path, files }: Pick<BuiltinModel, 'id' | 'path' | 'files'>): FileTree {
    let tree = this.trees.get(path);
    if (!tree) this.trees.set(path, (tree = fetchTree(id, addresses[id]?.() ?? `${this.base}${path}`, files)));
    return tree;
  }

  model(id: string): Promise<LoadedModel> {
    return remember(this.openModels, id, async () => {
      const known = bundledModels.find((m) => m.id === id);
      const kept = known ? null : await this.imports.tree('model', id);
      if (kept) return { ...(await openModel(kept)), id };
      if (!known && isHubId(id)) return { ...(await openModel(await this.hub.openCached(id))), id };
      if (!known) throw new ModelError(`The model ${id} is not open any more; choose its folder again.`);
      return { ...(await openModel(this.bundled(known))), id };
    });
  }

  data(id: string): Promise<OpenSet> {
    return remember(this.openSets, id, async () => {
      const known = bundledData.find((d) => d.id === id);
      const kept = known ? null : await this.imports.tree('data', id);
      if (known) return OpenSet.open(id, async (reading = builtinReadings[id]) => ofBundled(await load_dataset(this.bundled(known), reading), known), true);
      const tree = kept ?? (isHubId(id) ? await this.hub.openCached(id, 'dataset') : null);
      if (!tree) throw new DataError(`The data set ${id} is not open any more; choose its folder again.`);
      const set = await OpenSet.open(id, (reading) => load_dataset(tree, reading), false);
      await this.findPool(id, set);
      return set;
    });
  }

  /** Puts the unlabelled pictures that are kept or were brought beside a set. */
  async findPool(id: string, set: OpenSet): Promise<void> {
    const parts = await this.imports.pool(id);
    if (parts.length > 0 || set.pool.count > 0) set.takePool(await poolOf(parts, true));
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

/** True of what is served beside the page: all, but in the package, which says where what it has is. */
const isHere = (id: string): boolean => Object.keys(addresses).length === 0 || Object.hasOwn(addresses, id);

/** Adds what a bundled table of texts does not say of itself. */
const ofBundled = (opened: Dataset, { title }: BuiltinData): Dataset => (opened.train.text ? { ...opened, title, licence: 'CC0 1.0' } : opened);

/** The id under which a repository is found again in the cache. */
const withRevision = (id: string, { revision, config }: HubOptions): string => hubIdOf(parseHubId(id, 'dataset', revision, config));

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
