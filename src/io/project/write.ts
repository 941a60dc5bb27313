import { BlobReader, configure, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { FormatError } from '../formatError';
import { packBytes } from '../kept';
import { manifestPath, packPath, recordPath, type ProjectManifest } from './manifest';
import { encodeRecord } from './values';

// Stryker disable next-line BooleanLiteral,ObjectLiteral: there are no web workers where tests run
configure({ useWebWorkers: false, useCompressionStream: true });

/** Source of the contents that a manifest names, each fetched when its turn has come. */
export interface ProjectSource {
  manifest: ProjectManifest;
  /** Nothing for a record that has gone meanwhile. */
  record(i: number): Promise<unknown>;
  pack(i: number): Promise<Blob>;
}

export interface WriteOptions {
  signal?: AbortSignal;
  /** Bytes written so far. */
  onBytes?: (done: number) => void;
}

/** Writes a project as a stream; one record is in memory at a time. On an error, or when ended, the stream is aborted. */
export async function writeProject(source: ProjectSource, to: WritableStream<Uint8Array>, { signal, onBytes }: WriteOptions = {}): Promise<void> {
  const zip = new ZipWriter(to, { level: 0, extendedTimestamp: false, signal });
  let before = 0;
  const add = async (path: string, blob: Blob) => {
    signal?.throwIfAborted();
    // Stryker disable next-line OptionalChaining: zip.js does not hear what is thrown there
    await zip.add(path, new BlobReader(blob), { onprogress: (done) => void onBytes?.(before + done) });
    before += blob.size;
    onBytes?.(before);
  };
  try {
    await add(manifestPath, new Blob([JSON.stringify(source.manifest)]));
    for (const i of source.manifest.records.keys()) {
      const { json, parts } = encodeRecord(await source.record(i));
      await add(recordPath(i, 'json'), new Blob([json]));
      if (parts.length > 0) await add(recordPath(i, 'bin'), new Blob(parts));
    }
    for (const [i, index] of source.manifest.imports.entries()) {
      const pack = await source.pack(i);
      if (pack.size !== packBytes(index)) throw new FormatError(`The kept copy of ${index.name} is not whole any more; delete it and choose it again.`);
      await add(packPath(i), pack);
    }
    await zip.close();
  } catch (error) {
    await to.abort(error).catch(() => {});
    throw error;
  }
}
