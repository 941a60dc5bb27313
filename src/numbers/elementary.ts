/**
 * Functions whose results JavaScript leaves to the engine (`Math.exp` and its like differ in their last bit from browser to
 * browser), made of operations that IEEE 754 fixes: the same bits everywhere. Whatever flows into a training on the host
 * is computed with these. Source of the polynomials: fdlibm (e_exp.c, e_log.c, k_sin.c, k_cos.c, e_rem_pio2.c), Copyright (C) 1993
 * by Sun Microsystems, Inc., whose permission to use, copy, modify and distribute it is freely granted with this notice.
 */

import { defined } from './defined';

const double = new Float64Array(1);
/** Low word, high word. */
const words = new Uint32Array(double.buffer);

/** 2^k of a whole number from -1022 to 1023. */
function powerOfTwo(k: number): number {
  words[0] = 0;
  words[1] = (k + 1023) << 20;
  return defined(double[0]);
}

/** The largest whole k with 2^k <= |x|, for finite x that are not 0. */
export function exponentOf(x: number): number {
  double[0] = x;
  const exponent = (defined(words[1]) >>> 20) & 0x7ff;
  return exponent ? exponent - 1023 : exponentOf(x * 2 ** 54) - 54;
}

/** ln 2 in two parts, of which the first has 32 bits. */
const LN2 = [6.93147180369123816490e-1, 1.90821492927058770002e-10] as const;

/** e^x; error below 1 unit in the last place. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  if (Number.isNaN(x)) return x;
  const k = Math.abs(x) > 0.5 * LN2[0] ? Math.trunc(1.44269504088896338700 * x + (x < 0 ? -0.5 : 0.5)) : 0;
  const [high, low] = [x - k * LN2[0], k * LN2[1]];
  const r = high - low;
  const t = r * r;
  const c = r - t * (1.66666666666666019037e-1 + t * (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.65339022054652515390e-6 + t * 4.13813679705723846039e-8))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k < -1021) return y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
  return k === 1024 ? y * 2 * powerOfTwo(1023) : y * powerOfTwo(k);
}

/** ln x; error below 1 unit in the last place. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  // x = 2^k (1 + f) with sqrt(2) / 2 < 1 + f < sqrt(2)
  let k = exponentOf(x);
  let f = x * powerOfTwo(k < -1000 ? 1000 : 0) * powerOfTwo(k < -1000 ? -k - 1000 : k > 1000 ? -1000 : -k) * (k > 1000 ? powerOfTwo(1000 - k) : 1);
  double[0] = f;
  if ((defined(words[1]) & 0xfffff) >= 0x6a09c) {
    f /= 2;
    k++;
  }
  f -= 1;
  const [high, low] = [k * LN2[0], k * LN2[1]];
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd = z * (6.666666666666735130e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const half = 0.5 * f * f;
  return high - (half - (s * (half + (odd + even)) + low) - f);
}

/** pi / 2 in three parts, of which the first two have 33 bits. */
const HALF_PI = [1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624879595063154e-21] as const;
/** Largest angle that `sin` and `cos` take. */
const MOST_ANGLE = 2 ** 20;

/** Quarter of the circle that x is in, and its distance from the middle of that, in two parts. */
function quarter(x: number): [quarter: number, r: number, rest: number] {
  if (!(Math.abs(x) <= MOST_ANGLE)) throw new RangeError(`the angle ${x} is not within ${MOST_ANGLE}`);
  const n = Math.round(x * 6.36619772367581382433e-1);
  const first = x - n * HALF_PI[0];
  const off = n * HALF_PI[1];
  const second = first - off;
  const w = n * HALF_PI[2] - (first - second - off);
  const r = second - w;
  return [n & 3, r, second - r - w];
}

function sinOf(x: number, rest: number): number {
  const z = x * x;
  const v = z * x;
  const r = 8.33333333332248946124e-3 + z * (-1.98412698298579493134e-4 + z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
  return x - (z * (0.5 * rest - v * r) - rest - v * -1.66666666666666324348e-1);
}

function cosOf(x: number, rest: number): number {
  const z = x * x;
  const r = z * (4.16666666666666019037e-2 + z * (-1.38888888888741095749e-3 + z * (2.48015872894767294178e-5 + z * (-2.75573143513906633035e-7 + z * (2.08757232129817482790e-9 + z * -1.13596475577881948265e-11)))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * r - x * rest));
}

/** Sine of an angle of at most 2^20; error below 1 unit in the last place. Throws RangeError beyond. */
export function sin(x: number): number {
  const [n, r, rest] = quarter(x);
  const y = n & 1 ? cosOf(r, rest) : sinOf(r, rest);
  return n & 2 ? -y : y;
}

/** Cosine of an angle of at most 2^20; error below 1 unit in the last place. Throws RangeError beyond. */
export function cos(x: number): number {
  const [n, r, rest] = quarter(x);
  const y = n & 1 ? sinOf(r, rest) : cosOf(r, rest);
  return n === 1 || n === 2 ? -y : y;
}

/** x^n for a whole n from 0 on, by squaring; relative error below n 2^-52. */
export function power(x: number, n: number): number {
  let made = 1;
  for (let square = x, left = n; left > 0; left = Math.floor(left / 2), square *= square) if (left % 2) made *= square;
  return made;
}

/** sqrt(x^2 + y^2) where the squares may overflow; error below 2 units in the last place. */
export function hypot(x: number, y: number): number {
  const [a, b] = [Math.abs(x), Math.abs(y)];
  const most = Math.max(a, b);
  if (most === 0) return 0;
  const ratio = Math.min(a, b) / most;
  return most * Math.sqrt(1 + ratio * ratio);
}

/** Length of a vector whose squares may overflow. */
export function lengthOf(x: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(defined(x[i])));
  if (most === 0) return 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const ratio = defined(x[i]) / most;
    sum += ratio * ratio;
  }
  return most * Math.sqrt(sum);
}
