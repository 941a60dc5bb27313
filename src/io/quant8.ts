import { defined } from '../numbers/defined';

/** Values in a block of 8-bit storage. */
export const Q8_BLOCK = 32;
/** 32-bit words of a block: its largest magnitude as f32, then 32 codes. */
export const Q8_WORDS = 9;

/** Words that `count` values take. */
export const q8Words = (count: number): number => Math.ceil(count / Q8_BLOCK) * Q8_WORDS;

/**
 * Packs values into 8 bits: in each block of 32 the codes are the nearest of 127 steps up to the largest magnitude, which
 * stands before them. An error is at most 1/254 of that. Source: ggml's Q8_0 (quantize_row_q8_0), with the scale in f32.
 * `values` may be a piece of a tensor that starts at a block.
 */
export function packQ8(values: Float32Array, out: Uint32Array = new Uint32Array(q8Words(values.length))): Uint32Array {
  const scales = new Float32Array(out.buffer, out.byteOffset, out.length);
  const codes = new Int8Array(out.buffer, out.byteOffset, out.byteLength);
  for (let block = 0, from = 0; from < values.length; block++, from += Q8_BLOCK) {
    const end = Math.min(from + Q8_BLOCK, values.length);
    let largest = 0;
    for (let i = from; i < end; i++) largest = Math.max(largest, Math.abs(defined(values[i])));
    scales[block * Q8_WORDS] = largest;
    // Of zeros alone this is infinite, and their codes are no numbers, which bytes hold as 0.
    const step = 127 / largest;
    const at = 4 * (block * Q8_WORDS + 1);
    for (let k = 0; k < Q8_BLOCK; k++) codes[at + k] = Math.round((values[from + k] ?? 0) * step);
  }
  return out;
}

/** The `count` values that packed words stand for. */
export function unpackQ8(words: Uint32Array, count: number): Float32Array {
  const scales = new Float32Array(words.buffer, words.byteOffset, words.length);
  const codes = new Int8Array(words.buffer, words.byteOffset, words.byteLength);
  return Float32Array.from({ length: count }, (_, i) => {
    const block = Math.floor(i / Q8_BLOCK) * Q8_WORDS;
    return defined(scales[block]) * Math.max(-1, defined(codes[4 * (block + 1) + (i % Q8_BLOCK)]) / 127);
  });
}
