import { cut } from '../errors/text';
import { defined } from '../numbers/defined';

/** Endings of files that are read as images, by the browser or in Node. */
const imageName = /\.(jpe?g|jfif|png|webp|gif|bmp|avif)$/i;
/** Images by their ending that most browsers cannot decode. */
const foreignName = /\.(hei[cf]|tiff?|jp2|jxl|svg|ico|psd|cr2|cr3|nef|arw|dng|raf|orf|rw2)$/i;
/** Hidden files, among them macOS's resource forks (__MACOSX/._a.jpg), are not images whatever they are called. */
const hidden = /(^|\/)(\.|__MACOSX\/)/;

export type Part = 'train' | 'val' | 'test';

const splitNames = new Map<string, Part>([
  ...(['train', 'training'] as const).map((n) => [n, 'train'] as const),
  ...(['val', 'valid', 'validation', 'dev'] as const).map((n) => [n, 'val'] as const),
  ...(['test', 'testing', 'eval', 'evaluation'] as const).map((n) => [n, 'test'] as const),
]);

/** True for a path that looks like an image. */
export function isImagePath(path: string): boolean {
  return imageName.test(path) && !hidden.test(path);
}

/** A sentence on images of kinds that cannot be read here; none when there are none. */
export function foreignNote(paths: string[]): string[] {
  const found = paths.filter((p) => foreignName.test(p) && !hidden.test(p));
  if (found.length === 0) return [];
  const kinds = [...new Set(found.map((p) => p.replace(/^.*\./, '').toLowerCase()))].sort().slice(0, 5).join(', ');
  return [
    found.length === 1
      ? `1 file was skipped (${kinds}); convert it to JPEG or PNG to use it.`
      : `${found.length} files were skipped (${kinds}); convert them to JPEG or PNG to use them.`,
  ];
}

/** Files that hold no pictures, of any kind that is known, nor an archive or a table of some. */
export const noPictures = (paths: string[]): string[] => paths.filter((path) => !hidden.test(path) && !imageName.test(path) && !foreignName.test(path) && !/\.(zip|parquet|safetensors)$/i.test(path));

/** A sentence on files that are left out where pictures are looked for; none when there are none. */
export function leftOut(paths: string[]): string[] {
  if (paths.length === 0) return [];
  const first = cut(defined(paths[0]), 200);
  return [paths.length === 1 ? `${first} is not a picture and is left out.` : `${paths.length} files are not pictures and are left out, ${first} among them.`];
}

/** The split that a folder's or column's value names; undefined when it names none. */
export function partOf(word: string): Part | undefined {
  return splitNames.get(word.toLowerCase());
}

/** The split that a file's path names as a word of its own, the last one first: `data/train-00000-of-00003.parquet`. */
export function partInPath(path: string): Part | undefined {
  const words = path.split(/[^A-Za-z]+/).reverse();
  for (const word of words) {
    const part = partOf(word);
    if (part) return part;
  }
  return undefined;
}
