/** Codes in a word. */
import { defined } from '../numbers/defined';

const PER_WORD = 16;

/** The c of values that are all 0, c or -c, and 1 when all are 0; null when they are not so. */
export function ternaryScale(values: Float32Array): number | null {
  let scale = 0;
  for (const v of values) {
    const size = Math.abs(v);
    if (size === 0) continue;
    if (scale === 0) scale = size;
    // Also when either is not a number.
    if (!(size === scale)) return null;
  }
  return scale || 1;
}

/**
 * Values that are all 0, c or -c, as the scale c (the bits of an f32) and 16 codes of two bits (two's complement) per word,
 * from the lowest bits up. Throws a RangeError for other values.
 */
export function packTernary(values: Float32Array): Uint32Array {
  const scale = ternaryScale(values);
  if (scale === null) throw new RangeError('these values are not ternary: more than one magnitude besides zero');
  const words = new Uint32Array(1 + Math.ceil(values.length / PER_WORD));
  new Float32Array(words.buffer, 0, 1)[0] = scale;
  values.forEach((v, i) => (words[1 + Math.floor(i / PER_WORD)] = defined(words[1 + Math.floor(i / PER_WORD)]) | ((v > 0 ? 1 : v < 0 ? 3 : 0) << (2 * (i % PER_WORD)))));
  return words;
}

/** The first `count` values of what `packTernary` packed. */
export function unpackTernary(words: Uint32Array, count: number): Float32Array {
  const scale = defined(new Float32Array(words.buffer, words.byteOffset, 1)[0]);
  return decode(count, scale, (i) => defined(words[1 + i]));
}

/** Deviation 1: half of the generated codes are 0. */
const GENERATED_SCALE = Math.fround(Math.SQRT2);
/** Keys are stored as f32, which holds whole numbers up to here. */
const KEYS = 2 ** 24;

/** Stored form of generated bases: their scale and their key, as f32. */
export const generatedHeader = (key: number): Float32Array => Float32Array.of(GENERATED_SCALE, key % KEYS);

/** The values that kernels make from a header of `generatedHeader` (shaders/lib/ternary.wgsl): c, -c (a quarter each) or 0. */
export function unpackGenerated(header: Float32Array, count: number): Float32Array {
  const [scale, key] = header as unknown as [number, number];
  const mixed = Math.imul(key, 2654435761);
  return decode(count, scale, (i) => {
    const w = pcg((i ^ mixed) >>> 0);
    return w & ((w << 1) | 0x55555555);
  });
}

function decode(count: number, scale: number, word: (i: number) => number): Float32Array {
  const values = new Float32Array(count);
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; i < count; i += PER_WORD) {
    const w = word(i / PER_WORD);
    // Stryker disable next-line EqualityOperator: the next word writes over it, or it lies behind the end
    for (let k = 0; k < PER_WORD; k++) values[i + k] = scale * (((w << (30 - 2 * k)) | 0) >> 30);
  }
  return values;
}

/** PCG's output hash, as in shaders/lib/random.wgsl. */
function pcg(v: number): number {
  const s = (Math.imul(v, 747796405) + 2891336453) >>> 0;
  const w = Math.imul((s >>> ((s >>> 28) + 4)) ^ s, 277803737) >>> 0;
  return ((w >>> 22) ^ w) >>> 0;
}
