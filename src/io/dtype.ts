import { unpackBf16, unpackF16 } from './float16';

/** Bytes of one element of each safetensors dtype that we read. All are little-endian, as is every host we run on. */
export const dtypeBytes = {
  F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8, I32: 4, I16: 2, U16: 2, U32: 4, U8: 1, I8: 1, BOOL: 1,
} as const;

export type Dtype = keyof typeof dtypeBytes;

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(dtypeBytes, name);
}

/**
 * Widens raw little-endian elements to float32. F32 whose bytes lie 4-aligned is returned as a view of the same memory,
 * everything else is a copy. F64 and 64- or 32-bit integers round to the nearest float32. F16 and BF16 are written to the
 * beginning of `out` where it is given.
 */
export function toF32(bytes: Uint8Array, dtype: Dtype, out?: Float32Array): Float32Array {
  const size = dtypeBytes[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const n = Math.floor(bytes.byteLength / size);
  const at = [aligned.buffer, aligned.byteOffset, n] as const;
  switch (dtype) {
    case 'F32': return new Float32Array(...at);
    case 'F16': return unpackF16(new Uint16Array(...at), out?.subarray(0, n));
    case 'BF16': return unpackBf16(new Uint16Array(...at), out?.subarray(0, n));
    case 'F64': return Float32Array.from(new Float64Array(...at));
    case 'I64': return Float32Array.from(new BigInt64Array(...at), Number);
    case 'I32': return Float32Array.from(new Int32Array(...at));
    case 'I16': return Float32Array.from(new Int16Array(...at));
    case 'I8': return Float32Array.from(new Int8Array(...at));
    case 'U32': return Float32Array.from(new Uint32Array(...at));
    case 'U16': return Float32Array.from(new Uint16Array(...at));
    case 'U8':
    case 'BOOL': return Float32Array.from(aligned.subarray(0, n));
  }
}
