import { defined } from '../numbers/defined';
import { foreignNote, isImagePath } from './imageFiles';
import { listedDataset, readImage, type Decode, type OpenOptions } from './listed';
import { DataError, type DataSource } from './source';

/** Names that cameras, phones and programs give their files: not a class. */
const deviceNames = /^(img|image|images|dsc|dscn|dscf|dcim|pxl|mvimg|pano|burst|photo|foto|pic|picture|screenshot|screen shot|whatsapp image|signal|scan|untitled|download|frame|file|gopr|p|n|train|test|val|sample)$/i;
/** `cat_001`, `cat-1`, `cat.12`, `cat (3)`, `cat7`: a word, then a number. */
const numbered = /^(.*?)[\s._-]*\(?\d+\)?$/;

/**
 * Image files side by side, without folders: the class is what the names begin with (`cat_001.jpg`, `dog (2).png`), when
 * every name is a word and a number, and there are at least two words with two images each. Otherwise the person is told
 * how to say the class.
 */
export function looseSource(decode: Decode, options: OpenOptions = {}): DataSource {
  return {
    name: 'loose-images',
    help: 'images named after their class (cat_001.jpg, dog_001.jpg)',
    accepts: (paths) => paths.some(isImagePath) && !paths.some((p) => isImagePath(p) && p.includes('/')),
    async open(files) {
      const paths = files.paths().filter(isImagePath).sort();
      const labels = paths.map(prefixOf);
      const counts = new Map<string, number>();
      for (const label of labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
      const clear = !labels.includes(null) && counts.size >= 2 && [...counts.values()].every((n) => n >= 2);
      if (!clear) {
        const which = paths.length === 1 ? defined(paths[0]) : `these ${paths.length} images (${paths.slice(0, 2).join(', ')} ...)`;
        throw new DataError(
          `The classes of ${which} are not clear. Put each class into a folder of its own and drop the folder around them, or name the files after their class (cat_001.jpg, dog_001.jpg; two or more of each), or add a metadata.csv with the columns file_name and label.`,
        );
      }
      const items = paths.map((path) => ({ name: path, part: 'train' as const, label: prefixOf(path), read: () => readImage(files, path) }));
      return listedDataset(files.name, items, decode, { seed: options.seed, notes: foreignNote(files.paths()) });
    },
  };
}

/** The class that a file's name begins with; null when it is unclear. */
function prefixOf(path: string): string | null {
  const word = numbered.exec(path.replace(/\.[^.]*$/, ''))?.[1]?.replace(/[\s._-]+$/, '') ?? '';
  return word === '' || deviceNames.test(word) || /\d{4,}/.test(word) ? null : word;
}
