import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { checkCancelled, HubError } from './hubError';
import type { HubFiles } from './files';
import { sleep } from './retry';

/** $FULLRANK_CACHE, or `~/.cache/fullrank`. */
export const cachePath = (): string => resolve(process.env.FULLRANK_CACHE || join(homedir(), '.cache', 'fullrank'));

/** The cache in a folder on disk. Throws HubError (`storage`) when the folder cannot be written. */
export async function diskFiles(root: string = cachePath()): Promise<HubFiles> {
  const at = (path: string) => join(root, path);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw named(error, root);
    }
  };
  await guarded(() => mkdir(root, { recursive: true }));
  const sizeOf = (path: string) => stat(at(path)).then((s) => (s.isFile() ? s.size : null), () => null);
  return {
    kind: 'disk',
    place: root,
    async list(folder) {
      const entries = await readdir(at(folder), { recursive: true, withFileTypes: true }).catch(() => []);
      const found: { path: string; size: number }[] = [];
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        const path = relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
        found.push({ path, size: (await sizeOf(path)) ?? 0 });
      }
      return found;
    },
    size: sizeOf,
    read: (path, start, end, into) =>
      guarded(async () => {
        const handle = await open(at(path), 'r');
        try {
          const bytes = into ? into.subarray(0, end - start) : new Uint8Array(end - start);
          let n = 0;
          while (n < bytes.byteLength) {
            const { bytesRead } = await handle.read(bytes, n, bytes.byteLength - n, start + n);
            if (bytesRead === 0) break;
            n += bytesRead;
          }
          return bytes.subarray(0, n);
        } finally {
          await handle.close();
        }
      }),
    append: (path, from) =>
      guarded(async () => {
        await mkdir(dirname(at(path)), { recursive: true });
        const handle = await open(at(path), from === 0 ? 'w' : 'r+');
        try {
          if (from > 0) await handle.truncate(from);
        } catch (error) {
          await handle.close();
          throw error;
        }
        let to = from;
        return {
          write: (bytes) =>
            guarded(async () => {
              for (let n = 0; n < bytes.byteLength; ) n += (await handle.write(bytes, n, bytes.byteLength - n, to + n)).bytesWritten;
              to += bytes.byteLength;
            }),
          close: () => guarded(() => handle.close()),
        };
      }),
    move: (from, to) =>
      guarded(async () => {
        await mkdir(dirname(at(to)), { recursive: true });
        await rename(at(from), at(to));
      }),
    remove: (path) => guarded(() => rm(at(path), { recursive: true, force: true })),
    async room() {
      const { bavail, bsize } = await statfs(root);
      return { usage: 0, quota: bavail * bsize };
    },
    lock: (name, signal, work) => locked(at(`${name}.lock`), signal, work),
  };
}

/** A lock that was not renewed for so long has no owner any more. */
const STALE_MS = 60_000;

/** Holds a file with our host and process id while `work` runs; one that a dead process left behind does not count. */
async function locked<T>(path: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  for (;;) {
    checkCancelled(signal);
    const handle = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return null;
      throw named(error, path);
    });
    if (handle) {
      try {
        await handle.writeFile(`${hostname()} ${process.pid}`);
      } catch (error) {
        await rm(path, { force: true });
        throw named(error, path);
      } finally {
        await handle.close();
      }
      break;
    }
    const [host, pid] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
    const age = await stat(path).then((s) => Date.now() - s.mtimeMs, () => 0);
    if (age > STALE_MS || (host === hostname() && Number(pid) > 0 && !isAlive(Number(pid)))) await rm(path, { force: true });
    else await sleep(100, signal);
  }
  const renew = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), STALE_MS / 6);
  renew.unref();
  try {
    return await work();
  } finally {
    clearInterval(renew);
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function named(error: unknown, place: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return new HubError('quota', `The disk is full (${place}); make room, or set FULLRANK_CACHE to a folder elsewhere.`);
  if (code !== undefined) return new HubError('storage', `The cache folder ${place} cannot be used (${message}); set FULLRANK_CACHE to a folder that can be written.`);
  return error;
}
