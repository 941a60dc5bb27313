import { gzipSync } from 'fflate';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { memoryTree, type FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { openParquet } from '../io/parquet';
import { defined } from '../numbers/defined';
import { openDataset } from './index';
import { DataError, type RgbImage } from './source';

const decode = async (bytes: Uint8Array, name: string): Promise<RgbImage> => {
  if (bytes.length === 0) throw new DataError(`${name} cannot be decoded.`);
  return { width: 1, height: 1, data: Uint8Array.of(defined(bytes[0]), defined(bytes[0]), defined(bytes[0])) };
};
const huggingface = (names: string[]) => JSON.stringify({ info: { features: { image: { _type: 'Image' }, label: { names, _type: 'ClassLabel' } } } });

/** A zstd frame of one raw block (RFC 8878): magic, a single segment of four size bytes, the last block's header. */
function stored(bytes: Uint8Array): Uint8Array {
  const n = bytes.length;
  const header = 1 | (n << 3);
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, n & 255, (n >> 8) & 255, n >> 16, 0, header & 255, (header >> 8) & 255, header >> 16, ...bytes);
}

type Options = { codec?: 'SNAPPY' | 'UNCOMPRESSED' | 'GZIP' | 'ZSTD'; rowGroupSize?: number; names?: string[] | null; required?: boolean; labels?: (bigint | null)[] };
/** A file as `datasets` writes it: an optional struct image{bytes,path}, a ClassLabel. */
function hubFile(values: number[], { codec = 'SNAPPY', rowGroupSize = 4, names = ['cat', 'dog'], required = false, labels = values.map((_, i) => BigInt(i % 2)) }: Options = {}): Uint8Array {
  const repetition_type = required ? ('REQUIRED' as const) : ('OPTIONAL' as const);
  const buffer = parquetWriteBuffer({
    codec,
    compressors: { GZIP: (bytes) => gzipSync(bytes), ZSTD: stored },
    rowGroupSize,
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'image', num_children: 2, repetition_type },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    columnData: [
      { name: 'image', data: values.map((v, i) => ({ bytes: Uint8Array.of(v, ...new Array<number>(50).fill(v)), path: `${i}.png` })) },
      { name: 'label', data: labels },
    ],
    kvMetadata: names ? [{ key: 'huggingface', value: huggingface(names) }] : [],
  });
  return new Uint8Array(buffer);
}
const range = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i);

/** Counts the bytes that are read. */
function counting(tree: FileTree): FileTree & { bytes: number } {
  return {
    ...tree,
    bytes: 0,
    async read(path, start, end) {
      const bytes = await tree.read(path, start, end);
      this.bytes += bytes.length;
      return bytes;
    },
  };
}

describe('parquet', () => {
  test('metadata.parquet beside image files is their table; what is nested in it is left aside', async () => {
    const table = new Uint8Array(
      parquetWriteBuffer({
        codec: 'SNAPPY',
        rowGroupSize: 4,
        columnData: [
          { name: 'file_name', data: range(6).map((i) => `${i}.png`), type: 'STRING' },
          { name: 'label', data: range(6).map((i) => BigInt(i % 2)), type: 'INT64' },
          { name: 'boxes', data: range(6).map((i) => [i, i]), type: 'JSON' },
        ],
      }),
    );
    const images = Object.fromEntries(range(6).map((i) => [`${i}.png`, Uint8Array.of(i)]));
    const set = await openDataset(memoryTree('set', { ...images, 'metadata.parquet': table }), decode, { label: 'label' });
    expect([set.train.count, set.test.count, ...set.classes]).toEqual([4, 2, '0', '1']);
    expect(set.train.name!(0)).toMatch(/^\d\.png$/);
    // In each split, as Hugging Face's imagefolder has it.
    const parted = Object.fromEntries(['train', 'test'].flatMap((part) => [[`${part}/metadata.parquet`, table], ...Object.entries(images).map(([path, bytes]) => [`${part}/${path}`, bytes])]) as [string, Uint8Array][]);
    const both = await openDataset(memoryTree('set', parted), decode, { label: 'label' });
    expect([both.train.count, both.test.count, both.seeded]).toEqual([6, 6, undefined]);
    await expect(openDataset(memoryTree('set', { ...images, 'metadata.parquet': table.slice(0, -9) }), decode)).rejects.toThrow(DataError);
  });

  test('another compression, and classes in lists, are refused in a sentence that says what to do', async () => {
    const buffer = (more: object) => new Uint8Array(parquetWriteBuffer({ codec: 'BROTLI', compressors: { BROTLI: (bytes: Uint8Array) => bytes }, columnData: [{ name: 'image', data: range(4).map((i) => new Uint8Array(40).fill(i)), type: 'BYTE_ARRAY' }, { name: 'label', data: [0n, 1n, 0n, 1n], type: 'INT64' }], ...more }));
    await expect(openDataset(memoryTree('set', { 'a.parquet': buffer({}) }), decode)).rejects.toThrow(/is packed with BROTLI, which is not read; write the file again with SNAPPY, GZIP, ZSTD or no compression/);
    const lists = buffer({
      codec: 'UNCOMPRESSED',
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'image', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' },
        { name: 'labels', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' },
      ],
      columnData: [{ name: 'image', data: range(4).map((i) => new Uint8Array(40).fill(i)) }, { name: 'labels', data: [[0n], [1n], [0n, 1n], [1n]] }],
    });
    await expect(openDataset(memoryTree('set', { 'a.parquet': lists }), decode)).rejects.toThrow(/no column that could be their class: "labels" hold lists or parts, and a picture needs one class/);
  });

  test.each([['SNAPPY', false], ['UNCOMPRESSED', true], ['GZIP', false], ['ZSTD', false]] as const)('a hub set, %s, required %s', async (codec, required) => {
    const tree = memoryTree('pets', {
      'data/train-00000-of-00002.parquet': hubFile(range(10), { codec, required }),
      'data/train-00001-of-00002.parquet': hubFile(range(6, 10), { codec, required }),
      'data/test-00000-of-00001.parquet': hubFile(range(5, 100), { codec, required }),
    });
    const set = await openDataset(tree, decode);
    expect([set.train.count, set.test.count, ...set.classes, set.seeded]).toEqual([16, 5, 'cat', 'dog', undefined]);
    expect([...set.train.labels]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect((await set.train.image(15)).data[0]).toBe(15);
    expect((await set.train.image(4)).data[0]).toBe(4);
    expect((await set.test.image(4)).data[0]).toBe(104);
    expect(set.test.name!(4)).toBe('data/test-00000-of-00001.parquet#4');
  });

  test('opening reads labels only; an image reads its own row group', async () => {
    const bytes = hubFile(range(400).map((i) => i % 250), { codec: 'UNCOMPRESSED', rowGroupSize: 20 });
    const tree = counting(memoryTree('t', { 'train.parquet': bytes }));
    const set = await openDataset({ ...tree, read: tree.read.bind(tree) }, decode);
    expect(tree.bytes).toBeLessThan(bytes.length / 3);
    const before = tree.bytes;
    await set.train.image(0);
    await set.train.image(1);
    expect(tree.bytes - before).toBeLessThan(bytes.length / 10);
    expect(set.seeded).toBe(true);
  });

  test('labels: -1 and empty are left out, text and bare numbers become classes', async () => {
    const some = await openDataset(memoryTree('t', { 'a.parquet': hubFile(range(8), { labels: [0n, 1n, -1n, 0n, 1n, null, 0n, 1n] }) }), decode);
    expect(some.train.count + some.test.count).toBe(6);
    expect(some.notes!).toEqual(['2 images without a label left out.']);
    const bare = await openDataset(memoryTree('t', { 'a.parquet': hubFile(range(24), { names: null, labels: range(24).map((i) => BigInt(8 + (i % 3))) }) }), decode);
    expect(bare.classes).toEqual(['8', '9', '10']);
    await expect(openDataset(memoryTree('t', { 'a.parquet': hubFile(range(8), { labels: range(8).map(BigInt) }) }), decode)).rejects.toThrow('has label 2, but 2 classes are named');
  });

  test('no images, no class', async () => {
    const only = (name: string) => new Uint8Array(parquetWriteBuffer({ columnData: [{ name, data: ['a', 'b'], type: 'STRING' }] }));
    await expect(openDataset(memoryTree('t', { 'a.parquet': only('text') }), decode)).rejects.toThrow('a.parquet has no column of images (a struct of bytes and path); it has "text"');
    await expect(openDataset(memoryTree('t', { 'a.parquet': only('image') }), decode)).rejects.toThrow('no column that could be their class');
    await expect(openDataset(memoryTree('t', { 'a.parquet': Uint8Array.of(1, 2, 3) }), decode)).rejects.toThrow(DataError);
  });

  test.each(['SNAPPY', 'UNCOMPRESSED', 'GZIP', 'ZSTD'] as const)('damage of any kind is a typed error, and cheap (%s)', async (codec) => {
    const good = hubFile(range(30), { codec, rowGroupSize: 8 });
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 127, 128, 255))), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: fc.constant(good.length) }, fc.nat(good.length)), damage, async (cut, changes) => {
        const bytes = good.slice(0, cut);
        for (const [at, value] of changes) if (at < cut) bytes[at] = value;
        const started = process.cpuUsage();
        try {
          const set = await openDataset(memoryTree('t', { 'a.parquet': bytes }), decode);
          for (let i = 0; i < set.train.count; i++) await set.train.image(i);
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
        }
        // No hang: the whole takes milliseconds; seconds would be a loop over a lying count.
        expect(process.cpuUsage(started).user).toBeLessThan(5e6);
      }),
      { numRuns: 1500 },
    );
  });

  test('a piece of a packed page that claims more than is there is refused before it is copied', async () => {
    // Found by the test above, and took ten seconds: the count of a literal, and of how many bytes it is written in.
    const bytes = hubFile(range(30), { rowGroupSize: 8 }).slice();
    [bytes[255], bytes[348]] = [252, 139];
    const file = await openParquet(memoryTree('t', { 'a.parquet': bytes }), 'a.parquet');
    await expect(file.readGroup(1, 'image')).rejects.toThrow(/A page claims a piece of \d+ bytes where \d+ are left/);
    expect(await file.readGroup(0, 'image')).toHaveLength(8);
  });

  test.each([0xfe, 0xff])('a count of two thousand million at any place is refused before anything is made of it (%i)', async (first) => {
    const good = hubFile(range(12), { codec: 'UNCOMPRESSED', rowGroupSize: 6 });
    const started = process.cpuUsage();
    for (let at = 0; at + 5 <= good.length; at++) {
      const bytes = good.slice();
      bytes.set([first, 0xff, 0xff, 0xff, 0x0f], at);
      try {
        const set = await openDataset(memoryTree('t', { 'a.parquet': bytes }), decode);
        for (let i = 0; i < set.train.count; i++) await set.train.image(i);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }
    // One such loop alone takes longer than all of these.
    expect(process.cpuUsage(started).user).toBeLessThan(60e6);
  });

  test('random metadata is a FormatError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (middle) => {
        const tail = new Uint8Array(8);
        new DataView(tail.buffer).setUint32(0, middle.length, true);
        tail.set([0x50, 0x41, 0x52, 0x31], 4);
        const bytes = Uint8Array.of(0x50, 0x41, 0x52, 0x31, ...middle, ...tail);
        await openParquet(memoryTree('t', { x: bytes }), 'x').then(
          (file) => expect(file.rows).toBeLessThanOrEqual(bytes.length),
          (error: unknown) => expect(error).toBeInstanceOf(FormatError),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
