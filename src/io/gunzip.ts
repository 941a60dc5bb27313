import { FormatError } from './formatError';

/** Unpacks gzip, at most `most` bytes of it. Throws FormatError. */
export async function gunzip(bytes: Uint8Array, most: number, file: string): Promise<Uint8Array> {
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      size += part.value.byteLength;
      if (size > most) break;
    }
  } catch {
    throw new FormatError(`${file} cannot be unpacked: it is not gzip, or damaged.`);
  }
  if (size > most) {
    await reader.cancel();
    throw new FormatError(`${file} unpacks to more than ${most} bytes.`);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.byteLength;
  }
  return out;
}
