import { defined } from '../numbers/defined';

/** The sixteen values of a code, the quantiles of a normal distribution that QLoRA takes (bitsandbytes' table). Source: arXiv 2305.14314, appendix E. */
export const NF4 = Float32Array.of(
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
);
/** Above each of these a value takes the next code. */
const BOUNDS = Float32Array.from({ length: 15 }, (_, i) => (defined(NF4[i]) + defined(NF4[i + 1])) / 2);

/** Values in a block of 4-bit storage. */
export const NF4_BLOCK = 64;
/** 32-bit words of a block: its largest magnitude as f32, then 64 codes. */
export const NF4_WORDS = 9;

/** Words that `count` values take. */
export const nf4Words = (count: number): number => Math.ceil(count / NF4_BLOCK) * NF4_WORDS;

/**
 * Packs values into 4 bits: in each block of 64, which are divided by their largest magnitude, the codes are those of the nearest
 * values of the table; of two codes in a byte the first is the upper half. Codes and magnitudes are those of bitsandbytes'
 * quantize_4bit (nf4, blocks of 64, magnitudes not quantised again), but that they stand together. `values` may be a piece of a
 * tensor that starts at a block.
 */
export function packNf4(values: Float32Array, out: Uint32Array = new Uint32Array(nf4Words(values.length))): Uint32Array {
  const scales = new Float32Array(out.buffer, out.byteOffset, out.length);
  const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  for (let block = 0, from = 0; from < values.length; block++, from += NF4_BLOCK) {
    const end = Math.min(from + NF4_BLOCK, values.length);
    let largest = 0;
    for (let i = from; i < end; i++) largest = Math.max(largest, Math.abs(defined(values[i])));
    scales[block * NF4_WORDS] = largest;
    const by = Math.fround(1 / Math.max(largest, 1e-38));
    const at = 4 * (block * NF4_WORDS + 1);
    const code = (i: number) => codeOf(i < end ? Math.fround(defined(values[i]) * by) : 0);
    for (let k = 0; k < NF4_BLOCK; k += 2) bytes[at + k / 2] = (code(from + k) << 4) | code(from + k + 1);
  }
  return out;
}

/** Number of bounds that a value lies above, by halving. */
function codeOf(value: number): number {
  let code = 0;
  for (let half = 8; half; half >>= 1) if (value > defined(BOUNDS[code + half - 1])) code += half;
  return code;
}

/** The `count` values that packed words stand for. */
export function unpackNf4(words: Uint32Array, count: number): Float32Array {
  const scales = new Float32Array(words.buffer, words.byteOffset, words.length);
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return Float32Array.from({ length: count }, (_, i) => {
    const block = Math.floor(i / NF4_BLOCK) * NF4_WORDS;
    const two = defined(bytes[4 * (block + 1) + ((i % NF4_BLOCK) >> 1)]);
    return defined(scales[block]) * defined(NF4[i % 2 ? two & 15 : two >> 4]);
  });
}
