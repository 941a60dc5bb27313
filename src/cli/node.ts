/** The package `fullrank/node`: what Node has instead of a page's GPU, image decoder and storage. */
import { existsSync } from 'node:fs';
import { requestDevice as request } from '../api/device';
import { load_dataset as load, type DatasetOptions } from '../api/data';
import type { SavedFile } from '../adapters/files';
import { decodeImage } from '../data/decode.node';
import type { Dataset } from '../data/source';
import type { Device } from '../engine/device';
import type { FileTree } from '../io/fileTree';
import { folderTree } from '../io/fileTree.node';
import { diskFiles } from '../io/hub/diskFiles.node';
import { Hub } from '../io/hub/hub';
import { gpu } from '../testing/dawn';
import { writeAll } from './files';

export { decodeImage } from '../data/decode.node';
export { folderTree } from '../io/fileTree.node';

/** Keeps what comes from the hub in a folder ($FULLRANK_CACHE, or `~/.cache/fullrank`); `from_pretrained(id, { hub })`. */
export const hub = /* @__PURE__ */ new Hub(() => diskFiles());

/** This machine's graphics device, through Dawn (the package `webgpu`). Throws EngineError, which says what to do. */
export const requestDevice = async (): Promise<Device> => request(gpu());

/** As the package's `load_dataset`, which takes the path of a folder or file, too, and decodes images by sharp. */
export async function load_dataset(from: string | FileTree, options: DatasetOptions = {}): Promise<Dataset> {
  const files = typeof from === 'string' && existsSync(from) ? await folderTree(from) : from;
  return load(files, { decode: decodeImage, hub, ...options });
}

/** Writes the files of `save_pretrained` into a folder, all or none. */
export const write_files = (folder: string, files: SavedFile[]): Promise<void> => writeAll(folder, files);
