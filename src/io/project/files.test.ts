import { crc32 } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../formatError';
import { HubError } from '../hub/hubError';
import type { ProjectManifest } from './manifest';
import { readProject } from './read';
import { writeProject, type WriteOptions } from './write';

/** Quick tests of how projects are written and read; project.test.ts damages them at random. */
const records: unknown[] = [{ name: 'Käse ▁' }, Float32Array.of(1, 2.5), undefined];
const pack = Uint8Array.of(1, 2, 3, 4, 5);
const manifest: ProjectManifest = {
  format: 'fullrank-project', version: 1, app: 'test', saved: 5, settings: { ort: 'Köln' }, edits: {},
  records: ['a', 'b', 'c'].map((key) => ({ store: 'runs', key })),
  imports: [{ version: 1, kind: 'data', id: 'pets', name: 'pets', date: 1, files: [{ path: 'cat/1.png', size: 2 }, { path: 'dog/1.png', size: 3 }] }],
  hub: [],
};

async function saved(options: WriteOptions = {}, given: Partial<Parameters<typeof writeProject>[0]> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const bytes = new Response(readable as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer();
  bytes.catch(() => {});
  await writeProject({ manifest, record: async (i) => records[i], pack: async () => new Blob([pack]), ...given }, writable, options);
  return new Uint8Array(await bytes);
}
const read = (bytes: Uint8Array, options?: Parameters<typeof readProject>[1]) => readProject(new Blob([bytes as Uint8Array<ArrayBuffer>]), options);
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const stored = (files: Record<string, Uint8Array>) => zipSync(files, { level: 0 });
const parts = async () => unzipSync(await saved());
async function packed(bytes: Uint8Array): Promise<number[]> {
  const all: number[] = [];
  await (await read(bytes)).pack(0)(async (chunk) => void all.push(...chunk));
  return all;
}

describe('writing', () => {
  test('files as they are, one after another, without times of other systems', async () => {
    const bytes = await saved();
    const files = unzipSync(bytes);
    expect(Object.fromEntries(Object.entries(files).map(([path, { length }]) => [path, length]))).toEqual({ 'project.json': json(manifest).length, 'records/0.json': json(records[0]).length, 'records/1.json': 26, 'records/1.bin': 8, 'records/2.json': 4, 'imports/0.pack': 5 });
    expect(files['imports/0.pack']).toEqual(pack);
    const view = new DataView(bytes.buffer);
    // Local header: method 0, and no field beyond the name.
    expect([view.getUint32(0, true), view.getUint16(8, true), view.getUint16(28, true)]).toEqual([0x04034b50, 0, 0]);
  });

  test('bytes are counted as they go, whatever letters the text has', async () => {
    const done: number[] = [];
    const bytes = await saved({ onBytes: (n) => done.push(n) });
    const sizes = Object.values(unzipSync(bytes)).map(({ length }) => length);
    const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b));
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(ends.at(-1));
    for (const end of ends) expect(done).toContain(end);
    for (const n of done) expect(n).toBeGreaterThanOrEqual(0);
  });

  test('bytes of a large file are counted on their way, where somebody counts them', async () => {
    const large = new Uint8Array(1_000_000);
    const given = { manifest: { ...manifest, imports: manifest.imports.map((one) => ({ ...one, files: [{ path: 'a', size: large.length }] })) }, pack: async () => new Blob([large]) };
    const done: number[] = [];
    const bytes = await saved({ onBytes: (n) => done.push(n) }, given);
    const end = done.at(-1) ?? 0;
    const within = done.filter((n) => n > end - large.length && n < end);
    expect([within.length > 0, within]).toEqual([true, within.toSorted((a, b) => a - b)]);
    expect(await saved({}, given)).toHaveLength(bytes.length);
  });

  test('nothing is begun after a stop, and what failed is what the stream hears', async () => {
    const abort = new AbortController();
    abort.abort(new Error('enough'));
    const asked: number[] = [];
    await expect(saved({ signal: abort.signal }, { record: async (i) => (asked.push(i), null) })).rejects.toThrow('enough');
    expect(asked).toEqual([]);
    const later = new AbortController();
    await expect(saved({ signal: later.signal }, { record: async (i) => (asked.push(i), later.abort(new Error('now')), null) })).rejects.toThrow('now');
    expect(asked).toEqual([0]);
    for (const size of [4, 6]) await expect(saved({}, { pack: async () => new Blob([new Uint8Array(size)]) })).rejects.toThrow(FormatError);
    let heard: unknown;
    const to = new WritableStream<Uint8Array>({ abort: (why) => void (heard = why) });
    await expect(writeProject({ manifest, record: () => Promise.reject(new Error('gone')), pack: async () => new Blob() }, to)).rejects.toThrow('gone');
    expect(heard).toMatchObject({ message: 'gone' });
  });

  test('a stream that cannot even be ended says what went wrong first', async () => {
    const to = new WritableStream<Uint8Array>({ abort: () => Promise.reject(new Error('another')) });
    await expect(writeProject({ manifest, record: () => Promise.reject(new Error('first')), pack: async () => new Blob() }, to)).rejects.toThrow('first');
  });
});

describe('reading', () => {
  test('records, also those that had gone, and imports; all bytes that were read are counted', async () => {
    const bytes = await saved();
    let counted = 0;
    const file = await read(bytes, { onBytes: (n) => (counted += n) });
    expect(counted).toBe(json(manifest).length);
    expect(file.manifest).toEqual(manifest);
    expect(await Promise.all([0, 1, 2].map((i) => file.record(i)))).toEqual([records[0], records[1], null]);
    expect(await packed(bytes)).toEqual([...pack]);
    const before = counted;
    await file.pack(0)(async () => {});
    expect(counted - before).toBe(5);
  });

  test('what the receiver throws is handed on, and a stop is one', async () => {
    const bytes = await saved();
    const file = await read(bytes);
    const fault = new HubError('quota', 'full');
    await expect(file.pack(0)(() => Promise.reject(fault))).rejects.toBe(fault);
    await expect(file.pack(0)(() => Promise.reject(new Error('broken')))).rejects.toThrow(FormatError);
    const abort = new AbortController();
    const stopping = await read(bytes, { signal: abort.signal });
    abort.abort();
    await expect(stopping.pack(0)(async () => {})).rejects.toMatchObject({ name: 'HubError', kind: 'cancelled' });
    await expect(read(bytes, { signal: abort.signal })).rejects.toThrow(HubError);
  });

  test.each<[string, () => Promise<Uint8Array>, RegExp]>([
    ['no zip', async () => json('hello'), /The project file cannot be read/],
    ['another zip', async () => stored({ 'cat.png': pack }), /has no project\.json/],
    ['a folder', async () => stored({ ...(await parts()), 'records/': new Uint8Array() }), /holds the folder "records\/"/],
    ['something packed', async () => zipSync({ ...(await parts()), 'project.json': [json({ ...manifest, app: 'x'.repeat(100) }), { level: 9 }] }, { level: 0 }), /"project\.json" in the project file is packed in another way/],
    ['something that is not named', async () => stored({ ...(await parts()), 'records/3.json': json(1) }), /holds "records\/3\.json", which does not belong/],
    ['bytes of a record that is not there', async () => stored({ ...(await parts()), 'records/3.bin': pack }), /holds "records\/3\.bin"/],
    ['a pack too many', async () => stored({ ...(await parts()), 'imports/1.pack': pack }), /holds "imports\/1\.pack"/],
    ['a record that is missing', async () => stored(Object.fromEntries(Object.entries(await parts()).filter(([path]) => path !== 'records/2.json'))), /lacks records\/2\.json/],
    ['a pack that is missing', async () => stored(Object.fromEntries(Object.entries(await parts()).filter(([path]) => path !== 'imports/0.pack'))), /lacks imports\/0\.pack/],
    ['a short pack', async () => stored({ ...(await parts()), 'imports/0.pack': pack.subarray(1) }), /imports\/0\.pack in the project file has 4 bytes where its list says 5/],
    ['a long pack', async () => stored({ ...(await parts()), 'imports/0.pack': Uint8Array.of(...pack, 6) }), /has 6 bytes where its list says 5/],
  ])('%s is refused when it is opened', async (_, make, message) => {
    const bytes = await make();
    await expect(read(bytes)).rejects.toThrow(message);
    await expect(read(bytes)).rejects.toThrow(FormatError);
  });

  test.each<[string, Record<string, Uint8Array>, number, RegExp]>([
    ['no JSON', { 'records/0.json': Uint8Array.of(0x7b) }, 0, /records\/0\.json is not valid JSON/],
    ['an array of no bytes', { 'records/0.json': json({ $: 'Uint8Array', n: 1 }) }, 0, /Uint8Array of 1 values is not there/],
    ['bytes that nothing names', { 'records/0.bin': pack }, 0, /names 0 of its 5 bytes/],
  ])('%s is refused when the record is asked for, and others are read', async (_, change, i, message) => {
    const file = await read(stored({ ...(await parts()), ...change }));
    await expect(file.record(i)).rejects.toThrow(message);
    await expect(file.record(i)).rejects.toThrow(FormatError);
    expect(await file.record(1)).toEqual(records[1]);
  });

  /** A file with some bytes of what is found in it changed, from the place of the find on. */
  const patched = (bytes: Uint8Array, find: number[], at: number, change: number[], nth = 0) => {
    const places = [...bytes.keys()].filter((i) => find.every((byte, k) => bytes[i + k] === byte));
    const copy = bytes.slice();
    copy.set(change, (places[nth] ?? 0) + at);
    return copy;
  };
  const LOCAL = [0x50, 0x4b, 3, 4];
  const CENTRAL = [0x50, 0x4b, 1, 2];

  test('a name twice, a wrong checksum, a lock, and sizes beyond the file are refused', async () => {
    const files = { ...(await parts()), 'records/3.json': json(0) };
    const other = stored(files);
    const name = [...new TextEncoder().encode('records/3.json')];
    const twice = patched(patched(other, name, 8, [0x32]), name, 8, [0x32]);
    await expect(read(twice)).rejects.toThrow(/holds "records\/2\.json" twice/);
    const good = await saved();
    const changed = patched(good, [...pack], 0, [9]);
    await expect(packed(changed)).rejects.toThrow(FormatError);
    const last = stored(await parts());
    const entries = Object.keys(await parts()).length;
    const central = (at: number, change: number[], nth = entries - 1) => patched(last, CENTRAL, at, change, nth);
    const size = (n: number) => [...new Uint8Array(Uint32Array.of(n, n).buffer)];
    const others = Object.values(await parts()).reduce((sum, { length }) => sum + length, 0) - pack.length;
    const cases: [Uint8Array, RegExp][] = [
      [central(8, [1, 0], 1), /packed in another way/], [central(10, [8, 0], 1), /packed in another way/], [central(24, [6], entries - 1), /packed in another way/], [central(20, [6], entries - 1), /packed in another way/],
      [central(20, size(2 ** 24)), /states that it holds more/], [central(20, size(last.length - others + 1)), /states that it holds more/], [central(20, size(last.length - others)), /where its list says 5/],
      [stored({ ...(await parts()), '../x.png': pack }), /holds "\.\.\/x\.png", which does not belong/],
    ];
    for (const [bytes, message] of cases) {
      await expect(read(bytes)).rejects.toThrow(message);
      await expect(read(bytes)).rejects.toThrow(FormatError);
    }
    const alone = await read(last);
    await expect(alone.record(9)).rejects.toThrow(/lacks records\/9\.json/);
    await expect(alone.pack(9)(async () => {})).rejects.toThrow(/lacks imports\/9\.pack/);
    // A pack that goes on into the file behind it.
    const both = stored({ 'imports/0.pack': pack, ...(await parts()), 'project.json': json({ ...manifest, imports: manifest.imports.map((one) => ({ ...one, files: [{ path: 'a', size: 45 }] })) }) });
    const begin = 30 + 'imports/0.pack'.length;
    const sums = [...new Uint8Array(Uint32Array.of(crc32(both.subarray(begin, begin + 45)), 45, 45).buffer)];
    const over = await read(patched(patched(both, LOCAL, 14, sums), CENTRAL, 16, sums));
    await expect(over.pack(0)(async () => {})).rejects.toThrow(FormatError);
    await expect(read(patched(last, LOCAL, 14, [1, 2, 3, 4]))).rejects.toThrow(FormatError);
  });
});
