import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { builtinData, builtinTexts } from '../data/builtin';
import { decodeImage } from '../data/decode.node';
import { openDataset, type OpenOptions } from '../data/index';
import { DataError, type Dataset } from '../data/source';
import { didYouMean } from '../errors/near';
import { quote } from '../errors/text';
import type { FileTree } from '../io/fileTree';
import { folderTree } from '../io/fileTree.node';
import { FormatError } from '../io/formatError';
import { isHubId } from '../io/hub/ids';
import { openSafetensors, treeAccess, type TensorSource } from '../io/safetensors';
import { bundledModels } from '../models/builtin';
import { ModelError } from '../models/model';
import { hubTree } from './hub';

const publicFolder = resolve(import.meta.dirname, '../../public');

/** Those of bundled models or sets that are here: the package leaves the largest out. */
export const bundledHere = <T extends { path: string }>(all: readonly T[]): T[] => all.filter(({ path }) => existsSync(join(publicFolder, path)));

/** A folder of public/, which the package may lack; `missing` says what to do then. */
function bundledFolder(path: string, missing: () => Error): string {
  const folder = join(publicFolder, path);
  if (!existsSync(folder)) throw missing();
  return folder;
}

/** The files of a model: a built-in name, a folder, its config.json, or a hub id (without its weights, if asked so). Throws ModelError or HubError. */
export async function modelTree(name: string, options: { weights?: boolean } = {}): Promise<FileTree> {
  const builtin = bundledModels.find((m) => m.id === name);
  if (builtin) return folderTree(bundledFolder(builtin.path, () => new ModelError(`${name} comes with the page and not with the package. ${builtin.hub ? `On the hub it is called ${builtin.hub}.` : ''}`)));
  if (existsSync(name)) return folderTree(name);
  if (isHubId(name)) return hubTree(name, 'model', options);
  const known = bundledHere(bundledModels).map((m) => m.id).join(', ');
  throw new ModelError(`There is no model ${quote(name)}: neither built in (${known}) nor a folder.${didYouMean(name, bundledModels.map((m) => m.id))}`);
}

/** Place of a model here, as a path for another program; null for one of the hub. */
export function modelPath(name: string): string | null {
  const builtin = bundledModels.find((m) => m.id === name);
  return builtin ? join(publicFolder, builtin.path) : existsSync(name) ? name : null;
}

/** The files of a saved adapter: a folder, or a hub id. Throws FormatError or HubError. */
export async function adapterTree(name: string): Promise<FileTree> {
  return !existsSync(name) && isHubId(name) ? hubTree(name, 'adapter') : folderTree(name);
}

/** The files of a data set: a built-in name, a folder, a file (its dataset.json stands for its folder), or a hub id. Throws DataError or HubError. */
export async function dataTree(name: string): Promise<FileTree> {
  const sets = [...builtinData, ...builtinTexts];
  const builtin = sets.find((d) => d.id === name);
  if (builtin) return folderTree(bundledFolder(builtin.path, () => new DataError(`${name} comes with the page and not with the package. Give a folder of pictures.`)));
  if (existsSync(name)) return folderTree(basename(name) === 'dataset.json' ? dirname(resolve(name)) : name);
  if (isHubId(name)) return hubTree(name, 'data');
  const known = bundledHere(sets).map((d) => d.id).join(', ');
  throw new DataError(`There is no data set ${quote(name)}: neither built in (${known}) nor a folder.${didYouMean(name, sets.map((d) => d.id))}`);
}

/** Opens the data set of `dataTree`. Throws DataError or HubError. */
export async function openData(name: string, options: OpenOptions = {}): Promise<Dataset> {
  return openDataset(await dataTree(name), decodeImage, options);
}

/** The first tensors of a file, for a message. */
export const firstNames = (file: TensorSource): string => file.names().slice(0, 10).join(', ') || 'nothing';

/** Opens one safetensors file. Throws FormatError naming it. */
export async function openTensors(path: string): Promise<TensorSource> {
  const tree = await folderTree(path);
  const [file, ...more] = tree.paths();
  if (file === undefined || more.length) throw new FormatError(`"${path}" is a folder; give a safetensors file.`);
  try {
    return await openSafetensors(await treeAccess(tree, file));
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(`${path}: ${error.message}`) : error;
  }
}

/** Writes a file whole or not at all: beside its place first, then moved there. */
export const writeWhole = (path: string, bytes: Uint8Array | string): Promise<void> => writeAll(dirname(path), [{ path: basename(path), bytes }]);

/** A file to write; its bytes may come in parts, of which one is held at a time. */
export interface ToWrite {
  path: string;
  bytes: Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Writes files into a folder, all or none: where one cannot be written or moved to its place, all that were there are there again. */
export async function writeAll(folder: string, files: ToWrite[]): Promise<void> {
  const place = (path: string) => join(folder, path);
  // Processes of two machines may have one number.
  const own = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const temp = (path: string) => join(folder, `${path}.${own}.tmp`);
  const aside = (path: string) => join(folder, `${path}.${own}.before`);
  /** Files that are in their places, and whether another one was there. */
  const moved: { path: string; replaced: boolean }[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const { path, bytes } of files) {
      await mkdir(dirname(place(path)), { recursive: true });
      await writeFile(temp(path), bytes);
    }
    for (const [i, { path }] of files.entries()) {
      // Nothing can go wrong behind the last one.
      const replaced = i < files.length - 1 && (await keepAside(place(path), aside(path)));
      moved.push({ path, replaced });
      await rename(temp(path), place(path));
    }
  } catch (error) {
    // The newest is the one that was not moved.
    const last = moved.pop();
    for (const { path, replaced } of moved) await (replaced ? rename(aside(path), place(path)) : rm(place(path), { force: true })).catch(() => {});
    if (last) await rm(aside(last.path), { force: true }).catch(() => {});
    await Promise.all(files.map(({ path }) => rm(temp(path), { force: true }).catch(() => {})));
    throw new Error(`${folder} cannot be written: ${(error as Error).message}`);
  }
  await Promise.all(moved.filter(({ replaced }) => replaced).map(({ path }) => rm(aside(path), { force: true }).catch(() => {})));
}

/** Gives a file a second name, or a copy where the disk knows none; false where there is no file. */
async function keepAside(path: string, as: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  await rm(as, { force: true });
  await link(path, as).catch(() => copyFile(path, as));
  return true;
}

/** Value of a JSON text; null where it is none, such as a file that was cut short and is made anew. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
