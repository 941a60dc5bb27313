import { decodeImage } from '../data/decode';
import { foreignNote, isImagePath, leftOut, noPictures } from '../data/imageFiles';
import { listImages, type ImageList } from '../data/images';
import { DataError, type Unlabelled } from '../data/source';
import type { FileTree, TreeFile } from '../io/fileTree';
import { defined } from '../numbers/defined';

/** Chosen files that hold pictures, with notes on the others. Throws DataError where there is none. */
export function picturesAmong(files: TreeFile[]): { files: TreeFile[]; notes: string[] } {
  const paths = files.map(({ path }) => path);
  const others = noPictures(paths);
  const kept = files.filter(({ path }) => isImagePath(path) || /\.zip$/i.test(path));
  const foreign = foreignNote(paths);
  if (kept.length === 0) throw new DataError(foreign[0] ?? 'There is no picture among these files; choose JPEG, PNG, WebP, GIF, BMP or AVIF files, or a zip of them.');
  return { files: kept, notes: [...foreign, ...leftOut(others)] };
}

/** Pictures that were added at several times as one list: the name of what they were added in stands before their own. `lenient`: what cannot be listed takes no others with it; else its DataError or FormatError is thrown. */
export async function poolOf(parts: readonly { name: string; tree: FileTree }[], lenient = false): Promise<Unlabelled> {
  const none: ImageList = { count: 0, name: String, image: () => Promise.reject(new DataError('There is no such picture.')) };
  const lists = await Promise.all(parts.map(async ({ name, tree }) => ({ name, images: await (lenient ? listImages(tree, decodeImage).catch(() => none) : listImages(tree, decodeImage)) })));
  const at = lists.flatMap(({ name, images }) => Array.from({ length: images.count }, (_, i) => ({ name: `${name}/${images.name(i)}`, image: () => images.image(i) })));
  return { count: at.length, name: (i) => defined(at[i]).name, image: (i) => defined(at[i]).image() };
}
