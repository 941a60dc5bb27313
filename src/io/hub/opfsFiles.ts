import { cancelled, HubError } from './hubError';
import type { BlobFiles } from './files';

/** A member of the origin’s private file system that TypeScript’s library lacks. */
type Movable = FileSystemFileHandle & { move?(parent: FileSystemDirectoryHandle, name: string): Promise<void> };

/** Handles of files that are being opened. Chromium 156 never answers where such a handle is collected meanwhile. */
const opening = new Set<FileSystemFileHandle>();

/**
 * Files in the browser's private file system (OPFS), in a folder of its own; in a dedicated worker, since only there files
 * can be written in place. Throws HubError (`storage`) where the browser has none or refuses (private windows).
 */
export async function opfsFiles(storage: StorageManager | undefined = globalThis.navigator?.storage, root = 'hub'): Promise<BlobFiles> {
  // Some have the folders, and no way to write into a file that is there.
  const writes = !globalThis.FileSystemFileHandle || 'createSyncAccessHandle' in FileSystemFileHandle.prototype;
  if (!storage?.getDirectory || !writes) throw new HubError('storage', 'This browser has no file storage for pages.');
  const top = await guarded(async () => (await storage.getDirectory()).getDirectoryHandle(root, { create: true }));

  /** The folder that holds `path`, and the last part of it; null when a folder is missing and not to be made. */
  const locate = async (path: string, create: boolean) => {
    const parts = path.split('/');
    const name = parts.pop()!;
    let folder = top;
    for (const part of parts) {
      const next = await folder.getDirectoryHandle(part, { create }).catch(orMissing);
      if (!next) return null;
      folder = next;
    }
    return { folder, name };
  };
  const handleOf = async (path: string): Promise<Movable | null> => {
    const place = await locate(path, false);
    return place && place.folder.getFileHandle(place.name).catch(orMissing);
  };
  const present = async (path: string): Promise<Movable> => {
    const handle = await handleOf(path);
    if (!handle) throw new HubError('storage', `${path} is not in the browser's storage any more; load it again.`);
    return handle;
  };
  const remove = async (path: string) => {
    const place = await locate(path, false);
    await place?.folder.removeEntry(place.name, { recursive: true }).catch(orMissing);
  };

  const files: BlobFiles = {
    kind: 'opfs',
    place: "the browser's storage",
    list: (folder) =>
      guarded(async () => {
        const place = folder === '' ? top : await locate(`${folder}/x`, false).then((p) => p?.folder);
        return place ? walk(place, folder) : [];
      }),
    size: (path) => guarded(async () => (await (await handleOf(path))?.getFile())?.size ?? null),
    read: (path, start, end) => guarded(async () => new Uint8Array(await (await (await present(path)).getFile()).slice(start, end).arrayBuffer())),
    blob: (path) => guarded(async () => (await present(path)).getFile()),
    append: (path, at) =>
      guarded(async () => {
        const { folder, name } = (await locate(path, true))!;
        const handle = await folder.getFileHandle(name, { create: true });
        opening.add(handle);
        const access = await handle.createSyncAccessHandle().finally(() => opening.delete(handle));
        try {
          access.truncate(at);
        } catch (error) {
          access.close();
          throw error;
        }
        let to = at;
        return {
          write: (bytes) =>
            guarded(async () => {
              const n = access.write(bytes, { at: to });
              if (n !== bytes.byteLength) throw new DOMException('short write', 'QuotaExceededError');
              to += n;
            }),
          close: () =>
            guarded(async () => {
              try {
                access.flush();
              } finally {
                access.close();
              }
            }),
        };
      }),
    move: (from, to) =>
      guarded(async () => {
        const source = await present(from);
        const { folder, name } = (await locate(to, true))!;
        if (source.move) {
          await folder.removeEntry(name).catch(orMissing);
          return source.move(folder, name);
        }
        const file = await source.getFile();
        const copy = await files.append(to, 0);
        try {
          for (let at = 0; at < file.size; at += COPY) await copy.write(new Uint8Array(await file.slice(at, at + COPY).arrayBuffer()));
        } finally {
          await copy.close();
        }
        await remove(from);
      }),
    remove: (path) => guarded(() => remove(path)),
    async room() {
      const { usage, quota } = await storage.estimate();
      return usage === undefined || quota === undefined ? null : { usage, quota };
    },
    async lock(name, signal, work) {
      const locks = globalThis.navigator?.locks;
      if (!locks) return work();
      let begun = false;
      try {
        return await locks.request(`fullrank hub ${name}`, { signal }, () => ((begun = true), work()));
      } catch (error) {
        throw !begun && signal?.aborted ? cancelled() : error;
      }
    },
  };
  return files;
}

const COPY = 4 * 1024 * 1024;

async function walk(folder: FileSystemDirectoryHandle, path: string): Promise<{ path: string; size: number }[]> {
  const found: { path: string; size: number }[] = [];
  for await (const [name, handle] of folder.entries()) {
    const full = path === '' ? name : `${path}/${name}`;
    if (handle.kind === 'directory') found.push(...(await walk(handle, full)));
    else found.push({ path: full, size: (await handle.getFile()).size });
  }
  return found;
}

function orMissing(error: unknown): null {
  if ((error as DOMException).name === 'NotFoundError') return null;
  throw error;
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HubError) throw error;
    const { name, message } = error as DOMException;
    if (name === 'QuotaExceededError') throw new HubError('quota', "The browser's storage for this page is full; delete cached models, or make room on the disk.");
    if (name === 'NoModificationAllowedError') throw new HubError('storage', 'Another tab is writing the same file; close it, or wait until it is done.');
    throw new HubError('storage', `The browser's storage cannot be used (${message || name}).`);
  }
}
