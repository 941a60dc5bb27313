import { FormatError } from '../io/formatError';
import { Random, shuffle } from './random';
import { checkTrainable, subset } from './split';
import { DataError, type DataSource, type Dataset, type FileTree, type RgbImage, type Split } from './source';

/** Turns an encoded image (JPEG, PNG, ...) into pixels; throws DataError naming the file when it cannot. */
export type Decode = (bytes: Uint8Array, name: string) => Promise<RgbImage>;

const imageName = /\.(jpe?g|png|webp|gif|bmp|avif)$/i;
const maxImageBytes = 256 * 2 ** 20;
/** Decoded images are kept until they fill this much, so that a small set is decoded once and not every epoch. */
const keptBytes = 256 * 2 ** 20;
const splitNames: Record<string, 'train' | 'val' | 'test'> = {
  train: 'train', training: 'train', val: 'val', valid: 'val', validation: 'val', dev: 'val', test: 'test', testing: 'test',
};

interface Item {
  path: string;
  part: 'train' | 'val' | 'test';
  label: string;
}

/**
 * Class folders: `class/file.jpg`, or with a level above for the split, `train/class/file.jpg` and `test/` (or, where
 * there is none, `val/`). Without either, a fifth of each class (seeded by `seed`) becomes the test split. A class is the
 * folder's name, classes stand in code point order (torchvision's), and deeper folders belong to their class.
 */
export function folderSource(decode: Decode, seed = 0): DataSource {
  return {
    name: 'folder',
    help: 'one folder of images for each class, optionally inside train/ and test/',
    accepts: (paths) => paths.some((p) => imageName.test(p) && p.includes('/')),
    async open(files) {
      const items = arrange(files.paths());
      if (items.length === 0) throw new DataError(`${files.name} holds no images in class folders (class/picture.jpg).`);
      if (items.length === 1) throw new DataError(`${files.name} holds only one image (${items[0].path}); add more, at least two classes.`);
      const classes = [...new Set(items.map((i) => i.label))].sort((a, b) => (a < b ? -1 : 1));
      if (classes.length > 65_535) throw new DataError(`${files.name} holds ${classes.length} class folders, at most 65535 are accepted.`);
      const cache = { left: keptBytes, images: new Map<string, RgbImage>() };
      const of = (part: Item['part']) => splitOf(files, items.filter((i) => i.part === part), classes, decode, cache);
      const dataset: Dataset = { name: files.name, title: files.name, classes, licence: '', source: '', train: of('train'), test: of('test') };
      if (dataset.test.count === 0) dataset.test = of('val');
      if (dataset.test.count === 0) Object.assign(dataset, holdOut(dataset.train, seed));
      checkTrainable(dataset);
      return dataset;
    },
  };
}

/** Sorts image paths into splits and classes by their folders. */
function arrange(paths: string[]): Item[] {
  // Hidden files, among them macOS's resource forks (__MACOSX/._a.jpg), are not images whatever they are called.
  let parts = paths.filter((p) => imageName.test(p) && !/(^|\/)(\.|__MACOSX\/)/.test(p)).map((path) => ({ path, at: path.split('/') }));
  const splitOfTop = (top: string) => (Object.hasOwn(splitNames, top.toLowerCase()) ? splitNames[top.toLowerCase()] : undefined);
  // A folder around everything says nothing, unless it is the only class or the only split.
  while (parts.length > 0 && parts.every(({ at }) => at.length > 2 && at[0] === parts[0].at[0]) && !splitOfTop(parts[0].at[0])) {
    parts = parts.map(({ path, at }) => ({ path, at: at.slice(1) }));
  }
  parts = parts.filter(({ at }) => at.length > 1);
  // Only when every top folder is a split with folders of its own; a class may well be called "test".
  const tops = new Set(parts.map(({ at }) => splitOfTop(at[0])));
  const levels = tops.has('train') && !tops.has(undefined) && parts.every(({ at }) => at.length > 2);
  return parts
    .map(({ path, at }) => (levels ? { path, part: splitOfTop(at[0])!, label: at[1] } : { path, part: 'train' as const, label: at[0] }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function splitOf(files: FileTree, items: Item[], classes: string[], decode: Decode, cache: { left: number; images: Map<string, RgbImage> }): Split {
  const label = new Map(classes.map((name, i) => [name, i]));
  return {
    count: items.length,
    labels: Uint16Array.from(items, (item) => label.get(item.label)!),
    async image(i) {
      const { path } = items[i];
      const kept = cache.images.get(path);
      if (kept) return kept;
      const image = await decode(await readImage(files, path), path);
      if (image.data.byteLength <= cache.left) {
        cache.left -= image.data.byteLength;
        cache.images.set(path, image);
      }
      return image;
    },
  };
}

async function readImage(files: FileTree, path: string): Promise<Uint8Array> {
  try {
    const size = await files.size(path);
    if (size > maxImageBytes) throw new DataError(`${path} has ${size} bytes, too many for an image; leave it out.`);
    return await files.read(path);
  } catch (error) {
    if (error instanceof FormatError) throw new DataError(error.message);
    throw error;
  }
}

/** A fifth of each class, at least one image of any class that has two, goes to the test split. */
function holdOut(all: Split, seed: number): { train: Split; test: Split } {
  const byClass = new Map<number, number[]>();
  all.labels.forEach((label, i) => {
    if (!byClass.has(label)) byClass.set(label, []);
    byClass.get(label)!.push(i);
  });
  const test = [...byClass].flatMap(([label, list]) => {
    const held = list.length < 2 ? 0 : Math.max(1, Math.round(list.length / 5));
    return shuffle(list, new Random(seed, label)).slice(0, held);
  });
  const isTest = new Set(test);
  const indices = [...all.labels.keys()];
  return { train: subset(all, indices.filter((i) => !isTest.has(i))), test: subset(all, indices.filter((i) => isTest.has(i))) };
}
