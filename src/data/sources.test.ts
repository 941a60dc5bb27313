import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderTree } from '../io/fileTree.node';
import { memoryTree } from '../io/fileTree';
import { type TensorData, writeSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { describeSet } from './about';
import { builtinData } from './builtin';
import { decodeImage } from './decode.node';
import { checkHealth, unreadableNames, withoutNames } from './health';
import { openDataset } from './index';
import { DataError, type Dataset, type RgbImage } from './source';
import { perClass } from './split';

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const images = (n: number, c = 3, start = 0): TensorData => ({ dtype: 'U8', shape: [n, 2, 2, c], data: Uint8Array.from({ length: n * 4 * c }, (_, i) => start + i) });
const labels = (...values: number[]): TensorData => ({ dtype: 'U8', shape: [values.length], data: Uint8Array.from(values) });
const info = { name: 'tiny', title: 'Tiny', classes: ['cat', 'dog'], licence: 'CC0', source: 'here' };

function pair(change: { info?: object; train?: Record<string, TensorData>; test?: Record<string, TensorData> } = {}) {
  return memoryTree('folder', {
    'dataset.json': json({ ...info, ...change.info }),
    'train.safetensors': writeSafetensors(change.train ?? { images: images(4), labels: labels(0, 1, 0, 1) }),
    'test.safetensors': writeSafetensors(change.test ?? { images: images(2, 3, 100), labels: labels(1, 0) }),
  });
}

describe('safetensors pair', () => {
  test('opens', async () => {
    const set = await openDataset(pair());
    expect(set).toMatchObject({ name: 'tiny', title: 'Tiny', classes: ['cat', 'dog'], licence: 'CC0', source: 'here' });
    expect([set.train.count, set.test.count, ...set.train.labels]).toEqual([4, 2, 0, 1, 0, 1]);
    expect(await set.train.image(1)).toEqual({ width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, i) => 12 + i) });
  });

  test('grey images become RGB; labels may be I64', async () => {
    const set = await openDataset(pair({ train: { images: images(2, 1), labels: { dtype: 'I64', shape: [2], data: BigInt64Array.of(1n, 0n) } } }));
    expect([...(await set.train.image(1)).data]).toEqual([4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7]);
    expect([...set.train.labels]).toEqual([1, 0]);
  });

  test.each([
    ['one class', { info: { classes: ['cat'] }, train: { images: images(2), labels: labels(0, 0) }, test: { images: images(1), labels: labels(0) } }, /only one class \(cat\)/],
    ['one class present', { train: { images: images(2), labels: labels(1, 1) } }, /All 2 training images of Tiny are of one class \(dog\)/],
    ['one image', { train: { images: images(1), labels: labels(0) } }, /only one training image/],
    ['labels out of range', { train: { images: images(2), labels: labels(0, 2) } }, /image 1 has label 2, but 2 classes/],
    ['negative label', { train: { images: images(2), labels: { dtype: 'I32' as const, shape: [2], data: Int32Array.of(0, -1) } } }, /label -1/],
    ['count mismatch', { train: { images: images(3), labels: labels(0, 1) } }, /holds 3 images but 2 labels/],
    ['count in dataset.json', { info: { splits: { train: { count: 5 } } } }, /holds 4 images but dataset.json says 5/],
    ['missing file', { info: { splits: { test: { file: 'x.safetensors' } } } }, /lacks x.safetensors/],
    ['channels', { train: { images: images(2, 4), labels: labels(0, 1) } }, /images must be U8 \[N, H, W, 1 or 3\]/],
    ['no images', { test: { labels: labels(0) } }, /no tensor "images"; it has labels/],
    ['no classes', { info: { classes: 3 } }, /"classes"/],
  ])('%s is refused', async (_, change, message) => {
    const opening = openDataset(pair(change));
    await expect(opening).rejects.toThrow(DataError);
    await expect(opening).rejects.toThrow(message);
  });

  test('a damaged file is a DataError, whatever the damage', async () => {
    const good = await pair().read('train.safetensors');
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length), fc.nat(good.length - 1), fc.nat(255), async (cut, at, value) => {
        const bytes = good.slice(0, cut);
        if (at < cut) bytes[at] = value;
        const tree = memoryTree('t', { 'dataset.json': json(info), 'train.safetensors': bytes, 'test.safetensors': await pair().read('test.safetensors') });
        const set = await openDataset(tree).catch((error: unknown) => {
          expect(error).toBeInstanceOf(DataError);
          return null;
        });
        if (set) expect((await set.train.image(set.train.count - 1)).data.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

/** The test's image format: one byte of colour; `bad` does not decode. */
const decode = async (bytes: Uint8Array, name: string): Promise<RgbImage> => {
  if (bytes.length !== 1) throw new DataError(`${name} cannot be decoded.`);
  return { width: 1, height: 1, data: Uint8Array.of(defined(bytes[0]), defined(bytes[0]), defined(bytes[0])) };
};
const bad = new Uint8Array();
const folder = (paths: string[], content?: (i: number) => Uint8Array) =>
  openDataset(memoryTree('pets', Object.fromEntries(paths.map((p, i) => [p, content?.(i) ?? Uint8Array.of(i)]))), decode);
const many = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}/${i}.jpg`);

describe('folder', () => {
  test('classes alone: a fifth of each is held out, always the same', async () => {
    const set = await folder([...many('dog', 20), ...many('cat', 10), 'cat/notes.txt', '.DS_Store', '__MACOSX/cat/._1.jpg']);
    expect(set.classes).toEqual(['cat', 'dog']);
    expect(perClass(set.train, 2)).toEqual([8, 16]);
    expect(perClass(set.test, 2)).toEqual([2, 4]);
    expect(await set.test.image(0)).toEqual(await (await folder([...many('dog', 20), ...many('cat', 10)])).test.image(0));
  });

  test('train and test folders, validation instead of test, a folder around all', async () => {
    const both = await folder(['train/a/1.png', 'train/b/1.png', 'test/a/2.png', 'val/b/3.png']);
    expect([both.train.count, both.test.count, ...both.classes]).toEqual([2, 1, 'a', 'b']);
    const val = await folder(['x/Train/a/1.png', 'x/Train/b/1.png', 'x/Valid/a/2.png', 'x/Valid/b/2.png']);
    expect([val.train.count, val.test.count]).toEqual([2, 2]);
    const deep = await folder(['x/a/s/1.png', 'x/a/2.png', 'x/b/1.png', 'x/b/2.png']);
    expect([deep.classes.join(), deep.train.count, deep.test.count]).toEqual(['a,b', 2, 2]);
    const namedTest = await folder([...many('test', 2), ...many('train', 2)]);
    expect(namedTest.classes).toEqual(['test', 'train']);
  });

  test.each([
    ['one class', many('cat', 5), /only one class \(cat\)/],
    ['one image', ['cat/1.jpg'], /only one image \(cat\/1.jpg\)/],
    ['no folders', ['1.jpg', '2.jpg'], /classes of these 2 images \(1.jpg, 2.jpg ...\) are not clear/],
    ['nothing to hold out', ['a/1.jpg', 'b/1.jpg'], /no test image/],
  ])('%s is refused', async (_, paths, message) => {
    await expect(folder(paths)).rejects.toThrow(DataError);
    await expect(folder(paths)).rejects.toThrow(message);
  });

  test('an image that does not decode is named; without a decoder that is said', async () => {
    const set = await folder(['train/a/1.png', 'train/b/1.png', 'test/a/2.png'], () => bad);
    await expect(Promise.resolve(set.train.image(1))).rejects.toThrow('train/b/1.png cannot be decoded');
    const node = await openDataset(memoryTree('t', { 'a/1.png': bad, 'a/2.png': bad, 'b/1.png': bad }));
    await expect(Promise.resolve(node.train.image(0))).rejects.toThrow('no image decoder outside the browser');
  });
});

test('a folder beside the classes that holds no readable image is named; one around them, a hidden one and one within a class are not', async () => {
  const notes = async (files: Record<string, Uint8Array>) => (await openDataset(memoryTree('t', files))).notes ?? [];
  const pictures = { 'all/a/1.png': bad, 'all/a/deep/2.png': bad, 'all/b/1.png': bad };
  expect(await notes({ ...pictures, 'all/rare/x.heic': bad, 'all/b/text/readme.txt': bad, 'all/.git/config': bad, 'more.txt': bad })).toContain('The folder "rare" holds no image that can be read here, and is no class.');
  expect((await notes({ ...pictures, 'all/b/text/readme.txt': bad, 'all/.git/config': bad, 'more.txt': bad })).join()).not.toMatch(/no class/);
});

describe('health', () => {
  test('a good set has no warnings', async () => {
    const set = await openDataset(pair());
    const health = await checkHealth(set);
    expect(health).toMatchObject({ warnings: [], unreadable: { train: [], val: [], test: [] }, looked: 6, images: 6, imbalance: 1 });
    expect(withoutNames(set, unreadableNames(set, health))).toBe(set);
  });

  test('names what is wrong', async () => {
    const paths = [...many('train/a', 30), ...many('train/b', 3), 'test/a/x.png', 'test/a/y.png', 'test/c/x.png'];
    const set: Dataset = await folder(paths, (i) => (i === 4 ? bad : i === 33 ? Uint8Array.of(200) : i === 30 ? Uint8Array.of(200) : Uint8Array.of(i * 6)));
    const { warnings, unreadable } = await checkHealth(set);
    expect(warnings).toEqual([
      'No training example of c: the model cannot learn it.',
      'No test example of b: accuracy there stays unknown.',
      'Classes are unbalanced: 30 training examples of a but 3 of b.',
      '1 image cannot be read and will be left out: train/a/4.jpg cannot be decoded.',
      '1 pair of the same or nearly the same image in different splits (train/b/0.jpg and test/a/x.png): accuracy on test examples will flatter.',
      'The same image has different labels: train/b/0.jpg is b, test/a/x.png is a.',
    ]);
    const clean = withoutNames(set, unreadableNames(set, { unreadable }));
    expect(clean.train.count).toBe(32);
    expect((await checkHealth(clean)).unreadable.train).toEqual([]);
  });
});

describe('pictures with a description beside them', () => {
  test.each(builtinData)('$id is what its description says before its pictures are fetched', async ({ path, title }) => {
    const files = await folderTree(`public/${path}`);
    const [described, opened] = [await describeSet(files), await openDataset(files, decodeImage)];
    const facts = ({ title, classes, licence, source, side, train, test }: Dataset) => ({ title, classes, licence, source, side, train: perClass(train, classes.length), test: perClass(test, classes.length) });
    expect(facts(opened)).toEqual(facts(described));
    expect(opened.title.startsWith(title)).toBe(true);
    const { width, height } = await opened.train.image(7);
    expect(Math.max(width, height)).toBe(described.side);
  });

  test('one that speaks of something else is not about them', async () => {
    for (const text of ['{"classes": ["other"]}', '{"hello": 1}', 'no JSON']) {
      const set = await folder(['dataset.json', ...many('a', 5), ...many('b', 5)], (i) => (i === 0 ? new TextEncoder().encode(text) : Uint8Array.of(i)));
      expect([set.title, set.classes, set.side]).toEqual(['pets', ['a', 'b'], undefined]);
    }
  });
});

const shared = await folderTree('../shared/data/cifar10-mini').catch(() => null);
if (!shared) console.warn('skipped: ../shared/data/cifar10-mini is not here');
describe.skipIf(!shared)('a real set', () => {
  test('opens and is healthy', async () => {
    const set = await openDataset(shared!);
    expect([set.train.count, set.test.count, set.classes.length]).toEqual([500, 200, 10]);
    expect((await checkHealth(set)).warnings).toEqual([]);
  });
});

test.each(builtinData)('$id is healthy', async ({ path }) => {
  expect((await checkHealth(await openDataset(await folderTree(`public/${path}`), decodeImage))).warnings).toEqual([]);
});
