import { expect, test } from 'vitest';
import { generator } from '../adapters/init';
import { cos, exp, exponentOf, hypot, lengthOf, log, power, sin } from './elementary';

/** Whole numbers of 2^-BITS: what is computed with them has no rounding worth mentioning beside that of f64. */
const BITS = 240n;
const ONE = 1n << BITS;

/** A number of f64 as it is, in units of 2^-BITS. */
function exact(x: number): bigint {
  let [whole, shift] = [x, 0n];
  while (!Number.isInteger(whole)) [whole, shift] = [whole * 2, shift + 1n];
  return (BigInt(whole) << BITS) >> shift;
}

const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS;

/** sum of x^n / n! with the signs of a series; `step` 1: exponential, 2: of cosine (`first` 0) or sine (1). */
function series(x: bigint, first: number, step: 1 | 2): bigint {
  let [term, sum] = [first ? x : ONE, 0n];
  for (let n = first; term !== 0n; n += step) {
    sum += term;
    term = step === 1 ? times(term, x) / BigInt(n + 1) : -times(times(term, x), x) / BigInt((n + 1) * (n + 2));
  }
  return sum;
}

/** e^x for moderate x: the series of x / 2^k, squared. */
function exactExp(x: bigint): bigint {
  let value = series(x >> 8n, 0, 1);
  for (let i = 0; i < 8; i++) value = times(value, value);
  return value;
}

/** Distance of `got` from the exact value, in units of its last place. */
function error(got: number, wanted: bigint): number {
  const off = exact(got) - wanted;
  const unit = 2 ** (exponentOf(got) - 52);
  return Math.abs(Number((off << 20n) / exact(unit)) / 2 ** 20);
}

const random = generator('elementary');
const drawn = (count: number, low: number, high: number): number[] => Array.from({ length: count }, () => low + (high - low) * random());

test('exp is off by less than a unit in the last place', () => {
  for (const x of [...drawn(300, -20, 40), ...drawn(100, -1, 1), 1, -1, 2 ** -30, 0.34657359, 0.34657360]) expect(error(exp(x), exactExp(exact(x))), `exp(${x})`).toBeLessThan(1);
  expect([exp(0), exp(-Infinity), exp(Infinity), exp(800), exp(-800), exp(NaN)]).toEqual([1, 0, Infinity, Infinity, 0, NaN]);
  // Where the result is no longer one of full precision.
  expect(exp(-744)).toBe(1e-323);
  expect(Math.abs(exp(709.7) / (exp(354.85) * exp(354.85)) - 1)).toBeLessThan(1e-15);
});

test('log is off by less than a unit in the last place', () => {
  for (const x of [...drawn(200, 0, 1), ...drawn(100, 0.99, 1.01), ...drawn(100, 1, 1000), 2, 0.5, Math.SQRT2, 1 - 2 ** -32, 1 + 2 ** -40]) {
    // Newton's step from the result: ln x = y + (x e^-y - 1) - ..., whose next term is far below.
    const y = log(x);
    const rest = times(exact(x), exactExp(-exact(y))) - ONE;
    expect(error(y, exact(y) + rest - times(rest, rest) / 2n), `log(${x})`).toBeLessThan(1);
  }
  expect([log(1), log(0), log(-1), log(Infinity), log(NaN)]).toEqual([0, -Infinity, NaN, Infinity, NaN]);
  for (const x of [5e-324, 1e-310, 2.3e-308, 1e-300, 1e300, Number.MAX_VALUE]) expect(Math.abs(log(x) / Math.log(x) - 1), `log(${x})`).toBeLessThan(3e-16);
});

test('sine and cosine are off by less than a unit in the last place, also where they are small', () => {
  const edges = Array.from({ length: 40 }, (_, i) => (i * Math.PI) / 4);
  for (const x of [...drawn(300, -7, 7), ...drawn(20, -1000, 1000), ...edges, 1e-9, 355]) {
    if (x !== 0) expect(error(sin(x), series(exact(x), 1, 2)), `sin(${x})`).toBeLessThan(1);
    expect(error(cos(x), series(exact(x), 0, 2)), `cos(${x})`).toBeLessThan(1);
  }
  expect([sin(0), cos(0)]).toEqual([0, 1]);
  for (const x of [1e5 + 0.1, -654321.5, 2 ** 20]) expect(Math.max(Math.abs(sin(x) - Math.sin(x)), Math.abs(cos(x) - Math.cos(x)))).toBeLessThan(3e-16);
  expect(() => cos(2 ** 20 + 1)).toThrow(RangeError);
});

test('powers, lengths and exponents', () => {
  expect(power(3, 5)).toBe(243);
  expect(power(0.9, 0)).toBe(1);
  for (const n of [1, 7, 100, 5000]) {
    let wanted = ONE;
    for (let i = 0; i < n; i++) wanted = times(wanted, exact(0.999));
    expect(error(power(0.999, n), wanted)).toBeLessThan(n);
  }
  expect(hypot(3, -4)).toBe(5);
  expect(hypot(0, 0)).toBe(0);
  expect(Math.abs(hypot(3e200, 4e200) / 5e200 - 1)).toBeLessThan(3e-16);
  expect(hypot(NaN, 1)).toBeNaN();
  expect(Math.abs(lengthOf([2e200, 3e200, -6e200]) / 7e200 - 1)).toBeLessThan(5e-16);
  expect(lengthOf([])).toBe(0);
  for (const [x, k] of [[1, 0], [0.75, -1], [-4, 2], [2 ** -3 - 2 ** -56, -4], [5e-324, -1074], [2 ** -1022, -1022]] as const) expect(exponentOf(x)).toBe(k);
});

test('results are the same bits everywhere: the recorded ones', () => {
  let hash = 2166136261;
  const from = generator('bits');
  const bits = new Uint32Array(2);
  for (let i = 0; i < 2000; i++) {
    const x = 20 * from();
    for (const y of [exp(x), log(x), sin(x), cos(x), power(x, i), hypot(x, i)]) {
      new Float64Array(bits.buffer)[0] = y;
      for (const word of bits) hash = Math.imul(hash ^ word, 16777619) >>> 0;
    }
  }
  expect(hash).toBe(1614779260);
});
