import { quote } from '../../errors/text';
import type { FileTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { writeSafetensors, type TensorData, type TensorSource } from '../../io/safetensors';
import type { Model } from '../../models/model';
import { traceModel } from '../../models/trace';
import { defined } from '../../numbers/defined';
import { Adapted } from '../adapted';
import type { Codec } from '../codec';
import type { Arrays } from '../method';
import { codecOf, CONFIG_FILE, EXTRAS_FILE, type ReadConfig } from './config';
import { labelsBeside } from './labels';
import { PREFIX, readShaped, sorted, text, unknownTensor, WEIGHTS, withLabels, type BaseModel, type LoadedAdapter, type SavedFile } from './loaded';
import { headPart, pathOf } from './tensors';
import { writeConfig, writeExtras } from './writeConfig';

/** Files of methods that train some of a model's own weights and have a type of adapter: the config, and the weights by the names that the type gives them. */

const nameOf = ({ weight }: Codec, name: string): string => PREFIX + (weight ? weight(name) : name);

/** Loads such a folder. Throws FormatError or ConfigError. */
export async function loadPart(tree: FileTree, source: TensorSource, read: ReadConfig, model: Model): Promise<LoadedAdapter> {
  const v4 = (path: string) => model.names?.v4(path) ?? path;
  const inHead = traceModel(model).head;
  const head = new Map<string, string>();
  const others = new Map<string, string>();
  for (const name of source.names()) {
    const path = pathOf(name);
    const part = headPart(path, inHead);
    if (part === null) others.set(PREFIX + v4(path), name);
    else head.set(part, name);
  }
  const adapted = new Adapted(withLabels(model, [read.extras?.labels, await labelsBeside(tree)], read.config, head, source), read.config);
  const values: Arrays = {};
  for (const weight of adapted.trainedWeights) {
    const named = nameOf(read.codec, weight);
    const found = others.get(named);
    if (found === undefined) throw new FormatError(`target_modules of ${CONFIG_FILE} selects ${quote(weight)}, which ${WEIGHTS} does not hold; the adapter is incomplete, or for another base model.`);
    values[weight] = await readShaped(source, found, adapted.trace.weights.get(weight)!);
    others.delete(named);
  }
  const [stray] = others.values();
  if (stray !== undefined) throw unknownTensor(stray, read.config);
  for (const [part, name] of head) values[part] = await readShaped(source, name, adapted.trace.weights.get(part)!);
  return { adapted, values, bases: {}, hasHead: head.size > 0, image_size: read.extras?.image_size ?? null, foreign: [], warnings: read.warnings };
}

/** The files of such a folder. */
export function savePart(adapted: Adapted, values: Arrays, { id }: BaseModel): SavedFile[] {
  const codec = codecOf(adapted.config);
  const tensors = new Map<string, TensorData>();
  const put = (name: string, label: string) => tensors.set(name, { dtype: 'F32', shape: adapted.trace.weights.get(label)!, data: defined(values[label]) });
  for (const weight of adapted.trainedWeights) put(nameOf(codec, weight), weight);
  for (const name of adapted.trainedHead) put(PREFIX + name, name);
  return [
    { path: CONFIG_FILE, bytes: text(writeConfig(adapted, id)) },
    { path: `${WEIGHTS}.safetensors`, bytes: writeSafetensors(sorted(tensors)) },
    { path: EXTRAS_FILE, bytes: text(writeExtras(adapted)) },
  ];
}
