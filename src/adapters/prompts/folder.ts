import * as z from 'zod/mini';
import { sizeOf } from '../../engine/tensor';
import { quote } from '../../errors/text';
import type { FileTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { openCheckpoint, parseJson } from '../../io/checkpoint';
import { writeSafetensors, type TensorData } from '../../io/safetensors';
import type { Model } from '../../models/model';
import { traceModel, type Trace } from '../../models/trace';
import { defined } from '../../numbers/defined';
import type { MethodConfig } from '../field';
import { Adapted, modelLabel } from '../adapted';
import { EXTRAS_FILE, METHOD_FILE, readExtras, small } from '../files/config';
import { writeExtras } from '../files/writeConfig';
import type { LoadedAdapter, SavedFile } from '../files';
import { withHead } from '../files/head';
import { methods } from '..';
import type { Arrays } from '../method';

/**
 * Spelling of a method that puts tokens into sequences, in its folder (PEFT has none for images): `method.json` says
 * how many and where, and `prompt_model.safetensors` holds what was trained, by its authors' names, and the head.
 */
export interface PromptFolder {
  /** Settings of a folder whose tensors have these shapes, for towers of these blocks; null where it is another method's. `saved` is its method.json. */
  read(shapes: ReadonlyMap<string, readonly number[]>, blocks: Trace['blocks'], saved: Readonly<Record<string, unknown>>): MethodConfig | null;
  /** Contents of `method.json`. */
  write(c: MethodConfig, blocks: Trace['blocks']): Record<string, unknown>;
  /** Tensors of a file out of the trained ones, of which `trained` has the shapes and `value` gives the values by name. */
  tensors(c: MethodConfig, trained: Readonly<Record<string, { shape: number[] }>>, value: (name: string) => Float32Array, model: Model): Map<string, { shape: number[]; data: Float32Array }>;
  /** And back: the trained ones by name, out of a file's tensors. */
  values(file: ReadonlyMap<string, Float32Array>): Arrays;
}

const WEIGHTS = 'prompt_model';

/** Loads such a folder onto a model. Throws FormatError or ConfigError. */
export async function loadPrompts(tree: FileTree, model: Model): Promise<LoadedAdapter> {
  const saved = parseJson(await small(tree, METHOD_FILE), METHOD_FILE, z.looseObject({ method: z.string() }));
  const source = await openCheckpoint(tree, WEIGHTS);
  const more = await readExtras(tree);
  const { method: named } = saved;
  const { blocks } = traceModel(model);
  const shapes = new Map(source.names().map((name) => [name, source.info(name).shape]));
  const folders = Object.values(methods).flatMap(({ prompts }) => prompts?.folder ?? []);
  const { folder, settings } = folders.map((one) => ({ folder: one, settings: one.read(shapes, blocks, saved) })).find((found) => found.settings !== null) ?? {};
  if (!folder || !settings) throw new FormatError(`${METHOD_FILE} is of ${quote(named)}, whose ${WEIGHTS}.safetensors (${[...shapes.keys()].slice(0, 4).join(', ')}) is of no method that can be read.`);
  const labelled = model.head === null ? null : withHead(model, (head) => shapes.get(`${head}.weight`)?.[0], [more?.labels]);
  const adapted = new Adapted(labelled ?? model, labelled || model.head === null ? settings : { ...settings, modules_to_save: [] });
  const file = new Map<string, Float32Array>();
  for (const name of source.names()) file.set(name, await source.readF32Checked(name));
  const values: Arrays = {};
  const own = folder.values(file);
  const take = (label: string, name: string, shape: readonly number[], data: Float32Array | undefined) => {
    if (data?.length !== sizeOf(shape)) throw new FormatError(`${WEIGHTS}.safetensors has ${data?.length ?? 0} values of ${quote(name)}, this model asks for [${shape.join(', ')}].`);
    values[label] = data;
  };
  for (const [name, { shape }] of Object.entries(adapted.common)) take(modelLabel(name), name, shape, own[name]);
  for (const name of adapted.trainedHead) take(name, name, adapted.trace.weights.get(name)!, file.get(name));
  return { adapted, values, bases: {}, hasHead: labelled !== null, image_size: more?.image_size ?? null, foreign: [], warnings: [] };
}

/** The files of such a folder. */
export function savePrompts(adapted: Adapted, folder: PromptFolder, values: Arrays, base: string): SavedFile[] {
  const { config: c, trace } = adapted;
  const tensors = new Map<string, TensorData>();
  for (const [name, { shape, data }] of promptTensors(adapted, folder, values)) tensors.set(name, { dtype: 'F32', shape, data });
  for (const name of adapted.trainedHead) tensors.set(name, { dtype: 'F32', shape: trace.weights.get(name)!, data: defined(values[name]) });
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 1));
  return [
    { path: METHOD_FILE, bytes: text({ method: c.method, model: base, ...folder.write(c, trace.blocks) }) },
    { path: `${WEIGHTS}.safetensors`, bytes: writeSafetensors(new Map([...tensors].sort(([a], [b]) => (a < b ? -1 : 1)))) },
    { path: EXTRAS_FILE, bytes: new TextEncoder().encode(writeExtras(adapted)) },
  ];
}

/** Trained tensors of the prompts, or gradients of them, by the names of the file. */
export const promptTensors = ({ config, common, model }: Adapted, folder: PromptFolder, values: Arrays): Map<string, { shape: number[]; data: Float32Array }> =>
  folder.tensors(config, common, (name) => defined(values[modelLabel(name)]), model);
