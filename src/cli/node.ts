/** The package `fullrank/node`: what Node has instead of a page's image decoder and storage. */
import type { SavedFile } from '../adapters/files';
import { writeAll } from './files';

export { load_dataset } from '../api/data';
export { requestDevice } from '../api/device';
export { decodeImage } from '../data/decode.node';
export { folderTree } from '../io/fileTree.node';
export { hub } from './inNode';

/** Writes the files of `save_pretrained` into a folder, all or none. */
export const write_files = (folder: string, files: SavedFile[]): Promise<void> => writeAll(folder, files);
