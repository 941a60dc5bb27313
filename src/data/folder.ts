import { defined, several } from '../numbers/defined';
import { listFirst, quote } from '../errors/text';
import { foreignNote, isImagePath, partOf, type Part } from './imageFiles';
import { listedDataset, readImage, type Decode, type OpenOptions } from './listed';
import { DataError, type DataSource } from './source';

/**
 * Class folders: `class/file.jpg`, or with a level above for the split, `train/class/file.jpg`, `val/` and `test/`.
 * Without either, a fifth of each class (seeded) becomes the test split. A class is the folder's name, and deeper folders
 * belong to their class.
 */
export function folderSource(decode: Decode, options: OpenOptions = {}): DataSource {
  return {
    name: 'folder',
    help: 'one folder of images for each class, optionally inside train/, val/ and test/',
    accepts: (paths) => paths.some((p) => isImagePath(p) && p.includes('/')),
    async open(files) {
      const paths = files.paths();
      const arranged = arrange(paths.filter(isImagePath));
      if (arranged.length === 0) throw new DataError(`${files.name} holds no images in class folders (class/picture.jpg).`);
      const loose = paths.filter(isImagePath).length - arranged.length;
      const notes = [...foreignNote(paths), ...withoutImages(paths, arranged.map(({ path }) => path)), ...(loose > 0 ? [loose === 1 ? '1 image outside the class folders left out.' : `${loose} images outside the class folders left out.`] : [])];
      const items = arranged.map((a) => ({ name: a.path, part: a.part, label: a.label, read: () => readImage(files, a.path) }));
      return listedDataset(files.name, items, decode, { seed: options.seed, notes });
    },
  };
}

/** A sentence on folders beside the classes that hold files and no image: a class that nobody learns. A folder without any file is not in a list of files. */
function withoutImages(paths: readonly string[], images: readonly string[]): string[] {
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
  const above = (folder: string) => folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
  const beside = new Set(images.map((path) => above(folderOf(path))));
  const filled = new Set<string>();
  for (const path of images) for (let folder = folderOf(path); folder !== '' && !filled.has(folder); folder = above(folder)) filled.add(folder);
  const folders = new Set(paths.filter((path) => path.includes('/') && !/(^|\/)[._]/.test(path)).map(folderOf));
  const empty = [...folders].filter((folder) => beside.has(above(folder)) && !filled.has(folder));
  if (empty.length === 0) return [];
  const names = listFirst(empty.map((folder) => quote(folder.slice(folder.lastIndexOf('/') + 1))), 3);
  return [empty.length === 1 ? `The folder ${names} holds no image that can be read here, and is no class.` : `The folders ${names} hold no image that can be read here, and are no classes.`];
}

/** Sorts image paths into splits and classes by their folders. */
function arrange(paths: string[]): { path: string; part: Part; label: string }[] {
  let parts = paths.map((path) => ({ path, at: path.split('/') }));
  // A folder around everything says nothing, unless it is the only class or the only split.
  while (parts.length > 0 && parts.every(({ at }) => at.length > 2 && at[0] === defined(parts[0]).at[0]) && !partOf(defined(defined(parts[0]).at[0]))) {
    parts = parts.map(({ path, at }) => ({ path, at: at.slice(1) }));
  }
  parts = parts.filter(({ at }) => at.length > 1);
  // Only when every top folder is a split with folders of its own; a class may well be called "test".
  const tops = new Set(parts.map(({ at }) => partOf(defined(at[0]))));
  const levels = tops.has('train') && !tops.has(undefined) && parts.every(({ at }) => at.length > 2);
  return parts
    .map(({ path, at }) => {
      const [top, below] = several(at, 2);
      return levels ? { path, part: defined(partOf(top)), label: below } : { path, part: 'train' as const, label: top };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
