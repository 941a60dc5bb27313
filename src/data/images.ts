import { FormatError } from '../io/formatError';
import { isImagePath, partOf, type Part } from './imageFiles';
import { openDataset } from './index';
import { readImage, type Decode } from './listed';
import { DataError, type FileTree, type RgbImage } from './source';
import { nameOf } from './split';
import { hasArchive, unzipped } from './zip';

/** Images without regard to labels, decoded one at a time. */
export interface ImageList {
  count: number;
  /** Name of an image, from outside. */
  name(i: number): string;
  /** Throws DataError naming the image when it cannot be decoded. */
  image(i: number): RgbImage | Promise<RgbImage>;
}

/**
 * All images below a folder or in a zip, by path; of a set without image files, its images. `most` takes the first of a split
 * only; images outside of any split count as the test's. Throws DataError.
 */
export async function listImages(files: FileTree, decode: Decode, most: Partial<Record<Part, number>> = {}): Promise<ImageList> {
  const tree = hasArchive(files.paths()) ? await unzipped(files) : files;
  const paths = firstOf(tree.paths().filter(isImagePath).sort(), (path) => path.split('/').slice(0, -1).map(partOf).find((part) => part !== undefined), most);
  if (paths.length === 0) {
    const data = await openDataset(tree, decode);
    const at = (['train', 'val', 'test'] as const).flatMap((part) => Array.from({ length: Math.min(data[part]?.count ?? 0, most[part] ?? Infinity) }, (_, i) => ({ split: data[part]!, i })));
    return { count: at.length, name: (k) => nameOf(at[k]!.split, at[k]!.i), image: (k) => at[k]!.split.image(at[k]!.i) };
  }
  return {
    count: paths.length,
    name: (i) => paths[i]!,
    async image(i) {
      try {
        return await decode(await readImage(tree, paths[i]!), paths[i]!);
      } catch (error) {
        throw error instanceof FormatError ? new DataError(error.message) : error;
      }
    },
  };
}

/** The first so many of each split. */
function firstOf<T>(items: T[], part: (item: T) => Part | undefined, most: Partial<Record<Part, number>>): T[] {
  const taken = { train: 0, val: 0, test: 0 };
  return items.filter((item) => {
    const of = part(item) ?? 'test';
    return ++taken[of] <= (most[of] ?? Infinity);
  });
}
