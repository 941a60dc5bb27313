import { FullrankError } from '../../errors/errors';
import { plainText } from '../../errors/text';
import { fillFrom, ImportStore, type KeptIndex } from '../../io/kept';
import { opfsFiles } from '../../io/hub/opfsFiles';
import { fakeStorage } from '../opfs';
import { inTime, unclear, type FailingPart } from './sweep';

/** Calls of the private file system that change something. */
const changes = new Set(['getDirectoryHandle', 'getFileHandle', 'createSyncAccessHandle', 'truncate', 'write', 'flush', 'move']);

/** A browser's private file system that refuses the `n`-th change that is asked of it once it is armed. */
function scarceStorage(): { storage: StorageManager; asked: () => number; refused: () => string; arm(n: number): void } {
  let asked = 0;
  let refuseAt = -1;
  let refused = '';
  const over = (value: unknown): unknown => {
    if (value instanceof Promise) return value.then(over);
    const isHandle = typeof value === 'object' && value !== null && ('kind' in value || ('truncate' in value && 'flush' in value));
    if (!isHandle) return value;
    return new Proxy(value, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name);
        if (typeof found !== 'function') return found;
        return (...args: unknown[]): unknown => {
          const creates = name !== 'getDirectoryHandle' && name !== 'getFileHandle' ? true : (args[1] as { create?: boolean } | undefined)?.create === true;
          if (changes.has(String(name)) && creates && asked++ === refuseAt) {
            refused = String(name);
            const full = new DOMException('full', 'QuotaExceededError');
            if (name === 'truncate' || name === 'write' || name === 'flush') throw full;
            return Promise.reject(full);
          }
          return over(Reflect.apply(found, target, args));
        };
      },
    });
  };
  const top = fakeStorage();
  const storage = { getDirectory: () => over(top.getDirectory()), estimate: () => top.estimate() } as unknown as StorageManager;
  return {
    storage,
    asked: () => asked,
    refused: () => refused,
    arm(n) {
      [asked, refuseAt] = [0, n];
    },
  };
}

const pictures = (name: string, fill: number): { index: KeptIndex; files: { path: string; file: Blob }[] } => {
  const files = ['cat/1.png', 'dog/2.png'].map((path, i) => ({ path, file: new Blob([new Uint8Array(100 + i).fill(fill + i)]) }));
  return { index: { version: 1, kind: 'data', id: name, name, date: fill, files: files.map(({ path, file }) => ({ path, size: file.size })) }, files };
};

/** Names and bytes of all that is kept whole. */
async function keptIn(kept: ImportStore): Promise<string> {
  const items = await kept.list();
  return JSON.stringify(await Promise.all(items.map(async ({ key, id }) => [id, [...new Uint8Array(await (await kept.pack(key)).arrayBuffer())]])));
}

/** Pictures that a person keeps in the browser, beside others that are there. */
export const keptPart = (): FailingPart => {
  const [first, second] = [pictures('first', 1), pictures('second', 7)];
  const add = (kept: ImportStore, { index, files }: typeof first) => kept.add(index, fillFrom(files)).then(() => null, (error: unknown) => error);
  const begun = async () => {
    const disk = scarceStorage();
    const files = await opfsFiles(disk.storage, 'kept');
    const kept = new ImportStore(files, 'project');
    if ((await add(kept, first)) !== null) throw new Error('nothing was refused, and nothing kept');
    return { disk, files, kept };
  };
  return {
    async open() {
      const { disk, kept } = await begun();
      const earlier = await keptIn(kept);
      disk.arm(-1);
      await add(kept, second);
      const there = disk.asked();
      const whole = await keptIn(kept);
      return {
        there,
        async once(n) {
          const { disk, files, kept } = await begun();
          disk.arm(n);
          const tried = await inTime(add(kept, second).then((error) => ({ error })));
          if (!tried) throw new Error('it does not end');
          disk.arm(-1);
          const call = disk.refused();
          if (call === '') throw new Error('nothing was refused');
          const now = await keptIn(kept);
          if (tried.error === null) {
            if (now !== whole) throw new Error(`${call}: it said nothing and has not kept it`);
            return 'unharmed';
          }
          const { error } = tried;
          const why = error instanceof FullrankError ? unclear(error.name, error.message) : `threw ${error instanceof Error ? error.message : plainText(error)}`;
          if (why) throw new Error(`${call}: ${why}`);
          if (now !== earlier) throw new Error(`${call}: what was kept before is another`);
          const left = (await files.list('project')).length;
          if (left !== 2) throw new Error(`${call}: ${left} files lie there, not 2`);
          if ((await add(kept, second)) !== null || (await keptIn(kept)) !== whole) throw new Error(`${call}: kept again it is another`);
          return 'begun anew';
        },
      };
    },
  };
};
