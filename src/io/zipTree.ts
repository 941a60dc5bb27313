import { Reader, ZipReader, configure, type FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js';
import { quote } from '../errors/text';
import type { FileTree } from './fileTree';
import { FormatError } from './formatError';
import { zipFailure } from './zipFailure';

const maxEntries = 1_000_000;
const maxEntryBytes = 2 ** 30;
/** Larger entries may not be packed tighter than this: pictures hardly shrink, bombs do. */
const maxRatio = 200;
const freeBytes = 2 ** 20;
const keptBytes = 64 * 2 ** 20;

// Inflation runs where we run (which is a worker in the page), with the platform's own DecompressionStream.
configure({ useWebWorkers: false, useCompressionStream: true });

/** Byte ranges of one file of a tree, for zip.js. */
class TreeReader extends Reader<FileTree> {
  constructor(
    private readonly tree: FileTree,
    private readonly path: string,
    override readonly size: number,
  ) {
    super(tree);
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    // zip.js may ask for more than there is (a comment's longest length); lying offsets end up here too.
    const end = Math.min(this.size, index + length);
    if (!(index >= 0 && index <= end)) throw new FormatError(`it points at byte ${index}, but has only ${this.size}`);
    return this.tree.read(this.path, index, end);
  }
}

/**
 * The files inside a zip, read by random access: only the list at the archive's end is read now, and each file is
 * inflated when it is asked for. Refused by name: absolute paths and `..`, two files of one name, encrypted files,
 * overlapping files, and files that would grow more than 200 times (from 1 MiB on) or past 1 GiB. Sizes and checksums
 * that lie are found on reading, before more than the stated size is kept. Throws FormatError, and nothing else.
 */
export async function zipTree(tree: FileTree, path: string): Promise<FileTree> {
  const label = quote(path);
  const entries = new Map<string, FileEntry>();
  await guarded(label, async () => {
    const reader = new ZipReader(new TreeReader(tree, path, await tree.size(path)), { checkSignature: true, checkOverlappingEntry: true });
    for await (const entry of reader.getEntriesGenerator({ filenameValidation: 'tolerant' })) {
      if (entry.directory || entry.symlink) continue;
      const name = cleanName(entry.filename);
      if (entry.encrypted) throw new FormatError(`${quote(name)} in it is locked with a password; pack it again without one`);
      if (entries.has(name)) throw new FormatError(`it holds ${quote(name)} twice; pack it again`);
      if (entries.size >= maxEntries) throw new FormatError(`it holds more than ${maxEntries} files; choose a smaller one`);
      entries.set(name, entry);
    }
  });
  const at = (name: string) => {
    const entry = entries.get(name);
    if (!entry) throw new FormatError(`${label} has no file ${quote(name)}.`);
    return entry;
  };
  let last: { name: string; bytes: Promise<Uint8Array> } | null = null;
  const whole = async (name: string) => {
    const entry = at(name);
    if (last?.name === name) return last.bytes;
    const bytes = guarded(label, () => inflate(entry, name));
    // A file that is read by ranges comes here once a range.
    last = entry.uncompressedSize <= keptBytes ? { name, bytes } : null;
    bytes.catch(() => (last = null));
    return bytes;
  };
  return {
    name: path.replace(/^.*\//, '').replace(/\.zip$/i, '') || tree.name,
    paths: () => [...entries.keys()],
    size: async (name) => at(name).uncompressedSize,
    async read(name, start = 0, end) {
      const bytes = await whole(name);
      if (!(start >= 0 && start <= (end ?? bytes.length) && (end ?? 0) <= bytes.length)) {
        throw new FormatError(`${quote(name)} has ${bytes.length} bytes; bytes ${start} to ${String(end)} are not there.`);
      }
      return bytes.subarray(start, end);
    },
  };
}

/** A path with forward slashes that stays inside. */
function cleanName(filename: string): string {
  const name = filename.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  const bad = name === '' || /^(\/|[a-z]:)|(^|\/)\.\.?(\/|$)|[\0-\x1f\x7f]/i.test(name);
  if (bad) throw new FormatError(`it holds the path ${quote(filename)}, which would lead outside; pack it again with plain relative names`);
  return name;
}

async function inflate(entry: FileEntry, name: string): Promise<Uint8Array> {
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > maxEntryBytes || (uncompressedSize > freeBytes && uncompressedSize > maxRatio * compressedSize)) {
    throw new FormatError(`${quote(name)} in it grows from ${compressedSize} to ${uncompressedSize} bytes, which no picture does; leave it out`);
  }
  // Chunks, so that nothing is allocated on the word of a header.
  const chunks: Uint8Array[] = [];
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      length += chunk.byteLength;
      if (length > uncompressedSize) throw new FormatError(`${quote(name)} in it has more than the ${uncompressedSize} bytes it states`);
      chunks.push(chunk);
    },
  });
  await entry.getData(sink);
  if (length !== uncompressedSize) throw new FormatError(`${quote(name)} in it has ${length} bytes and states ${uncompressedSize}`);
  const bytes = new Uint8Array(length);
  let to = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, to);
    to += chunk.byteLength;
  }
  return bytes;
}

async function guarded<T>(label: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw zipFailure(`The zip ${label}`, error);
  }
}
