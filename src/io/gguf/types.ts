import { defined } from '../../numbers/defined';
import { packF16 } from '../float16';
import { Q8_BLOCK } from '../quant8';

/** Storage of a tensor's values in a GGUF file. */
export type GgmlType = 'F32' | 'F16' | 'Q8_0';

interface Storage {
  /** ggml's number of the type. */
  number: number;
  /** Values of a block, and the bytes that it takes. */
  block: number;
  bytes: number;
  /** Packs whole blocks. */
  pack(values: Float32Array): Uint8Array;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** A scale as f16, and a code of 8 bits for each value. */
const Q8_BYTES = 2 + Q8_BLOCK;

export const GGML: Record<GgmlType, Storage> = {
  F32: { number: 0, block: 1, bytes: 4, pack: (values) => bytesOf(values.slice()) },
  F16: { number: 1, block: 1, bytes: 2, pack: (values) => bytesOf(packF16(values)) },
  Q8_0: { number: 8, block: Q8_BLOCK, bytes: Q8_BYTES, pack: packBlocks },
};

/**
 * Blocks of 32 values: a step of 1/127 of the largest magnitude, as f16, and the nearest whole number of steps of each, halves
 * away from zero. Steps are counted in f32 before they are rounded to f16. Source: ggml's quantize_row_q8_0_ref, to the bit.
 */
function packBlocks(values: Float32Array): Uint8Array {
  const blocks = values.length / Q8_BLOCK;
  const [out, steps] = [new Uint8Array(blocks * Q8_BYTES), new Float32Array(blocks)];
  const codes = new Int8Array(out.buffer);
  for (let b = 0; b < blocks; b++) {
    let largest = 0;
    for (let k = 0; k < Q8_BLOCK; k++) largest = Math.max(largest, Math.abs(defined(values[b * Q8_BLOCK + k])));
    const step = (steps[b] = Math.fround(largest / 127));
    const by = step ? Math.fround(1 / step) : 0;
    for (let k = 0; k < Q8_BLOCK; k++) {
      const count = Math.fround(defined(values[b * Q8_BLOCK + k]) * by);
      codes[b * Q8_BYTES + 2 + k] = Math.sign(count) * Math.floor(Math.abs(count) + 0.5);
    }
  }
  const scales = packF16(steps);
  const view = new DataView(out.buffer);
  scales.forEach((scale, b) => view.setUint16(b * Q8_BYTES, scale, true));
  return out;
}
