import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { defined } from '../../numbers/defined';
import { fakeStorage } from '../../testing/opfs';
import { diskFiles } from './diskFiles.node';
import { type HubFiles, readFile, writeFile } from './files';
import { HubError } from './hubError';
import { memoryFiles } from './memoryFiles';
import { opfsFiles } from './opfsFiles';

const root = mkdtempSync(join(tmpdir(), 'fullrank-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const stores = {
  disk: () => diskFiles(join(root, String(count++))),
  memory: async () => memoryFiles(),
  opfs: () => opfsFiles(fakeStorage()),
  'opfs without move': () => opfsFiles(fakeStorage({ move: false })),
} satisfies Record<string, () => Promise<HubFiles>>;
const bytes = (...values: number[]) => Uint8Array.from(values);

describe.each(Object.entries(stores))('%s', (_, make) => {
  let files: HubFiles;
  beforeEach(async () => (files = await make()));

  test('writes, goes on, cuts off, reads ranges', async () => {
    await writeFile(files, 'a/b/c.bin', bytes(0, 1, 2, 3, 4, 5));
    expect(await files.size('a/b/c.bin')).toBe(6);
    expect([...(await files.read('a/b/c.bin', 2, 4))]).toEqual([2, 3]);
    expect([...(await files.read('a/b/c.bin', 4, 9))]).toEqual([4, 5]);
    expect([...(await files.read('a/b/c.bin', 1, 3, new Uint8Array(10)))]).toEqual([1, 2]);
    const more = await files.append('a/b/c.bin', 3);
    await more.write(bytes(9));
    await more.write(bytes(8, 7));
    await more.close();
    expect([...(await files.read('a/b/c.bin', 0, 99))]).toEqual([0, 1, 2, 9, 8, 7]);
    await (await files.append('a/b/c.bin', 2)).close();
    expect(await files.size('a/b/c.bin')).toBe(2);
    await writeFile(files, 'empty', bytes());
    expect(await files.size('empty')).toBe(0);
    expect(await readFile(files, 'a/b/c.bin', 1)).toBeNull();
  });

  test('missing files and folders', async () => {
    expect(await files.size('a/b')).toBeNull();
    expect(await files.list('a')).toEqual([]);
    expect(await files.list('')).toEqual([]);
    await files.remove('a/b');
    await expect(files.read('a/b', 0, 1)).rejects.toThrow(HubError);
    await expect(files.move('a/b', 'c')).rejects.toThrow(HubError);
  });

  test('moves over what is there, lists, removes folders', async () => {
    await writeFile(files, 'partial/x', bytes(1, 2, 3));
    await writeFile(files, 'whole/x', bytes(9));
    await files.move('partial/x', 'whole/x');
    expect([...(await files.read('whole/x', 0, 3))]).toEqual([1, 2, 3]);
    expect(await files.size('partial/x')).toBeNull();
    await files.move('whole/x', 'new/folder/y');
    await writeFile(files, 'new/z', bytes(1));
    await writeFile(files, 'newer', bytes(1));
    expect((await files.list('new')).sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([{ path: 'new/folder/y', size: 3 }, { path: 'new/z', size: 1 }]);
    expect((await files.list('')).length).toBe(3);
    await files.remove('new');
    expect((await files.list('')).map((f) => f.path)).toEqual(['newer']);
    expect((await files.room())!.quota).toBeGreaterThan(0);
  });

  test('a lock lets one in at a time, and a waiting one may leave', async () => {
    const order: string[] = [];
    const hold = (name: string, ms: number) => files.lock('dir/x', undefined, async () => (order.push(`${name} in`), await new Promise((done) => setTimeout(done, ms)), order.push(`${name} out`)));
    await expect(files.lock('dir/x', undefined, async () => { throw new Error('inside'); })).rejects.toThrow('inside');
    if (files.kind !== 'disk') return; // browsers have navigator.locks, memory belongs to one `Hub`
    const first = hold('a', 150);
    const abort = new AbortController();
    const waiting = files.lock('dir/x', abort.signal, async () => {});
    abort.abort();
    await expect(waiting).rejects.toThrow(/cancelled/);
    await Promise.all([first, hold('b', 1)]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  });
});

describe('the lock of a process that died', () => {
  test('does not count', async () => {
    const files = await stores.disk();
    await writeFile(files, 'x.lock', new TextEncoder().encode(`${hostname()} 99999999`));
    expect(await files.lock('x', undefined, async () => 7)).toBe(7);
  });
});

test('a full or refused browser store says so', async () => {
  await expect(opfsFiles(undefined)).rejects.toMatchObject({ kind: 'storage' });
  vi.stubGlobal('FileSystemFileHandle', class {});
  await expect(opfsFiles(fakeStorage())).rejects.toMatchObject({ kind: 'storage', message: 'This browser has no file storage for pages.' });
  vi.unstubAllGlobals();
  await expect(opfsFiles(fakeStorage({ refuse: true }))).rejects.toMatchObject({ kind: 'storage', message: expect.stringContaining('cannot be used') });
  const small = await opfsFiles(fakeStorage({ quota: 10 }));
  await expect(writeFile(small, 'x', new Uint8Array(20))).rejects.toMatchObject({ kind: 'quota' });
  const files = await opfsFiles(fakeStorage());
  const writing = await files.append('x', 0);
  await expect(files.append('x', 0)).rejects.toMatchObject({ kind: 'storage', message: expect.stringContaining('Another tab') });
  await writing.close();
  await expect(writeFile(memoryFiles(10), 'x', new Uint8Array(20))).rejects.toMatchObject({ kind: 'quota' });
});

test('a file that is being opened is held as it ships: Chromium answers nobody where its handle is collected meanwhile', async () => {
  const built = await build({ configFile: false, logLevel: 'error', build: { write: false, minify: true, lib: { entry: join(import.meta.dirname, 'opfsFiles.ts'), formats: ['es'] } } });
  const { output } = defined((built as Rolldown.RolldownOutput[])[0]);
  const shipped = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(output[0].code)}`)) as { opfsFiles: typeof opfsFiles };
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  class Forgetful {
    createSyncAccessHandle() {
      const mine = new WeakRef(this);
      return new Promise((answer, lost) => {
        setTimeout(() => {
          collect();
          if (mine.deref()) answer({ truncate: () => {}, flush: () => {}, close: () => {} });
          else lost(new Error('its handle was collected'));
        });
      });
    }
  }
  const folder = { getDirectoryHandle: async () => folder, getFileHandle: async () => new Forgetful() };
  const files = await shipped.opfsFiles({ getDirectory: async () => folder } as unknown as StorageManager);
  await (await files.append('a', 0)).close();
});
