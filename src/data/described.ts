import { FormatError } from '../io/formatError';
import { aboutOf, readAbout } from './about';
import { isImagePath } from './imageFiles';
import type { DataSource, Dataset } from './source';
import type { FileTree } from '../io/fileTree';
import { hasArchive } from './zip';

/**
 * Pictures in any other form beside a `dataset.json` that gives them a title, a licence and a source. A file of that name which says
 * something else, or speaks of other classes, is not about them. `open` opens the pictures.
 */
export function describedSource(open: (files: FileTree) => Promise<Dataset>): DataSource {
  return {
    name: 'described',
    help: 'any of these with a dataset.json beside it',
    accepts: (paths) => paths.includes('dataset.json') && (hasArchive(paths) || paths.some(isImagePath)),
    async open(files) {
      const pictures: FileTree = {
        name: files.name,
        paths: () => files.paths().filter((path) => path !== 'dataset.json'),
        size: (path) => files.size(path),
        read: (path, start, end, into) => files.read(path, start, end, into),
      };
      const dataset = await open(pictures);
      const info = await readAbout(files).catch((error: unknown) => {
        if (error instanceof FormatError) return null;
        throw error;
      });
      const same = info && JSON.stringify(info.classes) === JSON.stringify(dataset.classes);
      return same ? { ...dataset, ...aboutOf(info, files) } : dataset;
    },
  };
}
