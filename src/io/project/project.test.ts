import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { FormatError } from '../formatError';
import { HubError } from '../hub/hubError';
import { parseProject, type ProjectManifest } from './manifest';
import { readProject } from './read';
import { decodeRecord, encodeRecord } from './values';
import { writeProject, type WriteOptions } from './write';

const records: unknown[] = [
  { id: 'a', loss: [1, NaN, -Infinity], classes: ['x', '__proto__'], images: undefined, $: 'own' },
  { step: Float32Array.of(1, 2.5, NaN), ms: new Float32Array(0) },
  [{ path: 'adapter_model.safetensors', bytes: Uint8Array.from({ length: 300 }, (_, i) => i) }],
];
const picture = Uint8Array.of(1, 2, 3, 4, 5);
const manifest: ProjectManifest = {
  format: 'fullrank-project',
  version: 1,
  app: 'test',
  saved: 5,
  settings: { model: 'vit-nano' },
  edits: {},
  records: [{ store: 'runs', key: 'a' }, { store: 'curves', key: 'a' }, { store: 'adapters', key: 'a' }],
  imports: [{ version: 1, kind: 'data', id: 'pets', name: 'pets', date: 1, files: [{ path: 'cat/1.png', size: 2 }, { path: 'dog/1.png', size: 3 }] }],
  hub: [{ kind: 'model', id: 'a/b' }],
};

async function saved(change: Partial<ProjectManifest> = {}, options: WriteOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const bytes = new Response(readable as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer();
  bytes.catch(() => {});
  await writeProject({ manifest: { ...manifest, ...change }, record: async (i) => records[i], pack: async () => new Blob([picture]) }, writable, options);
  return new Uint8Array(await bytes);
}

/** Reads everything that a file holds. */
async function everything(bytes: Uint8Array) {
  let read = 0;
  const file = await readProject(new Blob([bytes as Uint8Array<ArrayBuffer>]), { onBytes: (n) => (read += n) });
  const values = [];
  for (const i of file.manifest.records.keys()) values.push(await file.record(i));
  const packs: number[][] = [];
  for (const i of file.manifest.imports.keys()) {
    const pack: number[] = [];
    await file.pack(i)(async (chunk) => void pack.push(...chunk));
    packs.push(pack);
  }
  return { manifest: file.manifest, values, packs, read };
}

describe('a project file', () => {
  test('holds what was written, readable by any unzip, and says how far it is', async () => {
    const done: number[] = [];
    const bytes = await saved({}, { onBytes: (n) => done.push(n) });
    const back = await everything(bytes);
    expect(back.manifest).toEqual(manifest);
    expect(back.values).toEqual(records.map((r, i) => (i === 0 ? { ...(r as object), images: undefined } : r)));
    expect(back.packs).toEqual([[...picture]]);
    expect(back.read).toBeLessThanOrEqual(bytes.length);
    expect(done.at(-1)).toBe(back.read);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    const files = unzipSync(bytes);
    expect(Object.keys(files)).toEqual(['project.json', 'records/0.json', 'records/1.json', 'records/1.bin', 'records/2.json', 'records/2.bin', 'imports/0.pack']);
  });

  test('any record comes back as it was', () => {
    const leaf = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 20 }), fc.float32Array({ maxLength: 5 }), fc.float64Array({ maxLength: 5 }));
    const { value } = fc.letrec((tie) => ({ value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'of', 'n')), tie('value'), { maxKeys: 4, noNullPrototype: true })) }));
    fc.assert(
      fc.property(value, (v) => {
        const { json, parts } = encodeRecord(v);
        const bytes = Uint8Array.from(parts.flatMap((p) => [...p]));
        const back = decodeRecord(JSON.parse(json), bytes);
        // JSON has one zero.
        expect(JSON.stringify(encodeRecord(back).json)).toBe(JSON.stringify(json));
        expect(encodeRecord(back).parts).toEqual(parts);
      }),
    );
  });

  test('cancelled or failing, it leaves no stream open', async () => {
    const abort = new AbortController();
    await expect(saved({}, { signal: abort.signal, onBytes: (n) => n > 100 && abort.abort() })).rejects.toThrow();
    await expect(saved({ imports: [{ ...defined(manifest.imports[0]), files: [] }] })).rejects.toThrow(/not whole any more/);
    let reason: unknown;
    const to = new WritableStream<Uint8Array>({ abort: (why) => void (reason = why) });
    await expect(writeProject({ manifest, record: async () => { throw new Error('gone'); }, pack: async () => new Blob() }, to)).rejects.toThrow('gone');
    expect(reason).toMatchObject({ message: 'gone' });
    const reading = new AbortController();
    reading.abort();
    await expect(readProject(new Blob([await saved()]), { signal: reading.signal })).rejects.toThrow(HubError);
  });
});

describe('refused', () => {
  const stored = (files: Record<string, Uint8Array>) => zipSync(files, { level: 0 });
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const parts = async () => unzipSync(await saved());
  const changed = (change: object) => async () => stored({ ...(await parts()), 'project.json': json({ ...manifest, ...change }) });
  test.each<[string, () => Promise<Uint8Array>, RegExp]>([
    ['no zip', async () => new TextEncoder().encode('hello'), /The project file cannot be read/],
    ['an empty file', async () => new Uint8Array(), /The project file cannot be read/],
    ['another zip', async () => stored({ 'cat/1.png': picture }), /has no project\.json: it is not a Fullrank project/],
    ['a zip of something else', async () => stored({ 'project.json': json({ name: 'x' }) }), /This is not a Fullrank project/],
    ['a newer format', changed({ version: 2 }), /newer version of Fullrank.*format 2; this one reads 1/],
    ['a field of another kind', changed({ records: 3 }), /project\.json: "records"/],
    ['a field too many', changed({ more: 1 }), /Unrecognized key|Invalid input/],
    ['something that is not named', async () => stored({ ...(await parts()), 'records/9.json': json(1) }), /holds "records\/9\.json", which does not belong/],
    ['a path that leads out', async () => stored({ ...(await parts()), '../x': json(1) }), /does not belong|cannot be read/],
    ['something missing', async () => stored(Object.fromEntries(Object.entries(await parts()).filter(([path]) => path !== 'records/2.json'))), /lacks records\/2\.json/],
    ['a pack of another size', async () => stored({ ...(await parts()), 'imports/0.pack': Uint8Array.of(1) }), /imports\/0\.pack in the project file has 1 bytes where its list says 5/],
    ['a packed one', async () => zipSync(await parts(), { level: 9 }), /packed in another way/],
    ['arrays that are not there', async () => stored({ ...(await parts()), 'records/1.json': json({ $: 'Float32Array', n: 1e9 }) }), /Float32Array of 1000000000 values is not there/],
    ['arrays without a length', async () => stored({ ...(await parts()), 'records/1.json': json({ $: 'Float32Array', n: ['x', {}] }) }), /its Float32Array has no length/],
    ['arrays too few', async () => stored({ ...(await parts()), 'records/1.json': json({}) }), /names 0 of its 12 bytes/],
    ['deep nesting', async () => stored({ ...(await parts()), 'records/0.json': new TextEncoder().encode('['.repeat(100_000) + ']'.repeat(100_000)) }), /nested too deep/],
  ])('%s', async (_, make, message) => {
    const bytes = await make();
    await expect(everything(bytes)).rejects.toThrow(message);
    await expect(everything(bytes)).rejects.toThrow(FormatError);
  });

  test('damage of any kind is a typed error, or a file that still fits its list', async () => {
    const good = await saved();
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255))), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: fc.constant(good.length) }, fc.nat(good.length)), damage, async (cut, changes) => {
        const bytes = good.slice(0, cut);
        for (const [at, value] of changes) if (at < cut) bytes[at] = value;
        try {
          const { read, packs } = await everything(bytes);
          expect(read).toBeLessThanOrEqual(bytes.length);
          expect(packs).toEqual([[...picture]]); // a checksum stands for every byte
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  }, 60_000);

  test('any JSON in the place of the list is a typed error or a list', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(...Object.keys(manifest)), (text, field) => {
        for (const bytes of [new TextEncoder().encode(text), json({ ...manifest, [field]: JSON.parse(text) as unknown })]) {
          try {
            parseProject(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }
      }),
    );
  });
});
