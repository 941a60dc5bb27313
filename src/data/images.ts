import type { FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { defined } from '../numbers/defined';
import { isImagePath, partOf, type Part } from './imageFiles';
import { openDataset } from './index';
import { limited, limitedIndices, type LimitRule } from './limit';
import { readImage, type Decode } from './listed';
import { DataError, type RgbImage, type Split } from './source';
import { nameOf } from './split';
import { hasArchive, unzipped } from './zip';

/** Images without regard to labels, decoded one at a time. */
export interface ImageList {
  count: number;
  /** Name of an image, from outside. */
  name(i: number): string;
  /** Throws DataError naming the image when it cannot be decoded. */
  image(i: number): RgbImage | Promise<RgbImage>;
  /** In place of images, texts. */
  texts?: Split;
}

/** The most images of each split, and which those are; images outside of any split count as the test's. */
interface Limits {
  most: Partial<Record<Part, number>>;
  rule: LimitRule;
}

/**
 * All images below a folder or in a zip, by path; of a set without image files, its images. A limit counts the images of
 * one folder as a class. Throws DataError.
 */
export async function listImages(files: FileTree, decode: Decode, limits: Limits = { most: {}, rule: 'first' }): Promise<ImageList> {
  const tree = hasArchive(files.paths()) ? await unzipped(files) : files;
  const paths = limitedPaths(tree.paths().filter(isImagePath).sort(), limits);
  if (paths.length === 0) {
    const data = await openDataset(tree, decode);
    const at = (['train', 'val', 'test'] as const).flatMap((part) => {
      const split = data[part] && limited(data[part], limits.most[part] ?? Infinity, limits.rule);
      return split ? Array.from({ length: split.count }, (_, i) => ({ split, i })) : [];
    });
    return { count: at.length, name: (k) => nameOf(defined(at[k]).split, defined(at[k]).i), image: (k) => defined(at[k]).split.image(defined(at[k]).i) };
  }
  return {
    count: paths.length,
    name: (i) => defined(paths[i]),
    async image(i) {
      try {
        return await decode(await readImage(tree, defined(paths[i])), defined(paths[i]));
      } catch (error) {
        throw error instanceof FormatError ? new DataError(error.message) : error;
      }
    },
  };
}

/** At most so many paths of each split. */
function limitedPaths(paths: string[], { most, rule }: Limits): string[] {
  const folders = new Map<string, number>();
  const entries = paths.map((path) => {
    const above = path.split('/').slice(0, -1);
    const folder = above.join('/');
    if (!folders.has(folder)) folders.set(folder, folders.size);
    return { path, part: above.map(partOf).find((part) => part !== undefined) ?? 'test', folder: folders.get(folder)! };
  });
  const taken = (['train', 'val', 'test'] as const).flatMap((part) => {
    const own = entries.filter((entry) => entry.part === part);
    return [...limitedIndices(own.map(({ folder }) => folder), most[part] ?? Infinity, rule)].map((i) => defined(own[i]).path);
  });
  return taken.sort();
}
