import { quote } from '../../errors/text';
import { openCheckpoint } from '../../io/checkpoint';
import type { FileTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import type { TensorSource } from '../../io/safetensors';
import { exactTypes } from '../../io/stored';
import type { Model } from '../../models/model';
import { Adapted, adapterLabel, modelLabel } from '../adapted';
import { CONFIG_FILE, METHOD_FILE, readConfig, type ReadConfig } from './config';
import type { Codec } from '../codec';
import type { MethodConfig } from '../field';
import { methodOf } from '../index';
import { labelsBeside } from './labels';
import { type Arrays, type FileBase, inFile, type Layer } from '../method';
import { resolvePatterns } from '../patterns';
import { loadPrompts } from '../prompts/folder';
import { modelFor } from '../prompts/model';
import { pickLayers, targeted } from './layers';
import { type ForeignLayer, type LoadedAdapter, readShaped, unknownTensor, WEIGHTS, withLabels } from './loaded';
import { loadPart } from './part';
import { anyLayer, namesInFile, type Parts, sortTensors } from './tensors';
import { loadWeights } from './weights';

/**
 * Loads an adapter's folder onto a model: of any method's type (`Method.codecs`), or the weights that methods without one
 * save. `base` is the model's checkpoint, from which some methods make what their files leave out. Throws FormatError, ConfigError or ModelError.
 */
export async function loadAdapter(tree: FileTree, model: Model, base?: Pick<TensorSource, 'readF32Checked'>): Promise<LoadedAdapter> {
  if (!tree.paths().includes(CONFIG_FILE)) return tree.paths().includes(METHOD_FILE) ? loadPrompts(tree, model) : loadWeights(tree, model);
  const source = await openCheckpoint(tree, WEIGHTS);
  const read = await readConfig(tree, source.names());
  const method = methodOf(read.config.method);
  if (method.trains === 'part') return loadPart(tree, source, read, model);
  // As the method has it, layers of the text tower may run.
  const form = modelFor(method, read.config, model);
  const parts = sortTensors(source, read, form);
  const labelled = withLabels(form, [read.extras?.labels, await labelsBeside(tree)], read.config, parts.head, source);
  // Where nothing of it is a layer's own, the targets alone say which layers it is on.
  const perLayer = Object.keys(inFile(method, read.config, anyLayer)).length > 0;
  const pick = pickLayers(read, labelled, perLayer ? [...parts.layers.keys()] : targeted(read, labelled.whole?.() ?? labelled));
  const [first] = pick.foreign;
  if (first && read.codec.counts) throw new FormatError(`The adapter changes ${quote(first.name)} besides the layers that this model runs, and counts its tensors over all of them; a part of them cannot be read alone. Merge the adapter into its model with PEFT and load the result.`);
  const { bases, drawn, notes } = await readBases(source, parts, labelled, read, pick);
  const config = resolvePatterns(pick.config, namesInFile(parts));
  const apart = pick.foreign.length > 0 ? method.apart?.(config) : undefined;
  const adapted = new Adapted(labelled, { ...config, ...apart }, bases);
  // What follows from all layers of the file does so before some are left aside.
  const asWritten = apart && labelled.whole ? new Adapted(labelled.whole(), { ...config, target_modules: [...adapted.layers, ...pick.foreign].map(({ name }) => name), exclude_modules: null, layers_to_transform: null, modules_to_save: null }, bases) : adapted;
  const layerOf = (layer: Layer) => readLayer(source, parts, asWritten, layer, base);
  const { values, warnings } = await readValues(source, parts, adapted, read.codec, layerOf);
  // Our own folders say so by a file of ours.
  const remade = read.extras || read.codec.remade === undefined ? [] : [read.codec.remade];
  const foreign: ForeignLayer[] = [];
  for (const layer of pick.foreign) foreign.push({ ...layer, own: await layerOf(layer) });
  return {
    adapted,
    values: { ...drawn, ...values },
    bases,
    hasHead: parts.head.size > 0,
    image_size: read.extras?.image_size ?? null,
    foreign,
    warnings: [...new Set([...read.warnings, ...remade, ...notes, ...warnings, ...leftAside(foreign)])],
  };
}

/** The same at the image size that the adapter was trained on. */
export async function openSaved(tree: FileTree, net: Model, base?: TensorSource): Promise<LoadedAdapter> {
  const loaded = await loadAdapter(tree, net, base);
  const { image_size } = loaded;
  return image_size === null || image_size === net.image_size ? loaded : loadAdapter(tree, net.with({ image_size }), base);
}

/** Bases that the file brings, or that belong to layers which do not run here and are drawn anew; their values by label. */
async function readBases(source: TensorSource, parts: Parts, model: Model, { codec }: ReadConfig, pick: { config: MethodConfig; foreign: Layer[] }): Promise<{ bases: Record<string, FileBase>; drawn: Arrays; notes: string[] }> {
  const bases: Record<string, FileBase> = {};
  const drawn: Arrays = {};
  const notes: string[] = [];
  for (const [base, name] of parts.bases) {
    const data = (drawn[modelLabel(base)] = await source.readF32Checked(name));
    bases[base] = { shape: source.info(name).shape, types: exactTypes(data) };
  }
  if (pick.foreign.length === 0 || parts.bases.size > 0) return { bases, drawn, notes };
  // Bases are as large as the largest adapted layers, whether they run here or not, and another size is another draw.
  const { config, layers, method } = new Adapted(model, pick.config);
  for (const [name, { shape, data }] of Object.entries(method.shared?.(config, [...layers, ...pick.foreign]) ?? {})) {
    const made = (drawn[modelLabel(name)] = data!());
    bases[name] = { shape, types: exactTypes(made) };
    notes.push(drawnAnew(config, codec, name));
  }
  return { bases, drawn, notes };
}

/** Values of all that the method has on the model, by label. */
async function readValues(source: TensorSource, parts: Parts, adapted: Adapted, codec: Codec, layerOf: (layer: Layer) => Promise<Arrays>): Promise<{ values: Arrays; warnings: string[] }> {
  const values: Arrays = {};
  const warnings: string[] = [];
  for (const layer of adapted.layers) {
    for (const [suffix, data] of Object.entries(await layerOf(layer))) values[adapterLabel(layer.name, suffix)] = data;
  }
  for (const [name, { data }] of Object.entries(adapted.shared)) {
    if (!data) continue;
    values[modelLabel(name)] = data();
    warnings.push(drawnAnew(adapted.config, codec, name));
  }
  for (const [name, inFile] of parts.common) if (!Object.hasOwn(adapted.common, name)) throw unknownTensor(inFile, adapted.config);
  for (const [name, { shape }] of Object.entries(adapted.common)) {
    const named = parts.common.get(name);
    if (named === undefined) throw new FormatError(`${WEIGHTS} has no ${modelLabel(name)}; the file is incomplete.`);
    values[modelLabel(name)] = await readShaped(source, named, shape);
  }
  for (const [part, name] of parts.head) values[part] = await readShaped(source, name, adapted.trace.weights.get(part)!);
  return { values, warnings };
}

/** Sentence about layers that the model does not run here. */
function leftAside(foreign: readonly ForeignLayer[]): string[] {
  const [first] = foreign;
  if (!first) return [];
  const name = quote(first.name);
  return [
    foreign.length === 1
      ? `1 adapted layer is not part of this model as it runs here (${name}); it is left aside.`
      : `${foreign.length} adapted layers are not part of this model as it runs here (${name} and others); they are left aside.`,
  ];
}

function drawnAnew(c: MethodConfig, { drawn }: Codec, name: string): string {
  const again = `The file holds no random bases (${name}); they are made again from key ${c.projection_prng_key as number}.`;
  const doubt = drawn?.(c);
  return doubt ? `${again} ${doubt}` : again;
}

/** A layer's tensors in the file, by suffix, and what follows from them and from its weight. */
async function readLayer(source: TensorSource, parts: Parts, adapted: Adapted, layer: Layer, base?: Pick<TensorSource, 'readF32Checked'>): Promise<Arrays> {
  const own: Arrays = {};
  const { method } = adapted;
  const c = adapted.configOf(layer);
  // Of some methods nothing is a layer's own.
  const inThis = parts.layers.get(layer.name) ?? new Map<string, string>();
  const wanted = inFile(method, c, layer);
  const [surplus] = [...inThis.keys()].filter((suffix) => !Object.hasOwn(wanted, suffix));
  if (surplus !== undefined) throw new FormatError(`${WEIGHTS} has a ${surplus} of ${quote(layer.name)}, which that layer does not have with these settings; it cannot be honoured.`);
  for (const [suffix, { shape }] of Object.entries(wanted)) {
    const name = inThis.get(suffix);
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
