import { sizeOf } from '../../engine/tensor';
import { quote } from '../../errors/text';
import { openCheckpoint } from '../../io/checkpoint';
import type { FileTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { type TensorData, writeSafetensors } from '../../io/safetensors';
import type { Model } from '../../models/model';
import { v4Source } from '../../models/names';
import { asInFile, turnedSource } from '../../models/transposed';
import { defined } from '../../numbers/defined';
import { Adapted } from '../adapted';
import { CONFIG_FILE, EXTRAS_FILE, readExtras } from './config';
import { writeExtras } from './writeConfig';
import { withHead } from './head';
import { methods } from '../index';
import type { Arrays } from '../method';
import { type BaseModel, type LoadedAdapter, type SavedFile, sorted, text } from './loaded';
import { modelFiles } from './model';

/** Loads weights that a method trained of the model, or of the head alone, by Hugging Face name. */
export async function loadWeights(tree: FileTree, model: Model): Promise<LoadedAdapter> {
  const more = await readExtras(tree);
  if (!more) throw new FormatError(`${quote(tree.name)} has no ${CONFIG_FILE}; choose the folder that holds the adapter.`);
  const method = Object.hasOwn(methods, more.method) ? methods[more.method] : undefined;
  if (!method || method.codecs) throw new FormatError(`${EXTRAS_FILE} is for ${quote(more.method)}, whose ${CONFIG_FILE} is missing.`);
  const source = turnedSource(v4Source(await openCheckpoint(tree), model.names), model);
  const labelled = model.head === null ? null : withHead(model, (head) => (source.has(`${head}.weight`) ? source.info(`${head}.weight`).shape[0] : undefined), [more.labels]);
  const adapted = new Adapted(labelled ?? model, { ...more.settings, method: more.method });
  const values: Arrays = {};
  for (const name of adapted.weightsInFile()) {
    const shape = adapted.trace.weights.get(name)!;
    const found = source.info(name).shape;
    if (sizeOf(found) !== sizeOf(shape)) throw new FormatError(`Tensor ${quote(name)} is [${found.join(', ')}], the model asks for [${shape.join(', ')}].`);
    values[name] = await source.readF32Checked(name);
  }
  return { adapted, values, bases: {}, hasHead: labelled !== null, image_size: more.image_size ?? null, foreign: [], warnings: [] };
}

export async function saveWeights(adapted: Adapted, values: Arrays, { source, config }: BaseModel): Promise<SavedFile[]> {
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

/** The weights among `values`, by name. */
const pickWeights = (adapted: Adapted, values: Arrays): Map<string, Float32Array> =>
  new Map(Object.entries(values).filter(([name]) => adapted.trace.weights.has(name)));
