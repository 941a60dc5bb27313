import type { FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { openSafetensors, treeAccess, type TensorSource } from '../io/safetensors';
import { defined, several } from '../numbers/defined';
import { aboutOf, readAbout } from './about';
import { exactHash } from './fingerprint';
import { checkTrainable, grayToRgb } from './split';
import { DataError, type DataSource, type Split } from './source';

/**
 * Our own form of a set: `dataset.json` (name, title, classes, licence, source, splits) and one safetensors file a
 * split, `train.safetensors` and `test.safetensors` unless `splits.NAME.file` says otherwise, with `images` U8
 * (N, H, W, C), C 1 or 3, and `labels` (N) U8, I32 or I64.
 */
export const safetensorsPair: DataSource = {
  name: 'safetensors-pair',
  help: 'dataset.json with train.safetensors and test.safetensors (images U8 [N,H,W,C], labels [N])',
  accepts: (paths) => paths.includes('dataset.json') && paths.some((p) => p.endsWith('.safetensors')),
  async open(files) {
    try {
      const info = await readAbout(files);
      const split = (name: 'train' | 'test') => {
        const { file, count } = info.splits?.[name] ?? {};
        return openSplit(files, file ?? `${name}.safetensors`, info.classes, count);
      };
      const dataset = { ...aboutOf(info, files), train: await split('train'), test: await split('test') };
      checkTrainable(dataset);
      return dataset;
    } catch (error) {
      if (error instanceof FormatError) throw new DataError(error.message);
      throw error;
    }
  },
};

async function openSplit(files: FileTree, path: string, classes: string[], count?: number): Promise<Split> {
  if (!files.paths().includes(path)) throw new DataError(`${files.name} lacks ${path}; a set needs a training and a test file.`);
  const tensors = await openSafetensors(await treeAccess(files, path));
  for (const name of ['images', 'labels']) {
    if (tensors.has(name)) continue;
    const names = tensors.names().slice(0, 10).join(', ');
    throw new DataError(names ? `${path} has no tensor "${name}"; it has ${names}.` : `${path} has no tensor "${name}"; it has none.`);
  }
  const { dtype, shape } = tensors.info('images');
  if (dtype !== 'U8' || shape.length !== 4 || (shape[3] !== 1 && shape[3] !== 3) || defined(shape[1]) * defined(shape[2]) === 0) {
    throw new DataError(`${path}: images must be U8 [N, H, W, 1 or 3] and not empty, they are ${dtype} [${shape.join(', ')}].`);
  }
  const [n, height, width, channels] = several(shape, 4);
  const labels = await readLabels(tensors, path, n, classes);
  if (count !== undefined && count !== n) throw new DataError(`${path} holds ${n} images but dataset.json says ${count}.`);
  const images = await tensors.read('images');
  const bytes = height * width * channels;
  const pixels = (i: number) => ({ width, height, data: images.subarray(i * bytes, (i + 1) * bytes) });
  return {
    count: n,
    labels,
    name: (i) => `${path}#${i} ${exactHash(pixels(i))}`,
    image(i) {
      const image = pixels(i);
      return channels === 3 ? image : grayToRgb(image.data, width, height);
    },
  };
}

async function readLabels(tensors: TensorSource, path: string, n: number, classes: string[]): Promise<Uint16Array> {
  const { dtype, shape } = tensors.info('labels');
  if (!['U8', 'I32', 'I64'].includes(dtype) || shape.length !== 1) {
    throw new DataError(`${path}: labels must be U8, I32 or I64 [N], they are ${dtype} [${shape.join(', ')}].`);
  }
  if (shape[0] !== n) throw new DataError(`${path} holds ${n} images but ${defined(shape[0])} labels.`);
  const labels = await tensors.readF32('labels');
  const bad = labels.findIndex((label) => label < 0 || label >= classes.length);
  if (bad >= 0) throw new DataError(`${path}: image ${bad} has label ${defined(labels[bad])}, but ${classes.length} classes are named (labels 0 to ${classes.length - 1}).`);
  return Uint16Array.from(labels);
}
