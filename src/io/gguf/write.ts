import { quote } from '../../errors/text';
import { FormatError } from '../formatError';
import { GGML, type GgmlType } from './types';

/** A setting of a GGUF file, with the type that its readers want it in. */
export type GgufValue =
  | readonly ['u32' | 'f32', number]
  | readonly ['bool', boolean]
  | readonly ['string', string]
  | readonly ['strings', readonly string[]]
  | readonly ['i32s', Int32Array]
  | readonly ['f32s', Float32Array];

/** A tensor that is to be written, whose values are asked for when their turn comes. */
export interface GgufTensor {
  name: string;
  type: GgmlType;
  /** As (rows, columns); of what has one dimension, its length. */
  shape: readonly number[];
  /** The values in order, each piece but the last a multiple of 32 of them; a piece is done with when the next is asked for. */
  pieces(): AsyncIterable<Float32Array> | Iterable<Float32Array>;
}

/** Values that are packed at once. */
const PACKED = 1 << 20;

const VERSION = 3;
/** Alignment of tensors, in bytes: readers take this unless a file says otherwise. */
const ALIGNMENT = 32;

/** Numbers of the types of settings. */
const TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;

/**
 * A GGUF file part by part: the header, then the tensors in the order given, of which one piece is held at a time.
 * Format: github.com/ggml-org/ggml, docs/gguf.md, version 3. Throws FormatError of a tensor whose pieces are not what its shape says.
 */
export async function* ggufParts(settings: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): AsyncGenerator<Uint8Array> {
  yield header(Object.entries(settings), tensors);
  for (const { name, type, shape, pieces } of tensors) {
    const { pack } = GGML[type];
    let bytes = 0;
    for await (const values of pieces()) {
      for (let at = 0; at < values.length; at += PACKED) {
        const packed = pack(values.subarray(at, at + PACKED));
        bytes += packed.byteLength;
        yield packed;
      }
    }
    const wanted = bytesOf({ type, shape });
    if (bytes !== wanted) throw new FormatError(`Tensor ${quote(name)}: shape [${shape.join(', ')}] as ${type} takes ${wanted} bytes but the data has ${bytes}.`);
    yield new Uint8Array(aligned(bytes) - bytes);
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

const bytesOf = ({ type, shape }: Pick<GgufTensor, 'type' | 'shape'>): number => {
  const { block, bytes } = GGML[type];
  return (shape.reduce((n, d) => n * d, 1) / block) * bytes;
};

/** All that stands before the tensors, up to where they begin. */
function header(settings: [string, GgufValue][], tensors: readonly GgufTensor[]): Uint8Array {
  const out = new Bytes();
  out.raw(new TextEncoder().encode('GGUF'));
  out.u32(VERSION);
  out.u64(tensors.length);
  out.u64(settings.length);
  for (const [key, value] of settings) {
    out.string(key);
    writeValue(out, value);
  }
  let offset = 0;
  for (const { name, type, shape } of tensors) {
    out.string(name);
    out.u32(shape.length);
    // The innermost dimension comes first.
    for (const d of shape.toReversed()) out.u64(d);
    out.u32(GGML[type].number);
    out.u64(offset);
    offset += aligned(bytesOf({ type, shape }));
  }
  return out.padded(ALIGNMENT);
}

function writeValue(out: Bytes, value: GgufValue): void {
  switch (value[0]) {
    case 'u32':
    case 'f32':
      out.u32(TYPES[value[0]]);
      return value[0] === 'u32' ? out.u32(value[1]) : out.raw(Float32Array.of(value[1]));
    case 'bool':
      out.u32(TYPES.bool);
      return out.raw(Uint8Array.of(Number(value[1])));
    case 'string':
      out.u32(TYPES.string);
      return out.string(value[1]);
    case 'strings':
      out.array(TYPES.string, value[1].length);
      return value[1].forEach((text) => out.string(text));
    case 'i32s':
    case 'f32s':
      out.array(value[0] === 'i32s' ? TYPES.i32 : TYPES.f32, value[1].length);
      return out.raw(value[1]);
  }
}

/** Bytes that grow, little-endian as every host that we run on is. */
class Bytes {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  raw(data: ArrayBufferView): void {
    const end = this.length + data.byteLength;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), this.length);
    this.length = end;
  }

  u32(n: number): void {
    this.raw(Uint32Array.of(n));
  }

  u64(n: number): void {
    this.raw(BigUint64Array.of(BigInt(n)));
  }

  string(text: string): void {
    const utf8 = new TextEncoder().encode(text);
    this.u64(utf8.byteLength);
    this.raw(utf8);
  }

  /** The head of a list. */
  array(of: number, count: number): void {
    this.u32(TYPES.array);
    this.u32(of);
    this.u64(count);
  }

  /** All of it, with zeros up to a multiple of `step`. */
  padded(step: number): Uint8Array {
    this.raw(new Uint8Array((step - (this.length % step)) % step));
    return this.bytes.subarray(0, this.length);
  }
}
