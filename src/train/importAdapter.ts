import * as z from 'zod/mini';
import { CONFIG_FILE, EXTRAS_FILE } from '../adapters/files/config';
import type { SavedFile } from '../adapters/files';
import { hasArchive, unzipped } from '../data/zip';
import { quote } from '../errors/text';
import { parseJson } from '../io/checkpoint';
import { filesTree, type FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { defined } from '../numbers/defined';
import type { LoadedModel } from './openModel';
import { openSaved } from './openTrained';
import type { AdapterInfo } from './protocol';
import { checkHead } from './resident';

/** Names of the files that make up an adapter; whatever else lies in its folder is left where it is. */
const parts = new RegExp(`^(${CONFIG_FILE}|${EXTRAS_FILE}|(adapter_)?model(-\\d+-of-\\d+)?\\.safetensors(\\.index\\.json)?|config\\.json|preprocessor_config\\.json)$`);
const maxBytes = 2 ** 30;
const configFile = z.looseObject({ base_model_name_or_path: z.optional(z.nullable(z.string())) });

/**
 * Reads an adapter from chosen files (a folder, a zip, or the files themselves) onto a model: what it is, and the files to
 * keep. Weights are read once to be checked; no GPU is needed. Throws FormatError, ConfigError, ModelError or DataError.
 */
export async function importAdapter(model: LoadedModel, name: string, files: { path: string; file: Blob }[]): Promise<{ info: AdapterInfo; files: SavedFile[] }> {
  const chosen = filesTree(name, files);
  const tree = adapterFolder(hasArchive(chosen.paths()) ? await unzipped(chosen) : chosen);
  const { adapted, hasHead, image_size, warnings } = await openSaved(tree, model.net, model.source);
  // A CLIP tells classes apart by their texts where the adapter brings no head.
  if (hasHead || !model.tokenizer) checkHead(adapted, model, hasHead);
  const saved: SavedFile[] = [];
  let bytes = 0;
  for (const path of tree.paths()) {
    bytes += await tree.size(path);
    if (bytes > maxBytes) throw new FormatError(`${quote(tree.name)} has more than ${maxBytes} bytes; an adapter of that size cannot be kept in the browser.`);
    // A copy: what is read may be a view of a whole archive.
    saved.push({ path, bytes: (await tree.read(path)).slice() });
  }
  const counts = adapted.counts();
  const { r } = adapted.config;
  const info: AdapterInfo = {
    method: adapted.config.method, r: typeof r === 'number' ? r : null, base: await claimedBase(tree), ...counts,
    layers: adapted.layers.length, labels: hasHead || !model.tokenizer ? adapted.model.labels : [], image_size, warnings,
  };
  return { info, files: saved };
}

/** The folder of a tree that holds the adapter, with the files that belong to it. Throws FormatError when there are several. */
export function adapterFolder(tree: FileTree): FileTree {
  const paths = tree.paths();
  const foldersOf = (file: string) => paths.filter((p) => p === file || p.endsWith(`/${file}`)).map((p) => p.slice(0, p.length - file.length));
  const configs = foldersOf(CONFIG_FILE);
  const folders = configs.length ? configs : foldersOf(EXTRAS_FILE);
  if (folders.length === 0) throw new FormatError(`${quote(tree.name)} holds no ${CONFIG_FILE}; choose the folder, the files or the zip of a PEFT adapter.`);
  if (folders.length > 1) throw new FormatError(`${quote(tree.name)} holds ${folders.length} adapters (${folders.slice(0, 3).map((f) => quote(f || '.')).join(', ')}); choose the folder of one.`);
  const folder = defined(folders[0]);
  const own = paths.filter((p) => p.startsWith(folder) && parts.test(p.slice(folder.length)));
  const inside = new Map(own.map((p) => [p.slice(folder.length), p]));
  const at = (path: string) => {
    const found = inside.get(path);
    if (found === undefined) throw new FormatError(`${quote(tree.name)} has no file ${quote(path)}.`);
    return found;
  };
  return { name: folder.replace(/\/$/, '').replace(/^.*\//, '') || tree.name, paths: () => [...inside.keys()], size: async (p) => tree.size(at(p)), read: async (p, start, end) => tree.read(at(p), start, end) };
}

async function claimedBase(tree: FileTree): Promise<string> {
  if (!tree.paths().includes(CONFIG_FILE)) return '';
  return (parseJson(await tree.read(CONFIG_FILE), CONFIG_FILE, configFile).base_model_name_or_path ?? '').slice(0, 200);
}
