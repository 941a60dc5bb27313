import { defined } from '../numbers/defined';
import { exponentOf } from '../numbers/elementary';
import { FormatError } from './formatError';
import type { Mersenne } from './mersenne';

/** The fixed random projections that all layers of a model share. */
export interface Bases {
  A: Float32Array;
  B: Float32Array;
  shapeA: number[];
  shapeB: number[];
}

const maxElements = 2 ** 28;

/** Significant bits of each type, which is also how many random bits torch draws for it. */
const digits = { f32: 24, f16: 11, bf16: 8 } as const;

/** Throws FormatError for sizes or a key that cannot be. */
export function checkDraw(key: number, sizes: number[], elements: number): void {
  if (!Number.isSafeInteger(key) || key < 0) throw new FormatError(`projection_prng_key is ${key}; it must be a whole number from 0 on.`);
  if (!sizes.every((s) => Number.isSafeInteger(s) && s >= 1) || elements > maxElements) {
    throw new FormatError(`Random bases of sizes ${sizes.join(', ')} would take ${elements} numbers; at most ${maxElements} are made.`);
  }
}

/** Fills with torch's `uniform_(-bound, bound)`: drawn, scaled and rounded in the tensor's own dtype. */
export function uniform(random: Mersenne, out: Float32Array, bound: number, dtype: keyof typeof digits): Float32Array {
  const mask = 2 ** digits[dtype] - 1;
  const unit = 2 ** -digits[dtype];
  const high = round(bound, dtype);
  const low = -high;
  const width = round(high - low, dtype);
  // In float64 the product and the sum are exact, so there is one rounding, as with torch's fused multiply-add.
  for (let i = 0; i < out.length; i++) out[i] = round((random.next() & mask) * unit * width + low, dtype);
  return out;
}

/** -1, 0 and 1 with probabilities 1/2k, 1 - 1/k, 1/2k, divided by the standard deviation. */
export function ternary(random: Mersenne, count: number, k: number): Float32Array {
  const out = new Float32Array(count);
  const low = Math.fround(1 / (2 * k));
  const high = Math.fround(1 - 1 / (2 * k));
  for (let i = 0; i < count; i++) {
    const u = (random.next() & 0xffffff) * 2 ** -24;
    out[i] = u < low ? -1 : u > high ? 1 : 0;
  }
  return standardise(out, 'f32');
}

/** Divides by the sample standard deviation (n - 1), which is rounded to the dtype, as is each quotient. In place. */
export function standardise(values: Float32Array, dtype: keyof typeof digits): Float32Array {
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  let squares = 0;
  for (const v of values) squares += (v - mean) * (v - mean);
  const std = round(Math.sqrt(squares / (values.length - 1)), dtype);
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; i < values.length; i++) values[i] = round(Math.fround(defined(values[i]) / std), dtype);
  return values;
}

/** Nearest value of the dtype's precision, ties to even. Bases stay far from f16's limits except near zero. */
function round(x: number, dtype: keyof typeof digits): number {
  // Stryker disable next-line ConditionalExpression,StringLiteral: what follows rounds to f32 alike, and takes longer
  if (dtype === 'f32') return Math.fround(x);
  if (x === 0) return x;
  const exponent = Math.max(exponentOf(x), dtype === 'f16' ? -14 : -126);
  const step = 2 ** (exponent - digits[dtype] + 1);
  const scaled = x / step;
  const down = Math.floor(scaled);
  const rest = scaled - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  return (up ? down + 1 : down) * step;
}

/** The first `k` of torch's `randperm(n)`. */
export function permutationStart(random: Mersenne, n: number, k: number): Float64Array {
  const moved = new Map<number, number>();
  return new Float64Array(k).map((_, i) => {
    // The last has nothing left to change places with, and torch draws none for it.
    const j = i < n - 1 ? i + (random.next() % (n - i)) : i;
    const [here, there] = [moved.get(i) ?? i, moved.get(j) ?? j];
    moved.set(j, here);
    return there;
  });
}
