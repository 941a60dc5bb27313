import { cos, log, sin } from '../numbers/elementary';
import { defined } from '../numbers/defined';
import type { Mersenne } from './mersenne';

/** Numbers that torch makes at once. */
const BLOCK = 16;

/**
 * `torch.normal(0, std, size)` of so many numbers on a processor with AVX2, bit for bit. Fewer than 16 are made one by one in f64
 * (Box and Muller); from 16 on all uniform numbers are drawn first, then made normal in blocks of 16 in f32, by approximations of
 * logarithm, sine and cosine whose bits these are; what is left at the end makes the last 16 anew. On other processors torch's
 * differ in the last bits. Source: aten/src/ATen/native/cpu/DistributionTemplates.h and core/DistributionsHelper.h; Cephes for the
 * approximations.
 */
export function torchNormal(random: Mersenne, count: number, std: number): Float32Array {
  const out = new Float32Array(count);
  if (count < BLOCK) {
    for (let i = 0; i < count; i += 2) {
      const angle = 2 * Math.PI * unit53(random);
      const radius = Math.sqrt(-2 * log(1 - unit53(random)));
      out[i] = radius * cos(angle) * std;
      // An odd count has no place for the last, and the array none for what is beyond it.
      out[i + 1] = radius * sin(angle) * std;
    }
    return out;
  }
  const uniform = (from: number, to: number) => {
    for (let i = from; i < to; i++) out[i] = (random.next() & 0xffffff) * 2 ** -24;
  };
  uniform(0, count);
  for (let at = 0; at + BLOCK <= count; at += BLOCK) block(out.subarray(at, at + BLOCK), std);
  if (count % BLOCK) {
    uniform(count - BLOCK, count);
    block(out.subarray(count - BLOCK), std);
  }
  return out;
}

/** A uniform number of 53 bits, of two draws. */
function unit53(random: Mersenne): number {
  const high = random.next() & 0x1fffff;
  return (high * 2 ** 32 + random.next()) * 2 ** -53;
}

const f32 = Math.fround;
/** a b + c with one rounding: the product of two f32 is exact in f64. */
const fma = (a: number, b: number, c: number): number => f32(a * b + c);

/** Radii are made of the first half, angles of the second. */
function block(values: Float32Array, std: number): void {
  const half = BLOCK / 2;
  const deviation = f32(std);
  for (let j = 0; j < half; j++) {
    const radius = f32(Math.sqrt(f32(-2 * log32(f32(1 - defined(values[j]))))));
    const { sine, cosine } = turn32(f32(f32(2 * Math.PI) * defined(values[half + j])));
    values[j] = f32(f32(radius * cosine) * deviation);
    values[half + j] = f32(f32(radius * sine) * deviation);
  }
}

const word = new Float32Array(1);
const bits = new Int32Array(word.buffer);

/** Coefficients in f32. */
const rounded = (...values: number[]): Float32Array => Float32Array.from(values);
const polynomial = (coefficients: Float32Array, x: number): number => coefficients.reduce((sum, c) => fma(sum, x, c));

const LOG = rounded(7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1);
const [LN2_SMALL, LN2] = [f32(-2.1219444e-4), f32(0.693359375)];

/** Logarithm of a number in (0, 1]. */
function log32(x: number): number {
  word[0] = x;
  const stored = defined(bits[0]);
  bits[0] = (stored & 0x7fffff) | 0x3f000000;
  const fraction = defined(word[0]);
  const low = fraction < f32(Math.SQRT1_2);
  const exponent = (stored >>> 23) - 126 - (low ? 1 : 0);
  const t = low ? f32(f32(fraction - 1) + fraction) : f32(fraction - 1);
  const square = f32(t * t);
  const cubic = f32(polynomial(LOG, t) * t);
  const tail = f32(fma(cubic, square, f32(exponent * LN2_SMALL)) - square / 2);
  return fma(exponent, LN2, f32(t + tail));
}

const OCTANTS = f32(4 / Math.PI);
/** A quarter of pi in three parts, negative. */
const PARTS = rounded(-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8);
const COS = rounded(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
const SIN = rounded(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1);

/** Sine and cosine of an angle from 0 to 2 pi. */
function turn32(angle: number): { sine: number; cosine: number } {
  const octant = (Math.trunc(f32(angle * OCTANTS)) + 1) & ~1;
  const x = PARTS.reduce((rest, part) => fma(octant, part, rest), angle);
  const z = f32(x * x);
  const even = f32(fma(f32(polynomial(COS, z) * z), z, -z / 2) + 1);
  const odd = fma(f32(polynomial(SIN, z) * z), x, x);
  const swapped = (octant & 2) !== 0;
  const [sine, cosine] = swapped ? [even, odd] : [odd, even];
  return { sine: octant & 4 ? -sine : sine, cosine: (octant - 2) & 4 ? cosine : -cosine };
}
