import * as z from 'zod/mini';
import { quote } from '../errors/text';
import { defined } from '../numbers/defined';
import type { FileTree } from './fileTree';
import { FormatError } from './formatError';
import { openSafetensors, tensorSource, treeAccess, type TensorSource } from './safetensors';

const maxIndexBytes = 250_000_000;
const maxIndexEntries = 200_000;
const maxShards = 1000;
const indexFile = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/**
 * Opens a model's weights: `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
 * `base` is the file name without ending (`adapter_model` for adapters). Throws FormatError; pickles are refused by name.
 */
export async function openCheckpoint(tree: FileTree, base = 'model'): Promise<TensorSource> {
  const paths = new Set(tree.paths());
  const single = `${base}.safetensors`;
  const index = `${single}.index.json`;
  if (paths.has(single)) return openNamed(tree, single);
  if (paths.has(index)) return openShards(tree, paths, index);
  const pickle = [...paths].find((p) => /\.(bin|pt|pth|ckpt|pkl|pickle)$/i.test(p) && !p.includes('/'));
  if (pickle !== undefined) {
    throw new FormatError(
      `${quote(pickle)} is a Python pickle, which can run code when it is opened and is not read here; save the weights as ${single} (save_pretrained with safe_serialization) instead.`,
    );
  }
  throw new FormatError(`${quote(tree.name)} has neither ${single} nor ${index}; choose the folder that holds the weights.`);
}

async function openNamed(tree: FileTree, path: string): Promise<TensorSource> {
  try {
    return await openSafetensors(await treeAccess(tree, path));
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`${path}: ${error.message}`);
    throw error;
  }
}

async function openShards(tree: FileTree, paths: Set<string>, index: string): Promise<TensorSource> {
  const weightMap = await readIndex(tree, index);
  const shards = new Map<string, TensorSource>();
  for (const file of shardNames(weightMap, index)) {
    if (!paths.has(file)) throw new FormatError(`${index} names the shard ${quote(file)}, which is missing; add it to the folder.`);
    shards.set(file, await openNamed(tree, file));
  }
  const owner = new Map<string, TensorSource>();
  for (const [name, file] of Object.entries(weightMap)) {
    const shard = shards.get(file)!;
    if (!shard.has(name)) throw new FormatError(`${index} places ${quote(name)} in ${quote(file)}, which does not hold it.`);
    owner.set(name, shard);
  }
  const of = (name: string) => {
    const shard = owner.get(name);
    if (!shard) throw new FormatError(`The checkpoint has no tensor ${quote(name)} (it has ${owner.size}).`);
    return shard;
  };
  return tensorSource({
    metadata: shards.values().next().value?.metadata ?? {},
    names: () => [...owner.keys()],
    has: (name) => owner.has(name),
    info: (name) => of(name).info(name),
    readRange: async (name, start, end, into) => of(name).readRange(name, start, end, into),
  });
}

/** Names of the shards that an index file lists. Throws FormatError. */
export async function indexShards(tree: FileTree, path: string): Promise<string[]> {
  return shardNames(await readIndex(tree, path), path);
}

function shardNames(weightMap: Record<string, string>, index: string): string[] {
  const files = [...new Set(Object.values(weightMap))];
  if (files.length > maxShards) throw new FormatError(`${index} lists ${files.length} shards, at most ${maxShards} are accepted.`);
  // A shard is a file of the same folder, never a path: the index comes from outside.
  const foreign = files.find((file) => !/^[^/\\]+\.safetensors$/.test(file));
  if (foreign !== undefined) throw new FormatError(`${index} names ${quote(foreign)}, which is not a safetensors file of the same folder.`);
  return files;
}

async function readIndex(tree: FileTree, path: string): Promise<Record<string, string>> {
  const size = await tree.size(path);
  if (size > maxIndexBytes) throw new FormatError(`${path} has ${size} bytes, at most ${maxIndexBytes} are accepted.`);
  const { weight_map: map } = await readJson(tree, path, indexFile);
  const count = Object.keys(map).length;
  // Stryker disable next-line ConditionalExpression,EqualityOperator: a test of so many entries would take seconds
  if (count > maxIndexEntries) throw new FormatError(`${path} lists ${count} tensors, at most ${maxIndexEntries} are accepted.`);
  return map;
}

/** Reads a small JSON file of a tree and checks it against a schema. Throws FormatError naming the file and the field. */
export async function readJson<T extends z.ZodMiniType>(tree: FileTree, path: string, schema: T): Promise<z.output<T>> {
  return parseJson(await tree.read(path), path, schema);
}

/** As `readJson`, from bytes already there. */
export function parseJson<T extends z.ZodMiniType>(bytes: Uint8Array, path: string, schema: T): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new FormatError(`${path} is not valid JSON.`);
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = defined(result.error.issues[0]);
    throw new FormatError(issue.path.length > 0 ? `${path}: ${quote(issue.path.join('.'))}: ${issue.message}.` : `${path}: ${issue.message}.`);
  }
  return result.data;
}
