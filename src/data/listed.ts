import type { FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { defined } from '../numbers/defined';
import { usualSplit } from './edits.meta';
import type { Part } from './imageFiles';
import { partition } from './partition';
import { checkTrainable, subset } from './split';
import { DataError, type Dataset, type RgbImage, type Split } from './source';

/** Turns an encoded image (JPEG, PNG, ...) into pixels; throws DataError naming the file when it cannot. */
export type Decode = (bytes: Uint8Array, name: string) => Promise<RgbImage>;

export interface OpenOptions {
  /** Seed of the split of sets that bring none. */
  seed?: number;
  /** Column of a table that holds the class; by its usual names when left out. */
  label?: string;
}

/** One encoded image of a listing. `label` is the class's name, null where it has none. */
export interface Item {
  name: string;
  part: Part;
  label: string | null;
  /** The encoded bytes. */
  read(): Promise<Uint8Array>;
}

const maxClasses = 65_535;
const maxImageBytes = 256 * 2 ** 20;
/** Decoded images are kept until they fill this much, so that a small set is decoded once and not every epoch. */
const keptBytes = 256 * 2 ** 20;

/**
 * The dataset of a listing of encoded images: nothing is read or decoded before an image is asked for. Classes stand in
 * the order of `classes`, or in code point order (torchvision's). Where there is no test image the validation images
 * become the test split, and where there are none either, a fifth of each class by `seed`. Images without a label are left
 * out and counted in the notes. Throws DataError when nothing can be learned from it.
 */
export function listedDataset(name: string, items: Item[], decode: Decode, options: { seed?: number; classes?: string[]; notes?: string[] } = {}): Dataset {
  const labelled = items.filter((item) => item.label !== null);
  const notes = [...(options.notes ?? [])];
  const without = items.length - labelled.length;
  if (without > 0) notes.push(without === 1 ? '1 image without a label left out.' : `${without} images without a label left out.`);
  if (labelled.length === 0) throw new DataError(`${name} holds no labelled image.`);
  if (labelled.length === 1) throw new DataError(`${name} holds only one image (${defined(labelled[0]).name}); add more, at least two classes.`);
  const classes = options.classes ?? [...new Set(labelled.map((item) => item.label!))].sort((a, b) => (a < b ? -1 : 1));
  if (classes.length > maxClasses) throw new DataError(`${name} holds ${classes.length} classes, at most ${maxClasses} are accepted.`);
  const place = new Map(classes.map((label, i) => [label, i]));
  const kept = { left: keptBytes, images: new Map<Item, RgbImage>() };
  const of = (part: Part) => splitOf(labelled.filter((item) => item.part === part), place, decode, kept);
  const dataset: Dataset = { name, title: name, classes, licence: '', source: '', train: of('train'), val: of('val'), test: of('test'), notes };
  if (dataset.test.count === 0 && dataset.val!.count > 0) Object.assign(dataset, { test: dataset.val, val: undefined });
  if (dataset.test.count === 0) {
    const { train, test } = partition(dataset.train, { ...usualSplit, seed: options.seed ?? usualSplit.seed });
    Object.assign(dataset, { train: subset(dataset.train, train), test: subset(dataset.train, test), seeded: true });
  }
  if (!dataset.val?.count) delete dataset.val;
  checkTrainable(dataset);
  return dataset;
}

function splitOf(items: Item[], place: Map<string, number>, decode: Decode, kept: { left: number; images: Map<Item, RgbImage> }): Split {
  return {
    count: items.length,
    labels: Uint16Array.from(items, (item) => place.get(item.label!)!),
    name: (i) => defined(items[i]).name,
    async image(i) {
      const item = defined(items[i]);
      const known = kept.images.get(item);
      if (known) return known;
      const image = await decode(await encoded(item), item.name);
      if (image.data.byteLength <= kept.left) {
        kept.left -= image.data.byteLength;
        kept.images.set(item, image);
      }
      return image;
    },
  };
}

async function encoded(item: Item): Promise<Uint8Array> {
  try {
    return await item.read();
  } catch (error) {
    // Of one image, whatever is wrong with the archive or table around it.
    if (error instanceof FormatError) throw new DataError(error.message);
    throw error;
  }
}

/** Reads one image file of a tree; throws DataError when it is too large to be one, FormatError when it cannot be read. */
export async function readImage(files: FileTree, path: string): Promise<Uint8Array> {
  const size = await files.size(path);
  if (size > maxImageBytes) throw new DataError(`${path} has ${size} bytes, too many for an image; leave it out.`);
  return files.read(path);
}
