import * as z from 'zod/mini';
import { defined } from '../numbers/defined';
import { parseJson } from './checkpoint';
import { blobTree, type TreeFile, type FileTree } from './fileTree';
import { FormatError } from './formatError';
import { readFile, writeFile, type BlobFiles, type Room } from './hub/files';
import { cancelled, HubError, sizeText } from './hub/hubError';
import { newId } from './newId.meta';

/**
 * Copies of what a person imported, so that it is there after a reload. Each lies in a folder of its own as two files:
 * `pack`, all its files one after another, and `index.json`, which is written last. A folder without an index that fits
 * is what a closed page left behind, and is removed.
 */

const maxFiles = 1_000_000;
const maxIndexBytes = 256 * 1024 * 1024;
const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

/** True of "constructor" and its like: looked up as the name of something open, it is found where nothing was put. */
export const isOfEveryObject = (id: string): boolean => id in Object.prototype;

/** The index: what is kept, and the files in the order in which they lie in the pack. */
export const keptIndex = z.strictObject({
  version: z.literal(1),
  kind: z.enum(['model', 'data', 'pool']),
  id: text(1000).check(z.refine((id) => !isOfEveryObject(id))),
  /** Name of the folder or file that was chosen. */
  name: text(1000),
  /** Milliseconds since the epoch. */
  date: z.number(),
  files: z.array(z.strictObject({ path: text(4000), size: z.int().check(z.gte(0)) })).check(z.maxLength(maxFiles)),
});
export type KeptIndex = z.output<typeof keptIndex>;
/** A pool is of unlabelled pictures, and goes by the id of the data set that it is beside. */
export type KeptKind = KeptIndex['kind'];

/** Something that is kept, without the list of its files. */
export interface KeptItem<Kind extends KeptKind = Exclude<KeptKind, 'pool'>> {
  /** Its folder. */
  key: string;
  kind: Kind;
  id: string;
  name: string;
  date: number;
  files: number;
  bytes: number;
}

/** Bytes of a pack. */
export const packBytes = ({ files }: Pick<KeptIndex, 'files'>): number => files.reduce((sum, { size }) => sum + size, 0);

/** Writes the bytes of a pack, in order. */
export type Fill = (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>;
export interface KeepOptions {
  signal?: AbortSignal;
  onBytes?: (done: number, total: number) => void;
}

const piece = 4 * 1024 * 1024;

/** The pack's bytes of files, read a piece at a time. */
export const fillFrom = (files: TreeFile[]): Fill => async (write) => {
  for (const { path, file } of files) {
    for (let at = 0; at < file.size; at += piece) {
      const bytes = await file.slice(at, at + piece).arrayBuffer().catch((error: unknown) => {
        throw new FormatError(`${path} can no longer be read (${String(error)}).`);
      });
      await write(new Uint8Array(bytes));
    }
  }
};

/** Keys that are being added here and now: not whole, and not to be removed either. */
const adding = new Set<string>();

/** Models and data kept for one project, in a folder of its name. */
export class ImportStore {
  constructor(
    private readonly files: BlobFiles,
    private readonly folder: string,
  ) {}

  /** All that is kept whole, oldest first; what is not whole is removed. */
  async list(): Promise<KeptItem<KeptKind>[]> {
    const folders = new Map<string, number | null>();
    for (const { path, size } of await this.files.list(this.folder)) {
      const [key, name] = path.slice(this.folder.length + 1).split('/');
      folders.set(defined(key), name === 'pack' ? size : (folders.get(defined(key)) ?? null));
    }
    const items: KeptItem<KeptKind>[] = [];
    for (const [key, listed] of folders) {
      if (adding.has(key)) continue;
      // One that was being written when it was listed may be whole by now.
      const item = (await this.item(key, listed)) ?? (await this.item(key, await this.files.size(this.path(key, 'pack'))));
      if (item) items.push(item);
      // Another tab may be writing it, which keeps it locked.
      else if (item === null && !adding.has(key)) await this.files.remove(this.path(key)).catch(() => {});
    }
    return items.sort((a, b) => a.date - b.date);
  }

  /** One whose pack has so many bytes; null when it is not whole, undefined when nobody can say now. */
  private async item(key: string, bytes: number | null): Promise<KeptItem<KeptKind> | null | undefined> {
    try {
      const index = await this.index(key);
      if (packBytes(index) !== bytes) return null;
      const { kind, id, name, date, files } = index;
      return { key, kind, id, name, date, files: files.length, bytes };
    } catch (error) {
      return error instanceof FormatError ? null : undefined;
    }
  }

  /** The index of one, as it was written. Throws FormatError. */
  async index(key: string): Promise<KeptIndex> {
    const bytes = await readFile(this.files, this.path(key, 'index.json'), maxIndexBytes);
    if (!bytes) throw new FormatError('This is not kept in the browser any more; choose it again.');
    return parseJson(bytes, 'The list of kept files', keptIndex);
  }

  /** All files of one as one Blob, which is read where it lies. */
  pack(key: string): Promise<Blob> {
    return this.files.blob(this.path(key, 'pack'));
  }

  /** The files of one. */
  async tree(key: string): Promise<FileTree> {
    const [{ name, files }, pack] = [await this.index(key), await this.pack(key)];
    let end = 0;
    const placed = files.map(({ path, size }) => {
      const from = end;
      const to = (end += size);
      // A slice for each of ten thousand pictures is made when that picture is read.
      return { path, get file() { return pack.slice(from, to); } };
    });
    return blobTree(name, placed);
  }

  /**
   * Keeps a copy. Throws HubError: `quota` when it does not fit, `cancelled`; and FormatError when a file cannot be read
   * or `fill` brings other than the index says. Then nothing of it is left.
   */
  async add(index: KeptIndex, fill: Fill, { signal, onBytes }: KeepOptions = {}): Promise<KeptItem<KeptKind>> {
    const key = newId();
    const total = packBytes(index);
    checkRoom(await this.files.room(), total);
    adding.add(key);
    try {
      const pack = await this.files.append(this.path(key, 'pack'), 0);
      let done = 0;
      try {
        await fill(async (bytes) => {
          if (signal?.aborted) throw cancelled();
          await pack.write(bytes);
          done += bytes.byteLength;
          onBytes?.(done, total);
        });
        if (signal?.aborted) throw cancelled();
        if (done !== total) throw new FormatError(`${index.name} has ${done} bytes where its list says ${total}.`);
        // While the pack is still open, and so locked: another tab removes what has no index.
        await writeFile(this.files, this.path(key, 'index.json'), new TextEncoder().encode(JSON.stringify(index)));
      } finally {
        await pack.close();
      }
    } catch (error) {
      await this.files.remove(this.path(key)).catch(() => {});
      throw error;
    } finally {
      adding.delete(key);
    }
    const { kind, id, name, date, files } = index;
    return { key, kind, id, name, date, files: files.length, bytes: total };
  }

  async remove(key: string): Promise<void> {
    await this.files.remove(this.path(key));
  }

  /** Removes everything. */
  async clear(): Promise<void> {
    await this.files.remove(this.folder);
  }

  private path(key: string, file?: string): string {
    // Keys come from the page.
    if (!/^[\w-]{1,80}$/.test(key)) throw new FormatError('There is nothing kept under this name.');
    return file === undefined ? `${this.folder}/${key}` : `${this.folder}/${key}/${file}`;
  }
}

/** Throws HubError (`quota`) when the browser says that so much will not fit. */
export function checkRoom(room: Room | null, bytes: number): void {
  const free = room ? room.quota - room.usage : Infinity;
  if (bytes > free) throw new HubError('quota', `It takes ${sizeText(bytes)} and the browser has ${sizeText(Math.max(0, free))} left for this page; delete kept models or data to make room.`);
}
