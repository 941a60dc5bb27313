import { expect, test } from 'vitest';
import { generatedHeader, packTernary, ternaryScale, unpackGenerated, unpackTernary } from './ternary';

test('ternary values come back as they were, and other values are refused', () => {
  const values = Float32Array.from({ length: 37 }, (_, i) => Math.fround(0.3) * ((i * 7) % 3 - 1));
  expect(unpackTernary(packTernary(values), 37)).toEqual(values.map((v) => v + 0));
  expect(() => packTernary(Float32Array.of(1, 0.5))).toThrow(RangeError);
});

test('the scale is the one magnitude there is', () => {
  const scale = (...values: number[]) => ternaryScale(Float32Array.from(values));
  expect([scale(), scale(0, -0), scale(0, -2, 2), scale(-3)]).toEqual([1, 1, 2, 3]);
  expect([scale(1, 2), scale(1, 0.5), scale(NaN), scale(1, NaN), scale(NaN, 1)]).toEqual([null, null, null, null, null]);
});

test('a word holds sixteen codes, the first in its lowest bits, behind the bits of the scale', () => {
  const values = new Float32Array(18);
  values.set([2, -2, 0, 2], 0);
  values.set([-2, 2, -2], 15);
  expect([...packTernary(values)]).toEqual([0x40000000, 0xc000004d, 0b1101]);
  expect(packTernary(new Float32Array(16))).toEqual(Uint32Array.of(0x3f800000, 0));
  const words = Uint32Array.of(9, 0x3f000000, 0xc000004d, 0b1101);
  expect([...unpackTernary(words.subarray(1), 18)]).toEqual([0.5, -0.5, 0, 0.5, ...new Array<number>(11).fill(0), -0.5, 0.5, -0.5]);
});

test('generated values are those of the hash, computed by a program of its own in whole numbers of any size', () => {
  const c = Math.fround(Math.SQRT2);
  const codes = (key: number, count: number) => Array.from(unpackGenerated(generatedHeader(key), count), (v) => v / c + 0);
  expect(codes(6, 40)).toEqual([-1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1, 0, 0, -1, 0, 0, 0, 0, 1, -1, 1, 1, 1, 0, 0, 0, -1, -1, -1, -1, -1, 1, 0, -1, 0, 0, 1, 1, 0]);
  expect(codes(2 ** 24 - 1, 6)).toEqual([-1, 0, -1, 0, 0, -1]);
  // As many keys as an f32 holds; those beyond are the same again.
  expect([...generatedHeader(2 ** 24 + 6)]).toEqual([c, 6]);
});

test('generated values are evenly spread, of deviation one, and differ by key', () => {
  const n = 1 << 16;
  const [a, b] = [unpackGenerated(generatedHeader(6), n), unpackGenerated(generatedHeader(7), n)];
  const next = [...a.subarray(1), ...a.subarray(0, 1)];
  const mean = (f: (value: number, i: number) => number) => a.reduce((sum, value, i) => sum + f(value, i), 0) / n;
  const by = (other: ArrayLike<number>) => mean((value, i) => value * (other[i] ?? NaN));
  // Six standard errors.
  expect(Math.abs(mean((value) => value))).toBeLessThan(6 / 256);
  expect(Math.abs(by(a) - 1)).toBeLessThan(6 / 256);
  expect(Math.abs(by(b))).toBeLessThan(6 / 256);
  expect(Math.abs(by(next))).toBeLessThan(6 / 256);
  expect(new Set(a)).toEqual(new Set([0, Math.fround(Math.SQRT2), -Math.fround(Math.SQRT2)]));
});
