import { packBf16, packF16, unpackBf16, unpackF16 } from './float16';
import { NF4_BLOCK, NF4_WORDS, nf4Words, packNf4, unpackNf4 } from './nf4';
import { packQ8, Q8_BLOCK, Q8_WORDS, q8Words, unpackQ8 } from './quant8';
import { packTernary, ternaryScale, unpackGenerated, unpackTernary } from './ternary';

/** Storage of frozen weights: q8 is blocks of 32 codes of 8 bits with a scale each, nf4 blocks of 64 codes of 4 bits. */
export type FrozenDtype = 'f32' | 'f16' | 'q8' | 'nf4';

/** Storage of embedding and vocabulary tables where layers' weights have this one: at 4 bits the tables stay in 16, as QLoRA keeps them. */
export const tablesAs = (dtype: FrozenDtype): FrozenDtype => (dtype === 'nf4' ? 'f16' : dtype);

/** Packing of values in the GPU's memory. */
export interface Packing {
  /** Packs values, into `out` where it is given. */
  pack(values: Float32Array, out?: Uint32Array): ArrayBufferView;
  /** The `count` values that packed bytes stand for. */
  unpack(packed: ArrayBufferView, count: number): Float32Array;
}

/** Packing of frozen weights, which arrive in pieces. */
export interface Storing extends Packing {
  /** Words of 32 bits that `count` values take, at most. */
  words(count: number): number;
  /** Byte at which value `at` begins, which is the first of a block. */
  byteOf(at: number): number;
}

const of = <T>(view: ArrayBufferView, kind: new (buffer: ArrayBufferLike, offset: number, length: number) => T, bytes: number): T => new kind(view.buffer, view.byteOffset, view.byteLength / bytes);

export const storing: Record<FrozenDtype, Storing> = {
  f32: { words: (count) => count, byteOf: (at) => 4 * at, pack: (values) => values, unpack: (packed) => of(packed, Float32Array, 4) },
  f16: {
    words: (count) => Math.ceil(count / 2),
    byteOf: (at) => 2 * at,
    pack: (values, out) => packF16(values, out && new Uint16Array(out.buffer, out.byteOffset, values.length)),
    unpack: (packed, count) => unpackF16(of(packed, Uint16Array, 2).subarray(0, count)),
  },
  q8: {
    words: q8Words,
    byteOf: (at) => (at / Q8_BLOCK) * Q8_WORDS * 4,
    pack: (values, out) => packQ8(values, out?.subarray(0, q8Words(values.length))),
    unpack: (packed, count) => unpackQ8(of(packed, Uint32Array, 4), count),
  },
  nf4: {
    words: nf4Words,
    byteOf: (at) => (at / NF4_BLOCK) * NF4_WORDS * 4,
    pack: (values, out) => packNf4(values, out?.subarray(0, nf4Words(values.length))),
    unpack: (packed, count) => unpackNf4(of(packed, Uint32Array, 4), count),
  },
};

/** All types that hold numbers. Of generated bases, `pack` takes what is stored (`generatedHeader`). */
export const packing: Record<FrozenDtype | 'bf16' | 'ternary' | 'generated', Packing> = {
  ...storing,
  bf16: { pack: (values) => packBf16(values), unpack: (packed, count) => unpackBf16(of(packed, Uint16Array, 2).subarray(0, count)) },
  ternary: { pack: packTernary, unpack: (packed, count) => unpackTernary(of(packed, Uint32Array, 4), count) },
  generated: { pack: (header) => header, unpack: (packed, count) => unpackGenerated(of(packed, Float32Array, 4), count) },
};

/** The types that hold these values exactly, the smallest first. */
export function exactTypes(values: Float32Array): ('ternary' | 'bf16' | 'f16' | 'f32')[] {
  const holds = (dtype: 'bf16' | 'f16') => packing[dtype].unpack(packing[dtype].pack(values), values.length).every((v, i) => v === values[i]);
  return [...(ternaryScale(values) !== null ? (['ternary'] as const) : []), ...(['bf16', 'f16'] as const).filter(holds), 'f32'];
}
