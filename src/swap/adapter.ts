import * as z from 'zod/mini';
import { CONFIG_FILE, EXTRAS_FILE, readExtras, small } from '../adapters/files/config';
import { openSaved } from '../adapters/files/load';
import { mergedUpdates } from '../adapters/merge';
import { mustMerge } from '../adapters/method';
import type { Device } from '../engine/device';
import { cut, quote } from '../errors/text';
import { parseJson } from '../io/checkpoint';
import type { FileTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import type { Model } from '../models/model';
import { PlayerError } from './errors';
import { keys, register, types } from './methods';
import { readyForPatterns } from './ready';

/** A base that adapters are for. */
export interface Base {
  model: Model;
  source: TensorSource;
}

/** What an adapter makes of a base. */
export interface Tuned {
  /** The model with its labels, head and input size. */
  model: Model;
  /** Updates W - W0 of the weights that it changes besides the head, by name. */
  deltas: Map<string, Float32Array>;
  /** The head's tensors, by name; null where it brings none. */
  head: Map<string, Float32Array> | null;
  /** Sentences for people. */
  warnings: string[];
}

/** True where layers are named by regular expressions: in place of a list, by default, and as keys of patterns. */
const hasPatterns = (config: Record<string, unknown>): boolean =>
  !Array.isArray(config.target_modules) ||
  Object.entries(config).some(([field, value]) => {
    if (value === null || !/_(modules|pattern)$/.test(field)) return false;
    return typeof value === 'string' || field === 'layers_pattern' || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).some((key) => !/^[\w.]+$/.test(key)));
  });

/** Fetches the methods that a folder may be of. Throws PlayerError of a folder of none. */
async function registerFor(tree: FileTree): Promise<void> {
  if (tree.paths().includes(CONFIG_FILE)) {
    const config = parseJson(await small(tree, CONFIG_FILE), CONFIG_FILE, z.looseObject({ peft_type: z.string() }));
    const known = Object.hasOwn(types, config.peft_type) ? types[config.peft_type] : undefined;
    if (!known) throw new PlayerError(`This adapter is of type ${quote(config.peft_type)}; ${Object.keys(types).join(', ')} can be read. Merge it into its model with PEFT first.`);
    if (hasPatterns(config)) await readyForPatterns();
    return register(known);
  }
  const { method } = (await readExtras(tree)) ?? {};
  if (method === undefined || !keys.includes(method)) throw new PlayerError(`${quote(tree.name)} has no ${CONFIG_FILE}, nor an ${EXTRAS_FILE} of a method that there is; choose the folder that holds the adapter.`);
  await readyForPatterns();
  return register([method]);
}

/** Opens the folder of an adapter on a base. Throws PlayerError, FormatError, ConfigError or ModelError. */
export async function openAdapter(device: Device, tree: FileTree, { model, source }: Base): Promise<Tuned> {
  await registerFor(tree);
  const { adapted, values, warnings } = await openSaved(tree, model, source);
  mustMerge(adapted.method);
  const { head } = adapted.trace;
  const own = (isHead: boolean) => Object.fromEntries(Object.entries(values).filter(([name]) => head.has(name) === isHead));
  const deltas = await mergedUpdates(device, source, { adapted, values: own(false) });
  for (const [name, delta] of deltas) if (!delta.every(Number.isFinite)) throw new PlayerError(`The adapter’s update of ${cut(name)} holds values that are not finite; it cannot be added to the model.`);
  const ownHead = new Map(Object.entries(own(true)));
  return { model: adapted.model, deltas, head: ownHead.size ? ownHead : null, warnings };
}
