import type { FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { isImagePath } from './imageFiles';
import { DataError, type DataSource, type Dataset } from './source';

const maxArchives = 64;
const isZip = (path: string): boolean => /\.zip$/i.test(path) && !/(^|\/)(\.|__MACOSX\/)/.test(path);

/** A zip, or several (train.zip, test.zip), holding any of the other forms. `open` opens what they hold. */
export function zipSource(open: (tree: FileTree) => Promise<Dataset>): DataSource {
  return {
    name: 'zip',
    help: 'a zip of any of these',
    accepts: hasArchive,
    open: async (files) => open(await unzipped(files)),
  };
}

/** True when the images of a listing lie in a zip rather than beside it. */
export function hasArchive(paths: string[]): boolean {
  return paths.some(isZip) && !paths.some(isImagePath);
}

/**
 * The files of a tree with its zips opened in place: the files of a single one stand beside the others, those of several
 * in a folder of the zip's name. Zips within zips stay closed. Throws DataError.
 */
export async function unzipped(files: FileTree): Promise<FileTree> {
  const zips = files.paths().filter(isZip);
  if (zips.length > maxArchives) throw new DataError(`${files.name} holds ${zips.length} zips, at most ${maxArchives} are opened.`);
  // The library is fetched when a zip is there.
  const { zipTree } = await import('../io/zipTree');
  const found = new Map<string, { tree: FileTree; path: string }>();
  for (const path of files.paths()) if (!isZip(path)) found.set(path, { tree: files, path });
  let name = files.name;
  for (const path of zips) {
    let tree: FileTree;
    try {
      tree = await zipTree(files, path);
    } catch (error) {
      if (error instanceof FormatError) throw new DataError(error.message);
      throw error;
    }
    const folder = path.replace(/\.zip$/i, '');
    const own = `${tree.name}/`;
    const inner = tree.paths();
    // train.zip that holds train/... brings its folder itself.
    const shared = zips.length > 1 && inner.every((p) => p.startsWith(own)) ? own.length : 0;
    for (const p of inner) {
      const place = zips.length === 1 ? path.slice(0, path.lastIndexOf('/') + 1) + p : `${folder}/${p.slice(shared)}`;
      if (found.has(place)) throw new DataError(`${files.name} holds ${place} both beside and inside ${path}.`);
      found.set(place, { tree, path: p });
    }
    if (zips.length === 1) name = tree.name;
  }
  const at = (path: string) => {
    const entry = found.get(path);
    if (!entry) throw new FormatError(`"${name}" has no file ${JSON.stringify(path)}.`);
    return entry;
  };
  return {
    name,
    paths: () => [...found.keys()],
    size: async (path) => at(path).tree.size(at(path).path),
    read: async (path, start, end) => at(path).tree.read(at(path).path, start, end),
  };
}
