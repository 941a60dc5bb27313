import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { indexShards, openCheckpoint, parseJson, readJson } from './checkpoint';
import { memoryTree, type FileTree } from './fileTree';
import { FormatError } from './formatError';
import { writeSafetensors } from './safetensors';

const json = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const INDEX = 'model.safetensors.index.json';
/** A file of one tensor, with metadata that say which file it is. */
const shard = (name: string, v: number, from = name) => writeSafetensors({ [name]: { dtype: 'F32', shape: [1], data: Float32Array.of(v) } }, { from });
const two = { a: 'model-1.safetensors', b: 'model-2.safetensors' };
const shards = { [INDEX]: json({ metadata: {}, weight_map: two }), 'model-1.safetensors': shard('a', 1), 'model-2.safetensors': shard('b', 2) };

describe('opening', () => {
  test('one file comes before shards, and a base name goes before both', async () => {
    const tree = memoryTree('m', { ...shards, 'model.safetensors': shard('c', 3), 'adapter_model.safetensors': shard('d', 4) });
    expect((await openCheckpoint(tree)).names()).toEqual(['c']);
    expect((await openCheckpoint(tree, 'adapter_model')).names()).toEqual(['d']);
    await expect(openCheckpoint(tree, 'other')).rejects.toThrow(/neither other.safetensors nor other.safetensors.index.json/);
  });

  test('shards are read as one', async () => {
    const source = await openCheckpoint(memoryTree('m', shards));
    expect([source.names(), source.has('b'), source.has('c')]).toEqual([['a', 'b'], true, false]);
    expect(source.metadata).toEqual({ from: 'a' });
    expect(source.info('b')).toEqual({ dtype: 'F32', shape: [1], bytes: 4 });
    expect([...(await source.readF32('b')), ...(await source.readF32Checked('a'))]).toEqual([2, 1]);
    expect([...(await source.readRange('b', 2, 4))]).toEqual([0, 0x40]);
    expect(() => source.info('c')).toThrow(/no tensor "c" \(it has 2\)/);
    await expect(source.readRange('c', 0, 1)).rejects.toThrow(FormatError);
    expect(await indexShards(memoryTree('m', shards), INDEX)).toEqual(['model-1.safetensors', 'model-2.safetensors']);
  });

  test('a shard of several tensors is opened once, and may hold more than the index says', async () => {
    let sizes = 0;
    const both = writeSafetensors({ a: { dtype: 'U8', shape: [1], data: Uint8Array.of(7) }, b: { dtype: 'U8', shape: [1], data: Uint8Array.of(8) }, more: { dtype: 'U8', shape: [1], data: Uint8Array.of(9) } });
    const tree = memoryTree('m', { [INDEX]: json({ weight_map: { b: 'x.safetensors', a: 'x.safetensors' } }), 'x.safetensors': both });
    const source = await openCheckpoint({ ...tree, size: (path) => (sizes += path === 'x.safetensors' ? 1 : 0, tree.size(path)) });
    expect([sizes, source.names(), source.has('more')]).toEqual([1, ['b', 'a'], false]);
    expect([...(await source.read('a'))]).toEqual([7]);
  });

  test.each<[string, Record<string, string>, RegExp]>([['a shard that is not there', { a: 'model-3.safetensors' }, /names the shard "model-3.safetensors", which is missing/], ['a tensor in a shard that does not hold it', { b: 'model-1.safetensors' }, /places "b" in "model-1.safetensors", which does not hold it/]])('%s is refused', async (_, map, message) => {
    const opening = openCheckpoint(memoryTree('m', { ...shards, [INDEX]: json({ weight_map: map }) }));
    await expect(opening).rejects.toThrow(FormatError);
    await expect(opening).rejects.toThrow(message);
  });

  test('an index of no tensor is a checkpoint of none', async () => {
    const source = await openCheckpoint(memoryTree('m', { [INDEX]: json({ weight_map: {} }) }));
    expect([source.names(), source.metadata]).toEqual([[], {}]);
  });

  test.each(['pytorch_model.bin', 'x.pt', 'x.PTH', 'x.ckpt', 'x.pkl', 'x.pickle'])('%s is refused by its name', async (name) => {
    await expect(openCheckpoint(memoryTree('m', { 'config.json': json({}), [name]: new Uint8Array() }))).rejects.toThrow(`"${name}" is a Python pickle`);
  });

  test.each(['sub/x.bin', 'x.bin.txt', 'xbin'])('%s is no pickle of this folder', async (name) => {
    await expect(openCheckpoint(memoryTree('m', { [name]: new Uint8Array() }))).rejects.toThrow(/neither/);
  });

  test('what goes wrong while a file is read names it, and what is no fault of the file is handed on', async () => {
    await expect(openCheckpoint(memoryTree('m', { ...shards, 'model-2.safetensors': json('x') }))).rejects.toThrow(/^model-2.safetensors: This is not a safetensors file/);
    const gone = new TypeError('gone');
    const tree: FileTree = { ...memoryTree('m', { 'model.safetensors': shard('a', 1) }), read: () => Promise.reject(gone) };
    await expect(openCheckpoint(tree)).rejects.toBe(gone);
  });
});

describe('an index', () => {
  const open = (map: Record<string, string>, size?: number) => {
    const tree = memoryTree('m', { [INDEX]: json({ weight_map: map }) });
    return indexShards(size === undefined ? tree : { ...tree, size: async () => size }, INDEX);
  };
  test.each(['../x.safetensors', 'a/x.safetensors', 'a\\x.safetensors', '/x.safetensors', '.safetensors', 'x.safetensors.bin', 'x.bin', 'x/.safetensors'])('does not name %s', async (path) => {
    await expect(open({ a: path })).rejects.toThrow(/not a safetensors file of the same folder/);
    await expect(open({ a: 'fine.safetensors', b: path })).rejects.toThrow(FormatError);
  });

  test('has bounds', async () => {
    const many = (n: number, of = n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`t${i}`, `${i % of}.safetensors`]));
    expect(await open(many(1000))).toHaveLength(1000);
    await expect(open(many(1001))).rejects.toThrow(/lists 1001 shards, at most 1000/);
    expect(await open({}, 250_000_000)).toEqual([]);
    await expect(open({}, 250_000_001)).rejects.toThrow(/has 250000001 bytes, at most 250000000/);
  });

  test.each<[string, unknown, RegExp]>([
    ['a map of numbers', { weight_map: { a: 1 } }, /"weight_map.a"/], ['no map', {}, /"weight_map"/], ['a list', [], /^model.safetensors.index.json: [^"]*\.$/], ['no JSON', '{', /not valid JSON/],
  ])('of %s is refused', async (_, value, message) => {
    const opening = openCheckpoint(memoryTree('m', { [INDEX]: json(value) }));
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(FormatError);
  });
});

test('JSON is read by a schema, and is text in UTF-8', async () => {
  const schema = z.object({ n: z.number() });
  expect(parseJson(json({ n: 1 }), 'a.json', schema)).toEqual({ n: 1 });
  expect(await readJson(memoryTree('m', { 'a.json': json({ n: 2, m: 3 }) }), 'a.json', schema)).toEqual({ n: 2 });
  const latin = json('{"n":1,"é":0}').filter((byte) => byte !== 0xc3);
  expect(() => parseJson(latin, 'a.json', schema)).toThrow('a.json is not valid JSON.');
  expect(() => parseJson(json({ n: 'x' }), 'a.json', schema)).toThrow(/^a.json: "n": .*\.$/);
  await expect(readJson(memoryTree('m', {}), 'a.json', schema)).rejects.toThrow();
});
