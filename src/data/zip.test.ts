import fc from 'fast-check';
import { zipSync, type Zippable } from 'fflate';
import { describe, expect, test } from 'vitest';
import { filesTree, memoryTree, type FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { zipTree } from '../io/zipTree';
import { defined } from '../numbers/defined';
import { openDataset } from './index';
import { DataError, type RgbImage } from './source';

const byte = (v: number) => Uint8Array.of(v);
const decode = async (bytes: Uint8Array, name: string): Promise<RgbImage> => {
  if (bytes.length !== 1) throw new DataError(`${name} cannot be decoded.`);
  return { width: 1, height: 1, data: Uint8Array.of(defined(bytes[0]), defined(bytes[0]), defined(bytes[0])) };
};
const pets: Zippable = { 'pets/train/cat/1.png': byte(1), 'pets/train/dog/1.png': byte(2), 'pets/val/cat/2.png': byte(3), 'pets/test/dog/2.png': byte(4), '__MACOSX/pets/train/cat/._1.png': byte(9) };
const open = (files: Record<string, Uint8Array>) => openDataset(memoryTree('drop', files), decode);
const names = (zip: Uint8Array) => zipTree(memoryTree('t', { 'a.zip': zip }), 'a.zip').then((t) => t.paths());

/** Replaces text of equal length everywhere in a zip. */
function replaced(zip: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(zip).toString('latin1').replaceAll(from, to);
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Overwrites a field of the first entry's central header. */
function central(zip: Uint8Array, offset: number, bytes: number[]): Uint8Array {
  const out = zip.slice();
  const at = Buffer.from(zip).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  out.set(bytes, at + offset);
  return out;
}

describe('zip', () => {
  test('class folders with splits', async () => {
    const set = await open({ 'pets.zip': zipSync(pets) });
    expect([set.name, set.train.count, set.val!.count, set.test.count, ...set.classes]).toEqual(['pets', 2, 1, 1, 'cat', 'dog']);
    expect((await set.val!.image(0)).data[0]).toBe(3);
    expect(set.test.name!(0)).toBe('pets/test/dog/2.png');
  });

  test('metadata inside, a table beside, and one zip for each split', async () => {
    const csv = (text: string) => new TextEncoder().encode(text);
    const images = { 'a.png': byte(1), 'b.png': byte(2), 'c.png': byte(3), 'd.png': byte(4) };
    const table = csv('file_name,label\na.png,x\nb.png,y\nc.png,x\nd.png,y\n');
    const inside = await open({ 's.zip': zipSync({ ...images, 'metadata.csv': table }) });
    const beside = await open({ 's.zip': zipSync(images), 'metadata.csv': table });
    for (const set of [inside, beside]) expect([set.train.count, set.test.count, ...set.classes]).toEqual([2, 2, 'x', 'y']);
    const parts = await open({ 'train.zip': zipSync({ 'x/1.png': byte(1), 'y/1.png': byte(2) }), 'test.zip': zipSync({ 'test/x/2.png': byte(3), 'test/y/2.png': byte(4) }) });
    expect([parts.train.count, parts.test.count, ...parts.classes]).toEqual([2, 2, 'x', 'y']);
  });

  test('only what is asked for is read', async () => {
    const noise = (seed: number) => Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i + seed, 2654435761) >>> 24);
    const zip = zipSync(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i % 2}/${i}.png`, noise(i)])), { level: 0 });
    const blob = new Blob([zip]);
    const files = filesTree('drop', [{ path: 'big.zip', file: blob }]);
    let bytes = 0;
    const tree: FileTree = { ...files, read: (...args) => files.read(...args).then((b) => ((bytes += b.length), b)) };
    const inner = await zipTree(tree, 'big.zip');
    // zip.js looks through a comment's longest length, 64 KiB, for the list at the end.
    expect(bytes).toBeLessThan(80_000);
    expect(await inner.size('c1/7.png')).toBe(100_000);
    expect(await inner.read('c1/7.png')).toEqual(noise(7));
    expect(await inner.read('c1/7.png', 10, 20)).toEqual(noise(7).subarray(10, 20));
    expect(bytes).toBeLessThan(zip.length / 4);
    expect(zip.length).toBeGreaterThan(2_000_000);
    await expect(inner.read('c1/7.png', 10, 200_000)).rejects.toThrow('bytes 10 to 200000 are not there');
    await expect(inner.read('nothing')).rejects.toThrow(FormatError);
  });

  const one = zipSync({ 'aa/b.png': byte(1) });
  test.each([
    ['climbs out', replaced(one, 'aa/b.png', '../b.png'), /holds the path "..\/b.png", which would lead outside/],
    ['is absolute', replaced(one, 'aa/b.png', '/etc/pwd'), /would lead outside/],
    ['is absolute on Windows', replaced(one, 'aa/b.png', 'C:\\b.png'), /would lead outside/],
    ['climbs out on Windows', replaced(one, 'aa/b.png', '..\\b.png'), /would lead outside/],
    ['has control characters', zipSync({ 'é\u0001.png': byte(1) }), /would lead outside/],
    ['is there twice', replaced(zipSync({ 'aa/b.png': byte(1), 'aa/c.png': byte(2) }), 'aa/c.png', 'aa/b.png'), /holds "aa\/b.png" twice/],
    ['is there twice, once with a backslash', replaced(zipSync({ 'aa/b.png': byte(1), 'aa/c.png': byte(2) }), 'aa/c.png', 'aa\\b.png'), /holds "aa\/b.png" twice/],
    ['is encrypted', central(one, 8, [1, 0]), /locked with a password/],
  ])('a file that %s is refused', async (_, zip, message) => {
    await expect(names(zip)).rejects.toThrow(FormatError);
    await expect(names(zip)).rejects.toThrow(message);
    await expect(open({ 'a.zip': zip })).rejects.toThrow(DataError);
  });

  test('bombs and lying sizes are refused on reading', async () => {
    const read = async (zip: Uint8Array) => (await zipTree(memoryTree('t', { 'a.zip': zip }), 'a.zip')).read('x.png');
    const bomb = zipSync({ 'x.png': new Uint8Array(20_000_000) }, { level: 9 });
    await expect(read(bomb)).rejects.toThrow(/grows from \d+ to 20000000 bytes, which no picture does/);
    await expect(read(central(bomb, 24, [100, 0, 0, 0]))).rejects.toThrow(FormatError);
    const small = zipSync({ 'x.png': Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }, { level: 0 });
    await expect(read(central(small, 24, [4, 0, 0, 0]))).rejects.toThrow(FormatError);
    await expect(read(central(small, 24, [0, 0, 1, 0]))).rejects.toThrow(FormatError);
    await expect(read(central(small, 16, [0, 0, 0, 0]))).rejects.toThrow(FormatError);
    await expect(read(central(small, 42, [255, 255, 255, 0]))).rejects.toThrow(FormatError);
  });

  test('zips within zips stay closed', async () => {
    await expect(open({ 'a.zip': zipSync({ 'b.zip': zipSync(pets) }) })).rejects.toThrow(/not a data set that can be read/);
  });

  test('a zip that was cut short says so', async () => {
    const good = zipSync(pets);
    await expect(zipTree(memoryTree('t', { 'a.zip': good.slice(0, good.length - 40) }), 'a.zip')).rejects.toThrow('The zip "a.zip" cannot be read: it is incomplete. Copy it again.');
  });

  test('damage of any kind is a typed error', async () => {
    const good = zipSync({ ...pets, 'pets/train/cat/long.png': new Uint8Array(3000) });
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 127, 128, 255))), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: fc.constant(good.length) }, fc.nat(good.length)), damage, async (cut, changes) => {
        const bytes = good.slice(0, cut);
        for (const [at, value] of changes) if (at < cut) bytes[at] = value;
        try {
          const tree = await zipTree(memoryTree('t', { 'a.zip': bytes }), 'a.zip');
          for (const path of tree.paths()) expect((await tree.read(path)).length).toBeLessThanOrEqual(200 * good.length);
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }),
      { numRuns: 1500 },
    );
  });
});
