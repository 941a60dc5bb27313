import { BlobReader, configure, ZipReader, type FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js';
import * as z from 'zod/mini';
import { quote } from '../../errors/text';
import { parseJson } from '../checkpoint';
import { FormatError } from '../formatError';
import { cancelled, HubError } from '../hub/hubError';
import { packBytes, type Fill } from '../kept';
import { zipFailure } from '../zipFailure';
import { manifestPath, maxJsonBytes, packPath, parseProject, recordPath, type ProjectManifest } from './manifest';
import { decodeRecord } from './values';

// Stryker disable next-line BooleanLiteral,ObjectLiteral: there are no web workers where tests run
configure({ useWebWorkers: false, useCompressionStream: true });

const maxEntries = 50_000;
const anything = z.unknown() as unknown as z.ZodMiniType;

/** A project file whose list of contents fits what is there; the contents are read, and their checksums compared, when asked for. */
export interface ProjectFile {
  manifest: ProjectManifest;
  /** Null for one that had gone when the file was written. Throws FormatError. */
  record(i: number): Promise<unknown>;
  /** The bytes of an import. Throws FormatError. */
  pack(i: number): Fill;
}

export interface ReadOptions {
  signal?: AbortSignal;
  /** Called with the number of bytes that were read. */
  onBytes?: (bytes: number) => void;
}

/**
 * Opens a project file. Everything in it is stored as it is, so that nothing can grow; what its list does not name, lacks
 * or states in another size is refused. Throws FormatError, or HubError (`cancelled`), and nothing else.
 */
export async function readProject(file: Blob, options: ReadOptions = {}): Promise<ProjectFile> {
  const { signal, onBytes } = options;
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      if (error instanceof FormatError || error instanceof HubError) throw error;
      throw zipFailure('The project file', error);
    }
  };

  const entries = new Map<string, FileEntry>();
  await guarded(async () => {
    const reader = new ZipReader(new BlobReader(file), { checkOverlappingEntry: true });
    let bytes = 0;
    for await (const entry of reader.getEntriesGenerator({ filenameValidation: 'tolerant' })) {
      const { filename } = entry;
      if (entry.directory) throw new FormatError(`The project file holds the folder ${quote(filename)}, which does not belong to it.`);
      if (entry.encrypted || entry.compressionMethod !== 0 || entry.compressedSize !== entry.uncompressedSize) throw new FormatError(`${quote(filename)} in the project file is packed in another way than Fullrank does; use the file as it was saved.`);
      if (entries.has(filename)) throw new FormatError(`The project file holds ${quote(filename)} twice.`);
      // Stryker disable next-line ConditionalExpression,EqualityOperator: a test of so many files would take seconds
      if (entries.size >= maxEntries) throw new FormatError(`The project file holds more than ${maxEntries} files.`);
      bytes += entry.uncompressedSize;
      if (bytes > file.size) throw new FormatError(`The project file has ${file.size} bytes, and states that it holds more.`);
      entries.set(filename, entry);
    }
  });

  /** Hands over the bytes of an entry; their number and checksum are compared. */
  const stream = (path: string, write: (bytes: Uint8Array) => void | Promise<void>) =>
    guarded(async () => {
      const entry = entries.get(path);
      if (!entry) throw new FormatError(`The project file lacks ${path}; it was cut short, or changed.`);
      let failure: unknown = null;
      let left = entry.uncompressedSize;
      const sink = new WritableStream<Uint8Array>({
        async write(chunk) {
          try {
            left -= chunk.byteLength;
            // Stryker disable next-line ConditionalExpression: zip.js hands over as many bytes as there are in the list
            if (left < 0) throw new FormatError(`${path} in the project file has more bytes than it states.`);
            await write(chunk);
            onBytes?.(chunk.byteLength);
          } catch (error) {
            failure = error;
            throw error;
          }
        },
      });
      try {
        await entry.getData(sink, { checkSignature: true, signal });
      } catch (error) {
        // Stryker disable next-line LogicalOperator: here both are the same, which is not said of every engine
        throw failure ?? error;
      }
      // Stryker disable next-line ConditionalExpression: zip.js hands over as many bytes as there are in the list
      if (left !== 0) throw new FormatError(`${path} in the project file is cut short.`);
    });

  const whole = async (path: string, most = Infinity): Promise<Uint8Array> => {
    // Stryker disable next-line LogicalOperator: a test of a file that is too large would take seconds
    const size = entries.get(path)?.uncompressedSize ?? 0;
    // Stryker disable next-line ConditionalExpression,EqualityOperator: a test of a file that is too large would take seconds
    if (size > most) throw new FormatError(`${path} in the project file has ${size} bytes; at most ${most} are read.`);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await stream(path, (chunk) => void chunks.push(chunk as Uint8Array<ArrayBuffer>));
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  };

  if (!entries.has(manifestPath)) throw new FormatError(`This zip has no ${manifestPath}: it is not a Fullrank project.`);
  const manifest = parseProject(await whole(manifestPath, maxJsonBytes));
  const named = new Set([manifestPath]);
  for (const i of manifest.records.keys()) {
    named.add(recordPath(i, 'json'));
    if (entries.has(recordPath(i, 'bin'))) named.add(recordPath(i, 'bin'));
  }
  for (const [i, index] of manifest.imports.entries()) {
    named.add(packPath(i));
    const size = entries.get(packPath(i))?.uncompressedSize;
    if (size !== undefined && size !== packBytes(index)) throw new FormatError(`${packPath(i)} in the project file has ${size} bytes where its list says ${packBytes(index)}.`);
  }
  for (const path of named) if (!entries.has(path)) throw new FormatError(`The project file lacks ${path}; it was cut short, or changed.`);
  for (const path of entries.keys()) if (!named.has(path)) throw new FormatError(`The project file holds ${quote(path)}, which does not belong to it.`);

  return {
    manifest,
    async record(i) {
      const json = parseJson(await whole(recordPath(i, 'json'), maxJsonBytes), recordPath(i, 'json'), anything);
      return decodeRecord(json, entries.has(recordPath(i, 'bin')) ? await whole(recordPath(i, 'bin')) : new Uint8Array());
    },
    pack: (i) => (write) => stream(packPath(i), write),
  };
}
