import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { quote } from '../errors/text';
import { checkRange, type FileTree } from './fileTree';
import { FormatError } from './formatError';

const maxFiles = 1_000_000;

/**
 * Opens a folder on disk (all files below it) or a single file (a tree of that file). Only paths found now can be read,
 * so no path from a file's contents can lead outside. Links to files are followed (the Hugging Face cache is made of
 * them), links to folders are not. Throws FormatError when the path is missing or cannot be read.
 */
export async function folderTree(path: string): Promise<FileTree> {
  const root = resolve(path);
  const kind = await stat(root).catch(() => null);
  if (!kind) throw new FormatError(`There is no file or folder ${quote(path, 200)}.`);
  const base = kind.isDirectory() ? root : dirname(root);
  const found = new Set(kind.isDirectory() ? await list(root, '') : [basename(root)]);
  const file = (relative: string) => {
    if (!found.has(relative)) throw new FormatError(`${quote(path, 200)} has no file ${quote(relative)}.`);
    return join(base, relative);
  };
  const size = async (relative: string) => (await stat(file(relative))).size;
  return {
    name: basename(root),
    paths: () => [...found],
    size,
    async read(relative, start = 0, end, into) {
      const handle = await open(file(relative), 'r');
      try {
        const stop = end ?? (await handle.stat()).size;
        checkRange(relative, start, stop, (await handle.stat()).size);
        const bytes = into ? into.subarray(0, stop - start) : new Uint8Array(stop - start);
        let at = 0;
        while (at < bytes.byteLength) {
          const { bytesRead } = await handle.read(bytes, at, bytes.byteLength - at, start + at);
          if (bytesRead === 0) throw new FormatError(`${quote(relative)} ended at byte ${start + at} while it was read.`);
          at += bytesRead;
        }
        return bytes;
      } finally {
        await handle.close();
      }
    },
  };
}

async function list(root: string, below: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await list(root, path)));
    else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(join(root, path))))) found.push(path);
    if (found.length > maxFiles) throw new FormatError(`${quote(root, 200)} holds more than ${maxFiles} files; choose a smaller folder.`);
  }
  return found.sort();
}

async function leadsToFile(path: string): Promise<boolean> {
  const target = await realpath(path).catch(() => null);
  return target !== null && (await stat(target)).isFile();
}
