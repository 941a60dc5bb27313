import { sizeOf } from '../engine/tensor';
import { quote } from '../errors/text';
import { openCheckpoint } from '../io/checkpoint';
import type { FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { stringifyFloats } from '../io/jsonFloats';
import { writeSafetensors, type TensorData, type TensorSource, type TensorToWrite } from '../io/safetensors';
import { targets } from '../io/targets';
import { ModelError, type Model } from '../models/model';
import { v4Source } from '../models/names';
import { readoutOf } from '../models/text';
import { traceModel } from '../models/trace';
import { asInFile, turnedSource } from '../models/transposed';
import type { MethodConfig } from './field';
import { Adapted, adapterLabel, CLASSIFIERS, joint, modelLabel } from './adapted';
import { CONFIG_FILE, EXTRAS_FILE, readConfig, readExtras, writeConfig, writeExtras, type ReadConfig } from './adapterConfig';
import type { Codec } from './codec';
import { nameIn, type Generation } from './generations';
import { methodOf, methods } from './index';
import { resolvePatterns } from './patterns';
import { labelsBeside } from './labels';
import { exactTypes, packing } from '../io/stored';
import { defined } from '../numbers/defined';
import { withHead } from './head';
import { commonOf, inFile, type Arrays, type FileBase, type FixedTensor, type Layer } from './method';
import { loadPrompts, METHOD_FILE, savePrompts } from './prompts/folder';
import { modelFor } from './prompts/model';

/** A file of a saved adapter or model. */
export interface SavedFile {
  path: string;
  bytes: Uint8Array;
}

/** A layer that the file adapts and the model does not run: of the text tower of a CLIP. `own` holds its tensors by suffix. */
export interface ForeignLayer extends Layer {
  own: Arrays;
}

export interface LoadedAdapter {
  /** The model with the adapter's labels, and the method on it. */
  adapted: Adapted;
  /** Values of the trainables, the bases and the head, by label; nothing else needs a start value. */
  values: Arrays;
  /** The bases that the file brings, by name; for making the same `Adapted` anew. */
  bases: Record<string, FileBase>;
  /** True when the file brings a head; otherwise the checkpoint's stands. */
  hasHead: boolean;
  /** Size of the images it was trained on, where known. */
  image_size: number | null;
  foreign: ForeignLayer[];
  /** Sentences for people. */
  warnings: string[];
}

const PREFIX = 'base_model.model.';
const WEIGHTS = 'adapter_model';
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

/**
 * Loads an adapter's folder onto a model: of any method's type (`Method.codecs`), or the weights that methods without one
 * save. `base` is the model's checkpoint, from which some methods make what their files leave out. Throws FormatError, ConfigError or ModelError.
 */
export async function loadAdapter(tree: FileTree, model: Model, base?: Pick<TensorSource, 'readF32Checked'>): Promise<LoadedAdapter> {
  if (!tree.paths().includes(CONFIG_FILE)) return tree.paths().includes(METHOD_FILE) ? loadPrompts(tree, model) : loadWeights(tree, model);
  const source = await openCheckpoint(tree, WEIGHTS);
  const read = await readConfig(tree, source.names());
  // As the method has it, layers of the text tower may run.
  const form = modelFor(methodOf(read.config.method), read.config, model);
  const parts = sortTensors(source, read, form);
  const labelled = withLabels(form, [read.extras?.labels, await labelsBeside(tree)], read.config, parts.head, source);
  // Where nothing of it is a layer's own, the targets alone say which layers it is on.
  const perLayer = Object.keys(inFile(methodOf(read.config.method), read.config, anyLayer)).length > 0;
  const pick = pickLayers(read, labelled, perLayer ? [...parts.layers.keys()] : targeted(read, labelled.whole?.() ?? labelled));
  const bases: Record<string, FileBase> = {};
  const values: Arrays = {};
  const warnings = [...read.warnings];
  for (const [base, name] of parts.bases) {
    const data = (values[modelLabel(base)] = await source.readF32Checked(name));
    bases[base] = { shape: source.info(name).shape, types: exactTypes(data) };
  }
  if (pick.foreign.length && !parts.bases.size) {
    // Bases are as large as the largest adapted layers, whether they run here or not, and another size is another draw.
    const { config, layers, method } = new Adapted(labelled, pick.config);
    for (const [name, { shape, data }] of Object.entries(method.shared?.(config, [...layers, ...pick.foreign]) ?? {})) {
      const drawn = (values[modelLabel(name)] = data!());
      bases[name] = { shape, types: exactTypes(drawn) };
      warnings.push(drawnAnew(config, read.codec, name));
    }
  }
  const adapted = new Adapted(labelled, resolvePatterns(pick.config, namesInFile(parts)), bases);
  for (const layer of adapted.layers) {
    for (const [suffix, data] of Object.entries(await readLayer(source, parts, adapted, layer, base))) values[adapterLabel(layer.name, suffix)] = data;
  }
  const foreign: ForeignLayer[] = [];
  for (const layer of pick.foreign) foreign.push({ ...layer, own: await readLayer(source, parts, adapted, layer, base) });
  for (const [name, { data }] of Object.entries(adapted.shared)) {
    if (!data) continue;
    values[modelLabel(name)] = data();
    warnings.push(drawnAnew(adapted.config, read.codec, name));
  }
  for (const [name, { shape }] of Object.entries(adapted.common)) {
    const named = parts.common.get(name);
    if (named === undefined) throw new FormatError(`${WEIGHTS} has no ${modelLabel(name)}; the file is incomplete.`);
    values[modelLabel(name)] = await readShaped(source, named, shape);
  }
  for (const [part, name] of parts.head) values[part] = await readShaped(source, name, adapted.trace.weights.get(part)!);
  if (foreign.length) {
    const first = quote(defined(foreign[0]).name);
    warnings.push(
      foreign.length === 1
        ? `1 adapted layer is not part of this model as it runs here (${first}); it is left aside.`
        : `${foreign.length} adapted layers are not part of this model as it runs here (${first} and others); they are left aside.`,
    );
  }
  return { adapted, values, bases, hasHead: parts.head.size > 0, image_size: read.extras?.image_size ?? null, foreign, warnings: [...new Set(warnings)] };
}

function drawnAnew(c: MethodConfig, { drawn }: Codec, name: string): string {
  const again = `The file holds no random bases (${name}); they are made again from key ${c.projection_prng_key as number}.`;
  const doubt = drawn?.(c);
  return doubt ? `${again} ${doubt}` : again;
}

interface Parts {
  /** Names in the file by suffix, by layer. */
  layers: Map<string, Map<string, string>>;
  /** Names in the file by base (`randlora_A`). */
  bases: Map<string, string>;
  /** Names in the file by what all layers have in common. */
  common: Map<string, string>;
  /** Names in the file by the head's tensor (`classifier.weight`). */
  head: Map<string, string>;
}

/** A layer, for asking a method what its tensors are called. */
// Stryker disable next-line ObjectLiteral,StringLiteral: what they are called depends on no layer
const anyLayer: Layer = { name: '', in: 1, out: 1 };

/** Sorts the file's tensors by what they are. A name that it does not know is an error: nothing is left out in silence. */
// Stryker disable next-line ArrayDeclaration: no tensor is called anything else
function sortTensors(source: TensorSource, { config, codec: { bases = [], spellings = {} } }: ReadConfig, model: Model): Parts {
  const parts: Parts = { layers: new Map(), bases: new Map(), common: new Map(), head: new Map() };
  const method = methodOf(config.method);
  const suffixes = Object.keys(inFile(method, config, anyLayer));
  const { head: inHead, blocks } = traceModel(model);
  const common = Object.keys(commonOf(method, config, { model, blocks, layers: [] }));
  const copies = new Map<string, string>();
  const v4 = (path: string) => model.names?.v4(path) ?? path;
  for (const name of source.names()) {
    const base = bases.find((b) => name === modelLabel(b));
    if (base) {
      parts.bases.set(base, name);
      continue;
    }
    const own = common.find((c) => name === modelLabel(c));
    if (own) {
      parts.common.set(own, name);
      continue;
    }
    if (!name.startsWith(PREFIX)) throw new FormatError(`${WEIGHTS} has a tensor ${quote(name)}, which does not start with base_model.model.; this is not a PEFT file.`);
    const [other, ours] = Object.entries(spellings).find(([ending]) => name.endsWith(`.${ending}`)) ?? ['', ''];
    const path = name.slice(PREFIX.length, name.length - other.length) + ours;
    const suffix = suffixes.find((s) => path.endsWith(joint(s) + s));
    const copy = bases.find((b) => path.endsWith(`.${b}`));
    if (suffix) {
      const layer = v4(path.slice(0, -(joint(suffix) + suffix).length));
      if (!parts.layers.has(layer)) parts.layers.set(layer, new Map());
      parts.layers.get(layer)!.set(suffix, name);
    } else if (copy) {
      // Versions before PEFT #3714 repeat the shared bases in every layer: the first copy stands in, the rest are never read.
      if (!copies.has(copy)) copies.set(copy, name);
    } else {
      const part = path.replace(/^([^.]+)\.modules_to_save\./, '$1.');
      // A head of one layer may go by any name here; of several, by the model's own.
      if (!/^[^.]+\.(weight|bias)$/.test(part) && !inHead.has(part)) throw new FormatError(`${WEIGHTS} has a tensor ${quote(name)}, which ${config.method} does not have here; it cannot be honoured.`);
      parts.head.set(part, name);
    }
  }
  for (const [base, name] of copies) if (!parts.bases.has(base)) parts.bases.set(base, name);
  const both = bases.filter((b) => parts.bases.has(b)).length;
  if (both > 0 && both < bases.length) throw new FormatError(`${WEIGHTS} holds one of ${bases.join(' and ')} but not the other.`);
  return parts;
}

/** Names of the layers in the file, by our names. */
function namesInFile({ layers }: Parts): Map<string, string> {
  return new Map([...layers].map(([layer, tensors]) => {
    const [[suffix, name]] = tensors as unknown as [[string, string]];
    return [layer, name.slice(PREFIX.length, name.lastIndexOf(joint(suffix) + suffix))];
  }));
}

/** The model with the head that the adapter's file holds, and the labels that it was trained for. */
function withLabels(model: Model, named: (string[] | undefined)[], config: MethodConfig, head: Map<string, string>, source: TensorSource): Model {
  const saved = (config.modules_to_save as string[] | null | undefined) ?? [];
  if (head.size === 0) {
    if (model.head !== null && saved.includes(model.head)) throw new FormatError(`${CONFIG_FILE} lists the head ${quote(model.head)} in modules_to_save, but ${WEIGHTS} does not hold it.`);
    return model;
  }
  if (model.head === null) throw new FormatError(`${WEIGHTS} holds a trained classifier, but this model classifies by fixed text features.`);
  const rowsOf = (name: string) => (head.has(`${name}.weight`) ? defined(source.info(head.get(`${name}.weight`)!).shape[0]) : undefined);
  const labelled = withHead(model, rowsOf, named);
  if (!labelled) throw new FormatError(`${WEIGHTS} holds ${[...head.keys()].join(' and ')}; this model's head is ${quote(model.head)}, of which there is no weight.`);
  const stray = [...head].find(([part]) => !part.startsWith(`${labelled.head}.`));
  if (stray) throw new FormatError(`${WEIGHTS} has a tensor ${quote(stray[1])}, which ${config.method} does not have here; it cannot be honoured.`);
  return labelled;
}

/**
 * The config with targets that select exactly the layers of the file, and the file's layers that the model does not run.
 * Patterns may be written for transformers 4 or 5, and for the bare backbone.
 */
function pickLayers(read: ReadConfig, model: Model, inFile: string[]): { config: MethodConfig; foreign: Layer[] } {
  const { linears } = traceModel(model);
  const known = new Set(linears.filter((l) => l.adaptable).map((l) => l.name));
  const here = inFile.filter((name) => known.has(name));
  const elsewhere = inFile.filter((name) => !known.has(name));
  const whole = new Map(elsewhere.length && model.whole ? traceModel(model.whole()).linears.filter((l) => l.adaptable).map((l) => [l.name, l]) : []);
  const unknown = elsewhere.find((name) => !whole.has(name));
  if (unknown !== undefined) throw whyUnknown(unknown, model, linears.some(({ name }) => name === unknown));
  if (here.length === 0) throw new ModelError(`the adapter changes ${quote(elsewhere[0] ?? '')} and other layers of a part of the ${model.family} model that does not run here.`);
  const foreign = elsewhere.map((name) => whole.get(name)!);
  const { config, layers_pattern } = read;
  const same = (a: string[] | null) => a !== null && a.length === here.length && a.every((name) => here.includes(name));
  const [asWritten = null, ...others] = spelledTargets(read, model);
  if (same(asWritten) && !layers_pattern?.length) return { config, foreign };
  if (!same(asWritten) && !others.some(same)) {
    const missing = asWritten?.find((name) => !here.includes(name));
    const extra = here.find((name) => !asWritten?.includes(name));
    throw new FormatError(
      missing !== undefined
        ? `target_modules of ${CONFIG_FILE} selects ${quote(missing)}, which ${WEIGHTS} does not hold; the adapter is incomplete, or for another base model.`
        : `target_modules of ${CONFIG_FILE} does not select ${quote(extra ?? '')}, which ${WEIGHTS} holds; the adapter is incomplete, or for another base model.`,
    );
  }
  return { config: { ...config, target_modules: here, exclude_modules: null, layers_to_transform: null }, foreign };
}

/** The layers that the targets select, in the first of the spellings that selects any. */
function targeted(read: ReadConfig, model: Model): string[] {
  const names = spelledTargets(read, model).find((one) => one !== null);
  if (!names) throw new FormatError(`target_modules of ${CONFIG_FILE} selects no layer of this ${model.family} model; is it the right base model?`);
  return names;
}

/** Layers that the targets select, by our names: matched against our names, and against those of transformers 5 and of the bare backbone. Null where they select none. */
function spelledTargets({ config, layers_pattern }: ReadConfig, model: Model): (string[] | null)[] {
  const { linears } = traceModel(model);
  const rules = {
    target_modules: config.target_modules as string | string[],
    exclude_modules: config.exclude_modules as string | string[] | null,
    layers_to_transform: config.layers_to_transform as number[] | null,
    layers_pattern,
    modules_to_save: (config.modules_to_save as string[] | null | undefined) ?? [],
    head: model.head ? [model.head] : [],
  };
  const bare = (name: string) => (model.base_model_prefix && name.startsWith(`${model.base_model_prefix}.`) ? name.slice(model.base_model_prefix.length + 1) : name);
  const v5 = (name: string) => model.names?.v5(name) ?? name;
  return [(name: string) => name, v5, bare, (name: string) => bare(v5(name))].map((rename) => {
    const modules = linears.map((l) => ({ name: rename(l.name), kind: l.adaptable || l.name === model.head ? 'linear' : 'a convolution' }));
    const original = new Map(modules.map(({ name }, i) => [name, defined(linears[i]).name]));
    try {
      return targets(modules, rules).map((name) => original.get(name)!);
    } catch (error) {
      if (error instanceof FormatError) return null;
      throw error;
    }
  });
}

/** A layer's tensors in the file, by suffix, and what follows from them and from its weight. */
async function readLayer(source: TensorSource, parts: Parts, adapted: Adapted, layer: Layer, base?: Pick<TensorSource, 'readF32Checked'>): Promise<Arrays> {
  const own: Arrays = {};
  const { method } = adapted;
  const c = adapted.configOf(layer);
  for (const [suffix, { shape }] of Object.entries(inFile(method, c, layer))) {
    const name = parts.layers.get(layer.name)?.get(suffix);
    if (name === undefined) throw new FormatError(`${WEIGHTS} has no ${suffix} of ${quote(layer.name)}; the file is incomplete.`);
    own[suffix] = await readShaped(source, name, shape);
  }
  if (!method.derive) return own;
  const weight = () => {
    if (!base) throw new Error(`loadAdapter: ${c.method} needs the model's weights`);
    return base.readF32Checked(`${layer.name}.weight`);
  };
  return { ...own, ...(await method.derive(c, layer, own, weight)) };
}

/** Error for an adapter of a layer that cannot be adapted here. `runs`: the model has the layer, which is its head or a convolution. */
function whyUnknown(name: string, { head, family, names, idle }: Model, runs: boolean): Error {
  const merge = 'Merge the adapter into its model with PEFT and load the result.';
  if (names?.halves?.parts.some((part) => name.endsWith(`.${part}`))) return new FormatError(`The adapter changes ${quote(name)}, one half of ${names.halves.of} as transformers 5 has it; here both halves are one layer, ${names.halves.whole}, as in transformers 4. ${merge}`);
  if (name === head || (head === null && CLASSIFIERS.includes(name))) return new FormatError(`The adapter changes the classifier ${quote(name)} by an update of its own (PEFT's all-linear includes it); here a classifier is trained whole, as modules_to_save. ${merge}`);
  if (runs) return new FormatError(`The adapter changes ${quote(name)}, the convolution that makes patches into tokens; only linear layers can be adapted here. ${merge}`);
  if (idle?.includes(name)) return new FormatError(`The adapter changes the pooler ${quote(name)}, which does not run before a classifier. Leave it out of target_modules, or merge the adapter into its model with PEFT and load the result.`);
  return new ModelError(`the adapter is for a layer ${quote(name)}, which this ${family} model does not have; is it the right base model?`);
}

async function readShaped(source: TensorSource, name: string, shape: readonly number[]): Promise<Float32Array> {
  const found = source.info(name).shape;
  if (found.length !== shape.length || found.some((d, i) => d !== shape[i])) {
    throw new FormatError(`Tensor ${quote(name)} is [${found.join(', ')}], the config asks for [${shape.join(', ')}].`);
  }
  return source.readF32Checked(name);
}

/** Loads weights that a method trained of the model, or of the head alone, by Hugging Face name. */
async function loadWeights(tree: FileTree, model: Model): Promise<LoadedAdapter> {
  const more = await readExtras(tree);
  if (!more) throw new FormatError(`${quote(tree.name)} has no ${CONFIG_FILE}; choose the folder that holds the adapter.`);
  const method = Object.hasOwn(methods, more.method) ? methods[more.method] : undefined;
  if (!method || method.codecs) throw new FormatError(`${EXTRAS_FILE} is for ${quote(more.method)}, whose ${CONFIG_FILE} is missing.`);
  const source = turnedSource(v4Source(await openCheckpoint(tree), model.names), model);
  const labelled = model.head === null ? null : withHead(model, (head) => (source.has(`${head}.weight`) ? source.info(`${head}.weight`).shape[0] : undefined), [more.labels]);
  const adapted = new Adapted(labelled ?? model, { ...more.settings, method: more.method });
  const values: Arrays = {};
  for (const name of adapted.weightsInFile()) {
    if (!source.has(name)) throw new FormatError(`${quote(tree.name)} has no tensor ${quote(name)}.`);
    const shape = adapted.trace.weights.get(name)!;
    if (sizeOf(source.info(name).shape) !== sizeOf(shape)) throw new FormatError(`Tensor ${quote(name)} is [${source.info(name).shape.join(', ')}], the model asks for [${shape.join(', ')}].`);
    values[name] = await source.readF32Checked(name);
  }
  return { adapted, values, bases: {}, hasHead: labelled !== null, image_size: more.image_size ?? null, foreign: [], warnings: [] };
}

/** The model that an adapter was trained on. */
export interface BaseModel {
  /** Name or path. */
  id: string;
  /** Full fine-tuning saves a whole model, with the tensors it did not touch as they are. */
  source: TensorSource;
  /** config.json as read. */
  config: Record<string, unknown>;
}

/**
 * The files of a trained adapter, to be put into one folder: PEFT's where PEFT computes the same; of methods that train weights
 * of the model, or the head alone, those that were trained, by their Hugging Face names. `generation` chooses whose names the
 * adapter's layers go by; left out, transformers 4's, with the targets as they were given.
 */
export async function saveAdapter(adapted: Adapted, values: Arrays, { base, generation }: { base: BaseModel; generation?: Generation }): Promise<SavedFile[]> {
  if (adapted.method.trains !== 'adapter') return saveWeights(adapted, values, base);
  const folder = adapted.method.prompts?.folder;
  if (folder) return savePrompts(adapted, folder, values, base.id);
  const tensors = new Map<string, TensorData>();
  const put = (name: string, label: string, shape: readonly number[], data = values[label] ?? (shape.includes(0) ? new Float32Array() : undefined), dtype: FixedTensor['dtype'] | 'F32' = 'F32') => {
    if (data?.length !== sizeOf(shape)) throw new Error(`saveAdapter: ${label} has ${data?.length ?? 'no'} values for [${shape.join(', ')}]`);
    const stored = dtype === 'BF16' && !exactTypes(data).includes('bf16') ? 'F32' : dtype;
    tensors.set(name, { dtype: stored, shape, data: asStored[stored](data) });
  };
  for (const layer of adapted.layers) {
    for (const [suffix, { shape, dtype }] of Object.entries(inFile(adapted.method, adapted.configOf(layer), layer))) {
      put(adapterLabel(nameIn(generation ?? 4, adapted.model, layer.name), suffix), adapterLabel(layer.name, suffix), shape, undefined, dtype);
    }
  }
  for (const [name, { shape, data }] of Object.entries(adapted.shared)) put(modelLabel(name), modelLabel(name), shape, values[modelLabel(name)] ?? data?.());
  for (const [name, { shape }] of Object.entries(adapted.common)) put(modelLabel(name), modelLabel(name), shape);
  for (const name of adapted.trainedHead) put(PREFIX + name, name, adapted.trace.weights.get(name)!);
  return [
    { path: CONFIG_FILE, bytes: text(writeConfig(adapted, base.id, generation)) },
    { path: `${WEIGHTS}.safetensors`, bytes: writeSafetensors(sorted(tensors)) },
    { path: EXTRAS_FILE, bytes: text(writeExtras(adapted)) },
  ];
}

async function saveWeights(adapted: Adapted, values: Arrays, { source, config }: BaseModel): Promise<SavedFile[]> {
  const more = { path: EXTRAS_FILE, bytes: text(writeExtras(adapted)) };
  if (adapted.method.trains !== 'weights') {
    const learned = new Map<string, TensorData>();
    for (const name of adapted.weightsInFile()) {
      const { read, ...like } = asInFile(adapted.model, name, { dtype: 'F32', shape: adapted.trace.weights.get(name)!, read: () => defined(values[name]) });
      learned.set(name, { ...like, data: await read() });
    }
    return [{ path: 'model.safetensors', bytes: writeSafetensors(sorted(learned)) }, more];
  }
  return [...(await modelFiles(adapted.model, source, pickWeights(adapted, values), config)), more];
}

/** Values as a file has them. */
const asStored: Record<NonNullable<FixedTensor['dtype']> | 'F32', (data: Float32Array) => ArrayBufferView> = {
  F32: (data) => data,
  U8: (data) => Uint8Array.from(data),
  I16: (data) => Int16Array.from(data),
  I32: (data) => Int32Array.from(data),
  I64: (data) => BigInt64Array.from(data, BigInt),
  BF16: (data) => new Uint16Array(packing.bf16.pack(data).buffer, 0, data.length),
};

/** The weights among `values`, by name. */
const pickWeights = (adapted: Adapted, values: Arrays): Map<string, Float32Array> =>
  new Map(Object.entries(values).filter(([name]) => adapted.trace.weights.has(name)));

/**
 * The tensors of a complete model: every one of the checkpoint in its own shape, with those in `changed` (by name, f32)
 * anew; in the checkpoint's types where nothing is changed, else in f32. A new head that the checkpoint does not have is added. Nothing is read yet.
 */
export function modelTensors(model: Model, source: TensorSource, changed: Map<string, Float32Array>): Map<string, TensorToWrite> {
  const tensors = new Map<string, TensorToWrite>();
  const { head, weights } = traceModel(model);
  const isHead = (name: string) => head.has(name);
  for (const name of source.names()) {
    const { dtype, shape } = source.info(name);
    const data = changed.get(name);
    if ((isHead(name) && data) || model.dropped?.some((module) => name.startsWith(`${module}.`))) continue;
    if (data && data.length !== sizeOf(shape)) throw new FormatError(`${quote(name)} has ${data.length} new values for [${shape.join(', ')}].`);
    // Weights of one type: transformers 4.45 may keep each in its own, and then refuses to add them up.
    const widened = changed.size > 0 && /^B?F\d/.test(dtype);
    if (data) tensors.set(name, { dtype: 'F32', shape, read: () => data });
    else tensors.set(name, widened ? { dtype: 'F32', shape, read: () => source.readF32(name) } : { dtype, shape, read: () => source.read(name) });
  }
  for (const [name, data] of changed) {
    if (isHead(name)) tensors.set(name, { dtype: 'F32', shape: weights.get(name)!, read: () => data });
    else if (!tensors.has(name)) throw new FormatError(`The checkpoint has no tensor ${quote(name)} to change.`);
  }
  return sorted(new Map([...tensors].map(([name, tensor]) => [name, asInFile(model, name, tensor)])));
}

/** A complete model with some weights changed: config.json with the model's labels, and model.safetensors. */
export async function modelFiles(model: Model, source: TensorSource, changed: Map<string, Float32Array>, config: Record<string, unknown>): Promise<SavedFile[]> {
  const tensors = new Map<string, TensorData>();
  for (const [name, { dtype, shape, read }] of modelTensors(model, source, changed)) tensors.set(name, { dtype, shape, data: await read() });
  return [
    { path: 'config.json', bytes: text(modelConfig(model, config, changed.size > 0)) },
    { path: 'model.safetensors', bytes: writeSafetensors(tensors) },
  ];
}

/**
 * Text of config.json with the model's labels. Weights that were `changed` are F32 whatever type the base's have, and the config
 * says so: transformers 5 loads in the type that it names. `more` are fields for others than transformers.
 */
export function modelConfig(model: Model, config: Record<string, unknown>, changed = true, more: Record<string, unknown> = {}): string {
  const labelled = withConfigLabels(model, config);
  const named = 'dtype' in labelled ? labelled : { torch_dtype: null, ...labelled };
  return stringifyFloats({ ...(changed ? inF32(named) : labelled), ...more }, 2);
}

/** A config, with those of its towers, that names F32 wherever it names a type. */
function inF32(config: Record<string, unknown>): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (key === 'torch_dtype' || key === 'dtype') own[key] = 'float32';
    else if (key.endsWith('_config') && value !== null && typeof value === 'object') own[key] = inF32(value as Record<string, unknown>);
  }
  return { ...config, ...own };
}

function withConfigLabels(model: Model, config: Record<string, unknown>): Record<string, unknown> {
  if (model.head === null) return config;
  const rest = { ...config };
  delete rest.num_labels;
  const id2label = Object.fromEntries(model.labels.map((label, i) => [String(i), label]));
  const label2id = Object.fromEntries(model.labels.map((label, i) => [label, i]));
  // A trained classifier on a two-tower CLIP or a bare backbone: the class of transformers that has one.
  const architectures = model.architecture ? { architectures: [model.architecture] } : {};
  // What logits of texts are, which pipelines read there: a number goes through no softmax.
  const problem = model.language && !readoutOf(model.language).byTokens ? { problem_type: model.language.problem } : {};
  return { ...rest, ...architectures, ...problem, id2label, label2id };
}

const sorted = <T>(map: Map<string, T>): Map<string, T> => new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

