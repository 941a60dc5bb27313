import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { fakeStorage } from '../testing/opfs';
import { FormatError } from './formatError';
import { memoryFiles } from './hub/memoryFiles';
import { opfsFiles } from './hub/opfsFiles';
import { fillFrom, ImportStore, type KeptIndex } from './kept';

const files = [
  { path: 'cat/1.png', file: new Blob([Uint8Array.of(1, 2)]) },
  { path: 'dog/1.png', file: new Blob([Uint8Array.of(3, 4, 5)]) },
  { path: 'empty.csv', file: new Blob([]) },
];
const index: KeptIndex = { version: 1, kind: 'data', id: 'pets 2', name: 'pets', date: 7, files: files.map(({ path, file }) => ({ path, size: file.size })) };

test('kept, found again by another page, read by ranges, removed', async () => {
  const storage = fakeStorage();
  const kept = new ImportStore(await opfsFiles(storage, 'kept'), 'first');
  const progress: number[] = [];
  const { key } = await kept.add(index, fillFrom(files), { onBytes: (done, total) => progress.push(done, total) });
  expect(progress).toEqual([2, 5, 5, 5]);

  const later = new ImportStore(await opfsFiles(storage, 'kept'), 'first');
  expect(await later.list()).toEqual([{ key, kind: 'data', id: 'pets 2', name: 'pets', date: 7, files: 3, bytes: 5 }]);
  const tree = await later.tree(key);
  expect([tree.name, ...tree.paths()]).toEqual(['pets', 'cat/1.png', 'dog/1.png', 'empty.csv']);
  expect([...(await tree.read('dog/1.png'))]).toEqual([3, 4, 5]);
  expect([...(await tree.read('dog/1.png', 1, 2))]).toEqual([4]);
  expect(await tree.size('empty.csv')).toBe(0);
  expect((await later.pack(key)).size).toBe(5);
  expect(await new ImportStore(await opfsFiles(storage, 'kept'), 'other').list()).toEqual([]);
  await later.remove(key);
  expect(await later.list()).toEqual([]);
  await expect(later.tree(key)).rejects.toThrow(/not kept in the browser any more/);
  await expect(later.tree('../first')).rejects.toThrow(FormatError);
});

test('what was written half, or lies about itself, is removed at the next opening', async () => {
  const store = memoryFiles();
  const kept = new ImportStore(store, 'first');
  const { key } = await kept.add(index, fillFrom(files));
  const half = await store.append('first/half/pack', 0);
  await half.write(Uint8Array.of(1));
  await half.close();
  const put = async (path: string, text: string) => {
    const to = await store.append(path, 0);
    await to.write(new TextEncoder().encode(text));
    await to.close();
  };
  await put('first/lies/index.json', JSON.stringify({ ...index, files: [{ path: 'a', size: 1e9 }] }));
  await put('first/lies/pack', 'abc');
  await put('first/damaged/index.json', '{"version":');
  await put('first/damaged/pack', 'abc');
  expect((await kept.list()).map((item) => item.key)).toEqual([key]);
  expect((await store.list('')).map(({ path }) => path.split('/')[1]).every((found) => found === key)).toBe(true);
});

test('a full store, an ended copy, a file that is gone: nothing is left of it', async () => {
  const small = memoryFiles(4);
  await expect(new ImportStore(small, 'first').add(index, fillFrom(files))).rejects.toMatchObject({ kind: 'quota', message: 'It takes 5 bytes and the browser has 4 bytes left for this page; delete kept models or data to make room.' });
  // The browser's word on room is rounded: writing may fail all the same.
  const storage = fakeStorage({ quota: 4 });
  const files4 = { ...(await opfsFiles(storage, 'kept')), room: async () => null };
  await expect(new ImportStore(files4, 'first').add(index, fillFrom(files))).rejects.toMatchObject({ kind: 'quota' });
  expect(await files4.list('')).toEqual([]);

  const store = memoryFiles();
  const kept = new ImportStore(store, 'first');
  const abort = new AbortController();
  await expect(kept.add(index, fillFrom(files), { signal: abort.signal, onBytes: () => abort.abort() })).rejects.toMatchObject({ kind: 'cancelled' });
  const gone = { size: 3, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) } as unknown as Blob;
  await expect(kept.add(index, fillFrom([defined(files[0]), { path: 'dog/1.png', file: gone }]))).rejects.toThrow(/dog\/1\.png can no longer be read/);
  await expect(kept.add(index, fillFrom(files.slice(1)))).rejects.toThrow(/has 3 bytes where its list says 5/);
  expect(await store.list('')).toEqual([]);
});

test('whoever lists meanwhile, at any moment, leaves a copy that is being written alone', async () => {
  const store = memoryFiles();
  const kept = new ImportStore(store, 'first');
  /** The same store, listed whenever something of it has been written or closed. */
  const watched: typeof store = {
    ...store,
    append: async (path, at) => {
      const to = await store.append(path, at);
      const then = async (done: Promise<void>) => {
        await done;
        expect(await kept.list()).toEqual([]);
      };
      return { write: (bytes) => then(to.write(bytes)), close: () => then(to.close()) };
    },
  };
  const { key } = await new ImportStore(watched, 'first').add(index, fillFrom(files));
  expect((await kept.list()).map((item) => item.key)).toEqual([key]);
  expect([...(await (await kept.tree(key)).read('dog/1.png'))]).toEqual([3, 4, 5]);
});

test('a copy that becomes whole while it is being listed is neither removed nor left out', async () => {
  const store = memoryFiles();
  let begun = () => {};
  const started = new Promise<void>((done) => (begun = done));
  let goOn = () => {};
  const held = new Promise<void>((done) => (goOn = done));
  const slow: typeof store = {
    ...store,
    append: async (path, at) => {
      const to = await store.append(path, at);
      begun();
      await held;
      return to;
    },
  };
  const adding = new ImportStore(slow, 'first').add(index, fillFrom(files));
  await started;
  // What it lists is as old as this moment; the copy is whole before it looks at the first one.
  const listing: typeof store = {
    ...store,
    list: async (folder) => {
      const found = await store.list(folder);
      goOn();
      await adding;
      return found;
    },
  };
  const kept = new ImportStore(listing, 'first');
  const found = await kept.list();
  expect(found).toEqual([await adding]);
  expect(await new ImportStore(store, 'first').list()).toEqual(found);
});

test('what cannot be read just now is left where it is', async () => {
  const store = memoryFiles();
  const { key } = await new ImportStore(store, 'first').add(index, fillFrom(files));
  const failing: typeof store = { ...store, read: () => Promise.reject(new Error('busy')) };
  expect(await new ImportStore(failing, 'first').list()).toEqual([]);
  expect((await new ImportStore(store, 'first').list()).map((item) => item.key)).toEqual([key]);
});
