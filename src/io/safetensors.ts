import { quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { type Dtype, dtypeBytes, isDtype, toF32 } from './dtype';
import type { FileTree } from './fileTree';
import { FormatError } from './formatError';
import { headerLength, parseHeader } from './safetensorsHeader';

export { type Dtype, dtypeBytes, toF32 } from './dtype';
export { packF16, unpackF16 } from './float16';
export { FormatError } from './formatError';
export { parseHeader } from './safetensorsHeader';

/** A file that is read by byte range `[start, end)`; the result may be a view of `into` (at least `end - start` bytes) where that is given. */
export interface RandomAccess {
  size: number;
  read(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>;
}

export interface TensorInfo {
  dtype: Dtype;
  shape: number[];
  bytes: number;
}

/** Tensors by name, read one at a time; one safetensors file or several shards. */
export interface TensorSource {
  metadata: Record<string, string>;
  names(): string[];
  has(name: string): boolean;
  /** Throws FormatError when there is no such tensor. */
  info(name: string): TensorInfo;
  /** Raw little-endian elements. */
  read(name: string): Promise<Uint8Array>;
  /** Bytes `[start, end)` of the raw elements; the result may be a view of `into` (at least `end - start` bytes). */
  readRange(name: string, start: number, end: number, into?: Uint8Array): Promise<Uint8Array>;
  /** Elements widened to float32 (see `toF32`). */
  readF32(name: string): Promise<Float32Array>;
  /** As `readF32`, but throws FormatError naming the tensor and the counts when it holds NaN or infinities. */
  readF32Checked(name: string): Promise<Float32Array>;
  /**
   * As `readF32Checked`, piece by piece: `use` gets the elements from `offset` on, which are valid until it is done.
   * NaN and infinities are reported at the end. `scratch` is memory for the pieces, for use over many tensors.
   */
  streamF32Checked(name: string, use: (values: Float32Array, offset: number) => void | Promise<void>, scratch?: Scratch): Promise<void>;
  /** The same pieces for one who takes them when it likes; each is valid until the next is asked for. */
  piecesF32Checked(name: string, scratch?: Scratch): AsyncGenerator<Float32Array, void>;
}

export interface TensorData {
  dtype: Dtype;
  shape: readonly number[];
  data: ArrayBufferView;
}

/** Opens bytes in memory for `openSafetensors`. */
export function bytesAccess(bytes: Uint8Array): RandomAccess {
  return { size: bytes.byteLength, read: async (start, end) => bytes.subarray(start, end) };
}

/** Opens one file of a tree for `openSafetensors`. */
export async function treeAccess(tree: FileTree, path: string): Promise<RandomAccess> {
  return { size: await tree.size(path), read: (start, end, into) => tree.read(path, start, end, into) };
}

/** Reads and checks the header of a safetensors file; tensors follow on demand by byte range. Throws FormatError. */
export async function openSafetensors(file: RandomAccess): Promise<TensorSource> {
  const length = headerLength(await readExactly(file, 0, Math.min(8, file.size)), file.size);
  const { tensors, metadata } = parseHeader(await readExactly(file, 0, 8 + length), file.size);
  const entry = (name: string) => {
    const found = tensors.get(name);
    if (!found) throw new FormatError(`The file has no tensor ${quote(name)} (it has ${tensors.size}).`);
    return found;
  };
  return tensorSource({
    metadata,
    names: () => [...tensors.keys()],
    has: (name) => tensors.has(name),
    info: (name) => {
      const { dtype, shape, start, end } = entry(name);
      return { dtype, shape, bytes: end - start };
    },
    readRange: async (name, from, to, into) => {
      const { start, end } = entry(name);
      if (!(from >= 0 && from <= to && start + to <= end)) throw new FormatError(`Tensor ${quote(name)} has ${end - start} bytes; bytes ${from} to ${to} are not there.`);
      return readExactly(file, start + from, start + to, into);
    },
  });
}

/** Elements of one piece of a streamed tensor, where its scratch has no other number. */
const PIECE = 1024 * 1024;

/** Memory for the pieces of streamed tensors: `floats` has as many elements as a piece, `bytes` room for them in any dtype. */
export interface Scratch {
  bytes: Uint8Array;
  floats: Float32Array;
}

export const streamScratch = (elements = PIECE): Scratch => ({ bytes: new Uint8Array(8 * elements), floats: new Float32Array(elements) });

/** Completes a source with the readers that follow from reading ranges. */
export function tensorSource(raw: Pick<TensorSource, 'metadata' | 'names' | 'has' | 'info' | 'readRange'>): TensorSource {
  const read = async (name: string) => raw.readRange(name, 0, raw.info(name).bytes);
  const source: TensorSource = {
    ...raw,
    read,
    readF32: async (name) => toF32(await read(name), raw.info(name).dtype),
    async readF32Checked(name) {
      const values = new Float32Array(raw.info(name).bytes / dtypeBytes[raw.info(name).dtype]);
      await source.streamF32Checked(name, (piece, offset) => values.set(piece, offset));
      return values;
    },
    async streamF32Checked(name, use, scratch) {
      let offset = 0;
      for await (const values of source.piecesF32Checked(name, scratch)) {
        await use(values, offset);
        offset += values.length;
      }
    },
    async *piecesF32Checked(name, scratch) {
      const { dtype, bytes } = raw.info(name);
      const step = (scratch?.floats.length ?? PIECE) * dtypeBytes[dtype];
      const count = bytes / dtypeBytes[dtype];
      // Without scratch no more than the tensor needs.
      const into = scratch?.bytes ?? new Uint8Array(Math.min(step, bytes));
      let nan = 0;
      let infinite = 0;
      for (let at = 0; at < bytes; at += step) {
        const values = toF32(await raw.readRange(name, at, Math.min(bytes, at + step), into), dtype, scratch?.floats);
        for (let i = 0; i < values.length; i++) {
          const v = defined(values[i]);
          // v - v is 0 for every finite number and NaN for the rest.
          if (v - v !== 0) {
            if (v !== v) nan++;
            else infinite++;
          }
        }
        yield values;
      }
      if (nan + infinite > 0) {
        throw new FormatError(`Tensor ${quote(name)} holds ${nan} NaN and ${infinite} infinite values out of ${count}; these weights cannot be used.`);
      }
    },
  };
  return source;
}

async function readExactly(file: RandomAccess, start: number, end: number, into?: Uint8Array): Promise<Uint8Array> {
  const bytes = await file.read(start, end, into);
  if (bytes.byteLength !== end - start) {
    throw new FormatError(`Wanted bytes ${start} to ${end} but got ${bytes.byteLength}: the file changed or is cut short.`);
  }
  return bytes;
}

/** A tensor that is to be written: its elements are asked for when their turn comes. */
export interface TensorToWrite {
  dtype: Dtype;
  shape: readonly number[];
  read(): Promise<ArrayBufferView> | ArrayBufferView;
}

/**
 * The file's bytes: tensors in the order given (use a Map when names look like integers), header padded with spaces to
 * 8 bytes, so the same input gives the same file. `data` is any typed array with exactly the elements of `shape`.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorData> | Readonly<Record<string, TensorData>>,
  metadata?: Record<string, string>,
): Uint8Array {
  const entries = tensors instanceof Map ? [...(tensors as ReadonlyMap<string, TensorData>)] : Object.entries(tensors as Record<string, TensorData>);
  const head = writeHeader(entries, metadata);
  const data = entries.map(([name, tensor]) => elements(name, tensor, tensor.data));
  const file = new Uint8Array(data.reduce((n, d) => n + d.byteLength, head.byteLength));
  file.set(head);
  let at = head.byteLength;
  for (const part of data) {
    file.set(part, at);
    at += part.byteLength;
  }
  return file;
}

/** Length of that file, in bytes. */
export const safetensorsBytes = (tensors: [string, Pick<TensorToWrite, 'dtype' | 'shape'>][], metadata?: Record<string, string>): number =>
  tensors.reduce((sum, [, { dtype, shape }]) => sum + shape.reduce((n, d) => n * d, dtypeBytes[dtype]), writeHeader(tensors, metadata).byteLength);

/** The same file part by part: the header, then each tensor's elements, of which one is held at a time. */
export async function* safetensorsParts(tensors: ReadonlyMap<string, TensorToWrite>, metadata?: Record<string, string>): AsyncGenerator<Uint8Array> {
  yield writeHeader([...tensors], metadata);
  for (const [name, tensor] of tensors) yield elements(name, tensor, await tensor.read());
}

/** Length and JSON header of a file with these tensors, in this order. */
function writeHeader(tensors: [string, Pick<TensorToWrite, 'dtype' | 'shape'>][], metadata: Record<string, string> = { format: 'pt' }): Uint8Array {
  // A literal key would let a tensor called "__proto__" vanish; fromEntries defines it as it is.
  const fields: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let offset = 0;
  for (const [name, { dtype, shape }] of tensors) {
    if (name === '__metadata__') throw new FormatError('A tensor may not be called "__metadata__".');
    if (!isDtype(dtype)) throw new FormatError(`Tensor ${quote(name)}: unknown dtype ${quote(String(dtype))}.`);
    const bytes = shape.reduce((n, d) => n * d, dtypeBytes[dtype]);
    fields.push([name, { dtype, shape, data_offsets: [offset, offset + bytes] }]);
    offset += bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const length = Math.ceil(json.byteLength / 8) * 8;
  const head = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, 8);
  return head;
}

function elements(name: string, { dtype, shape }: Pick<TensorToWrite, 'dtype' | 'shape'>, data: ArrayBufferView): Uint8Array {
  const bytes = shape.reduce((n, d) => n * d, dtypeBytes[dtype]);
  if (bytes !== data.byteLength) throw new FormatError(`Tensor ${quote(name)}: shape [${shape.join(', ')}] as ${dtype} takes ${bytes} bytes but the data has ${data.byteLength}.`);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
