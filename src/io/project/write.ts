import { BlobReader, configure, TextReader, ZipWriter, type Reader } from '@zip.js/zip.js/lib/zip-core-native.js';
import { said } from '../../said/said';
import { FormatError } from '../formatError';
import { packBytes } from '../kept';
import { manifestPath, packPath, recordPath, type ProjectManifest } from './manifest';
import { encodeRecord } from './values';

configure({ useWebWorkers: false, useCompressionStream: true });

/** Where the contents that a manifest names are had from, each when its turn has come. */
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
  const zip = new ZipWriter(to, { level: 0, bufferedWrite: false, extendedTimestamp: false, signal });
  let before = 0;
  const add = async (path: string, reader: Reader<unknown>, size: number) => {
    signal?.throwIfAborted();
    await zip.add(path, reader, { level: 0, signal, onprogress: (done) => void onBytes?.(before + done) });
    before += size;
    onBytes?.(before);
  };
  const addText = (path: string, text: string) => add(path, new TextReader(text), text.length);
  const addBlob = (path: string, blob: Blob) => add(path, new BlobReader(blob), blob.size);
  try {
    await addText(manifestPath, JSON.stringify(source.manifest));
    for (const i of source.manifest.records.keys()) {
      const { json, parts } = encodeRecord(await source.record(i));
      await addText(recordPath(i, 'json'), json);
      if (parts.length > 0) await addBlob(recordPath(i, 'bin'), new Blob(parts));
    }
    for (const [i, index] of source.manifest.imports.entries()) {
      const pack = await source.pack(i);
      if (pack.size !== packBytes(index)) throw new FormatError(said`The kept copy of ${index.name} is not whole any more; delete it and choose it again.`);
      await addBlob(packPath(i), pack);
    }
    await zip.close();
  } catch (error) {
    await to.abort(error).catch(() => {});
    throw error;
  }
}
