import { sizeOf } from '../../engine/tensor';
import { quote } from '../../errors/text';
import { FormatError } from '../../io/formatError';
import { stringifyFloats } from '../../io/jsonFloats';
import { type TensorData, type TensorSource, type TensorToWrite, writeSafetensors } from '../../io/safetensors';
import type { Model } from '../../models/model';
import { readoutOf } from '../../models/text';
import { traceModel } from '../../models/trace';
import { asInFile } from '../../models/transposed';
import { type SavedFile, sorted, text } from './loaded';

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
    const widened = changed.size > 0 && dtype.includes('F');
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
