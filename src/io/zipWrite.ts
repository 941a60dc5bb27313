import { Zip, ZipPassThrough } from 'fflate';
import { FormatError } from './formatError';

/** A file whose bytes come in parts. */
export interface StreamedFile {
  path: string;
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** fflate writes no zip64. */
const MAX_BYTES = 2 ** 32 - 2 ** 20;

/**
 * Packs files into a zip, stored as they are (weights do not shrink), in parts that a Blob or a file can take one after
 * the other. `folder` goes before every path. Throws FormatError beyond 4 GiB.
 */
export async function* zipParts(folder: string, files: StreamedFile[]): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else if (chunk.byteLength) ready.push(chunk);
  });
  let bytes = 0;
  for (const { path, parts } of files) {
    const entry = new ZipPassThrough(folder ? `${folder}/${path}` : path);
    zip.add(entry);
    for await (const part of parts) {
      bytes += part.byteLength;
      if (bytes > MAX_BYTES) throw new FormatError('The files have more than 4 GiB, which does not fit a zip; save them one by one.');
      entry.push(part);
      yield* ready.splice(0);
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  if (failure) throw failure as Error;
  yield* ready.splice(0);
}
