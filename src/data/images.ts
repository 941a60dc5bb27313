import { FormatError } from '../io/formatError';
import { isImagePath } from './imageFiles';
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

/** All images below a folder or in a zip, by path; of a set without image files, its images. Throws DataError. */
export async function listImages(files: FileTree, decode: Decode): Promise<ImageList> {
  const tree = hasArchive(files.paths()) ? await unzipped(files) : files;
  const paths = tree.paths().filter(isImagePath).sort();
  if (paths.length === 0) {
    const { train, val, test } = await openDataset(tree, decode);
    const at = [train, val, test].flatMap((split) => (split ? Array.from({ length: split.count }, (_, i) => ({ split, i })) : []));
    return { count: at.length, name: (k) => nameOf(at[k].split, at[k].i), image: (k) => at[k].split.image(at[k].i) };
  }
  return {
    count: paths.length,
    name: (i) => paths[i],
    async image(i) {
      try {
        return await decode(await readImage(tree, paths[i]), paths[i]);
      } catch (error) {
        throw error instanceof FormatError ? new DataError(error.message) : error;
      }
    },
  };
}
