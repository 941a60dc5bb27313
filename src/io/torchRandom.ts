import { said } from '../said/said';
import { FormatError } from './formatError';
import { Mersenne } from './mersenne';

/** The fixed random projections that all layers of a model share. */
export interface Bases {
  A: Float32Array;
  B: Float32Array;
  shapeA: number[];
  shapeB: number[];
}

/** The precision that PEFT draws dense RandLoRA bases in: bf16 where the machine knows it, else f16. */
export type DrawDtype = 'bf16' | 'f16';

export interface RandloraOptions {
  sparse?: boolean;
  verySparse?: boolean;
  /** Ignored for sparse bases, which are drawn in f32. */
  dtype?: DrawDtype;
}

const maxElements = 2 ** 28;

/** Significant bits of each type, which is also how many random bits torch draws for it. */
const digits = { f32: 24, f16: 11, bf16: 8 } as const;

/**
 * The bases that PEFT makes for VeRA from `projection_prng_key`, bit for bit (peft/tuners/vera/model.py):
 * A (r, inMax) then B (outMax, r), Kaiming uniform in f32. Throws FormatError for sizes or a key that cannot be.
 */
export function veraBases(key: number, r: number, inMax: number, outMax: number): Bases {
  check(key, [r, inMax, outMax], r * Math.max(inMax, outMax));
  const random = new Mersenne(key);
  const draw = (count: number, fanIn: number) => {
    const bound = Math.sqrt(3) * (Math.SQRT2 / Math.sqrt(fanIn));
    return uniform(random, new Float32Array(count), bound, 'f32');
  };
  const A = draw(r * inMax, inMax);
  return { A, B: draw(outMax * r, r), shapeA: [r, inMax], shapeB: [outMax, r] };
}

/**
 * The bases that PEFT makes for RandLoRA from `projection_prng_key`, bit for bit (peft/tuners/randlora/model.py):
 * A (r, 1, dMin) then B (dMax, N, r) with N = ceil(dMin / r), each divided by its own sample standard deviation.
 * The same key gives other dense bases for each `dtype` (default bf16). Throws FormatError for sizes or a key that cannot be.
 */
export function randloraBases(key: number, r: number, dMax: number, dMin: number, options: RandloraOptions = {}): Bases {
  const n = Math.ceil(dMin / r);
  check(key, [r, dMax, dMin], dMax * n * r);
  const random = new Mersenne(key);
  const shapes = { shapeA: [r, 1, dMin], shapeB: [dMax, n, r] };
  if (options.sparse || options.verySparse) {
    const k = options.verySparse ? Math.sqrt(Math.min(dMax, dMin)) : 3;
    const A = ternary(random, r * dMin, k);
    return { A, B: ternary(random, dMax * n * r, k), ...shapes };
  }
  const dtype = options.dtype ?? 'bf16';
  const A = standardise(uniform(random, new Float32Array(r * dMin), 1 / Math.sqrt(dMin), dtype), dtype);
  // torch.cat of n blocks (dMax, 1, r) along dim 1: drawn block after block, stored row after row.
  const B = new Float32Array(dMax * n * r);
  const block = new Float32Array(dMax * r);
  for (let j = 0; j < n; j++) {
    uniform(random, block, 1 / Math.sqrt(r), dtype);
    for (let row = 0; row < dMax; row++) B.set(block.subarray(row * r, row * r + r), (row * n + j) * r);
  }
  return { A, B: standardise(B, dtype), ...shapes };
}

function check(key: number, sizes: number[], elements: number): void {
  if (!Number.isSafeInteger(key) || key < 0) throw new FormatError(said`projection_prng_key is ${key}; it must be a whole number from 0 on.`);
  if (!sizes.every((s) => Number.isSafeInteger(s) && s >= 1) || elements > maxElements) {
    throw new FormatError(said`Random bases of sizes ${sizes.join(', ')} would take ${elements} numbers; at most ${maxElements} are made.`);
  }
}

/** Fills with torch's `uniform_(-bound, bound)`: drawn, scaled and rounded in the tensor's own dtype. */
function uniform(random: Mersenne, out: Float32Array, bound: number, dtype: keyof typeof digits): Float32Array {
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
function ternary(random: Mersenne, count: number, k: number): Float32Array {
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
function standardise(values: Float32Array, dtype: keyof typeof digits): Float32Array {
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  let squares = 0;
  for (const v of values) squares += (v - mean) ** 2;
  const std = round(Math.sqrt(squares / (values.length - 1)), dtype);
  for (let i = 0; i < values.length; i++) values[i] = round(Math.fround(values[i] / std), dtype);
  return values;
}

/** Nearest value of the dtype's precision, ties to even. Bases stay far from f16's limits except near zero. */
function round(x: number, dtype: keyof typeof digits): number {
  if (dtype === 'f32') return Math.fround(x);
  if (x === 0) return x;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), dtype === 'f16' ? -14 : -126);
  const step = 2 ** (exponent - digits[dtype] + 1);
  const scaled = x / step;
  const down = Math.floor(scaled);
  const rest = scaled - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  return (up ? down + 1 : down) * step;
}
