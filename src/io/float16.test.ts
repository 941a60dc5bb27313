import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defined, several } from '../numbers/defined';
import { packBf16, packF16, unpackBf16, unpackF16 } from './float16';

const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
const values = unpackF16(all);

test('every finite half survives widening and packing', () => {
  const back = packF16(values);
  expect(all.find((i) => Number.isFinite(values[i]) && back[i] !== i)).toBeUndefined();
});

test('known values', () => {
  const f = (x: number) => packF16(Float32Array.of(x))[0];
  expect([f(1), f(-2), f(65504), f(0.1), f(2 ** -24), f(-0)]).toEqual([0x3c00, 0xc000, 0x7bff, 0x2e66, 1, 0x8000]);
  expect([f(1e9), f(-Infinity), f(65519), f(65520), f(NaN)]).toEqual([0x7bff, 0xfbff, 0x7bff, 0x7bff, 0x7e00]);
  expect(Number.isNaN(unpackF16(Uint16Array.of(0x7e00))[0])).toBe(true);
});

test('between two neighbours: the nearer one, and the even one at the middle', () => {
  const beside = new Float32Array(3 * 0x7bff);
  for (let i = 0; i < 0x7bff; i++) {
    const middle = (defined(values[i]) + defined(values[i + 1])) / 2; // exact: f32 has bits to spare
    const step = (defined(values[i + 1]) - defined(values[i])) / 4;
    beside.set([middle - step, middle, middle + step], 3 * i);
  }
  const packed = packF16(beside);
  for (let i = 0; i < 0x7bff; i++) {
    const [low, tie, high] = packed.subarray(3 * i, 3 * i + 3);
    if (low !== i || tie !== (i % 2 === 0 ? i : i + 1) || high !== i + 1) expect.fail(`at ${i}: ${low} ${tie} ${high}`);
  }
});

test('packing never moves a value by more than half a step', () => {
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (x) => {
      const [y] = several(unpackF16(packF16(Float32Array.of(x))), 1);
      expect(Math.abs(y - x)).toBeLessThanOrEqual(Math.max(Math.abs(x) * 2 ** -11, 2 ** -25));
    }),
  );
});

test('all halves widen to what their bits say', () => {
  // IEEE 754: sign, 5 bits of exponent, 10 of mantissa.
  const wanted = Array.from(all, (h) => {
    const [sign, exponent, mantissa] = [h >> 15 ? -1 : 1, (h >> 10) & 31, h & 1023];
    if (exponent === 31) return mantissa ? NaN : sign * Infinity;
    return exponent ? sign * 2 ** (exponent - 15) * (1 + mantissa / 1024) : sign * 2 ** -24 * mantissa;
  });
  expect(all.find((h) => !Object.is(values[h], wanted[h]))).toBeUndefined();
});

test('numbers too small for a normal half, on both sides of every bound', () => {
  const f = (...numbers: number[]) => [...packF16(Float32Array.from(numbers))];
  expect(f(2 ** -25, 2 ** -25 * 1.000001, 2 ** -24 * 1.5, 2 ** -24 * 1.4999, 2 ** -24 * 2.5, -(2 ** -25), 2 ** -149)).toEqual([0, 1, 2, 1, 2, 0x8000, 0]);
  expect(f(2 ** -14, 2 ** -14 - 2 ** -25, 2 ** -14 - 2 ** -26, 1023 * 2 ** -24)).toEqual([0x400, 0x400, 0x400, 0x3ff]);
});

test('part of a longer memory is packed and widened, into memory that is given, and no more of it', () => {
  const floats = Float32Array.of(9, 1, -2, 9);
  const out = Uint16Array.of(7, 7, 7, 7);
  const packed = packF16(floats.subarray(1, 3), out.subarray(1, 3));
  expect([...packed]).toEqual([0x3c00, 0xc000]);
  expect([...out]).toEqual([7, 0x3c00, 0xc000, 7]);
  const wide = Float32Array.of(5, 5, 5, 5);
  expect([...unpackF16(out.subarray(1, 3), wide.subarray(1, 3))]).toEqual([1, -2]);
  expect([...unpackBf16(Uint16Array.of(0x3f80), wide.subarray(3))]).toEqual([1]);
  expect([...wide]).toEqual([5, 1, -2, 1]);
  expect(Object.is(unpackF16(Uint16Array.of(0x8000), wide.subarray(0, 1))[0], -0)).toBe(true);
});

test('bf16 is the upper half of a number', () => {
  const some = Float32Array.of(9, 1, -2.5, 3.140625, 2 ** -133, Infinity, 3.14159);
  expect([...packBf16(some.subarray(1))]).toEqual([0x3f80, 0xc020, 0x4049, 0x0001, 0x7f80, 0x4049]);
  expect(unpackBf16(packBf16(some.subarray(1, 6)))).toEqual(some.slice(1, 6));
  expect(unpackBf16(Uint16Array.of(0x7fc0, 0xff80))).toEqual(Float32Array.of(NaN, -Infinity));
});
