import { describe, expect, test } from 'vitest';
import { FormatError } from './formatError';
import { Mersenne } from './mersenne';
import { checkDraw, standardise, ternary, uniform } from './torchRandom';

/** As NumPy prints numbers of 32 bits, which is enough to tell them from each other. */
const f32 = (values: number[]) => Float32Array.from(values);

test("MT19937: NumPy's RandomState has the same numbers", () => {
  const random = (seed: number) => {
    const one = new Mersenne(seed);
    return [one.next(), one.next(), one.next()];
  };
  expect(random(0)).toEqual([2357136044, 2546248239, 3071714933]);
  expect(random(2 ** 32 - 1)).toEqual([419326371, 479346978, 3918654476]);
  expect(random(5489)[0]).toBe(3499211612);
  const long = new Mersenne(5489);
  for (let i = 1; i < 10_000; i++) long.next();
  expect(long.next()).toBe(4123659995); // the 10000th, as the C++ standard demands
});

// Drawn with NumPy's RandomState, the lowest bits as torch takes them, scaled in f64, rounded by NumPy, of bf16 by its bits.
test.each([
  [1, 'f32', 0.7, [0.36068425, -0.30896476, -0.13570304, 0.32855824, -0.6590058, 0.41980207]],
  [2, 'f16', 0.7, [0.114868164, -0.33984375, -0.3630371, 0.39941406, 0.36523438, -0.4958496]],
  [4, 'bf16', 0.3, [-0.014099121, 0.107910156, 0.12890625, 0.16210938, 0.0023498535, -0.056396484]],
  [6, 'bf16', 2.5, [0.1953125, 1.421875, 1.9375, 1.640625, -0.4296875, -0.37109375]],
  // Below the normal numbers of each.
  [2, 'f16', 3e-6, [4.7683716e-7, -0.0000014305115, -0.0000015497208, 0.0000017285347, 0.0000015497208, -0.0000020861626]],
  [3, 'f16', 1e-5, [0.000008523464, 0.0000064969063, 0.0000024437904, 0.0000062584877, -7.1525574e-7, -5.364418e-7]],
  [5, 'bf16', 1e-39, [-1.83671e-40, 6.42848e-40, 9.18355e-40, 4.59177e-40, 8.2652e-40, -9.1835e-41]],
] as const)('seed %d: evenly spread in %s up to %d', (seed, dtype, bound, want) => {
  const out = new Float32Array(6);
  expect(uniform(new Mersenne(seed), out, bound, dtype)).toBe(out);
  expect(out).toEqual(f32([...want]));
});

test.each([
  ['f32', [0.5, -1.25, 3, 0.1, -0.7, 0, 2.2], [0.32691842, -0.8172961, 1.9615107, 0.06538369, -0.4576858, 0, 1.4384412]],
  ['f16', [0.5, -1.25, 3, 0.099975586, -0.7001953, 0, 2.19921875], [0.3269043, -0.8173828, 1.9619141, 0.06536865, -0.45776367, 0, 1.4384766]],
  ['bf16', [0.5, -1.25, 3, 0.10009766, -0.69921875, 0, 2.203125], [0.32617188, -0.81640625, 1.9609375, 0.06542969, -0.45703125, 0, 1.4375]],
] as const)("%s: divided by NumPy's deviation", (dtype, values, want) => {
  const given = f32([...values]);
  expect(standardise(given, dtype)).toBe(given);
  expect(given).toEqual(f32([...want]));
});

test('what is drawn next goes on where the last drawing ended', () => {
  const random = new Mersenne(9);
  const parts = [uniform(random, new Float32Array(5), 1, 'f32'), uniform(random, new Float32Array(3), 1, 'f32')].flatMap((part) => [...part]);
  expect(parts).toEqual([...uniform(new Mersenne(9), new Float32Array(8), 1, 'f32')]);
  const other = new Mersenne(7);
  ternary(other, 24, 3);
  const all = new Mersenne(7);
  for (let i = 0; i < 24; i++) all.next();
  expect(other.next()).toBe(all.next());
});

test('the deviation of numbers far from zero is not lost in their squares', () => {
  // NumPy: np.std([1e8, 1e8 + 8, 1e8 + 24], ddof=1) is 12.220201853215572.
  expect([...standardise(Float32Array.of(1e8, 1e8 + 8, 1e8 + 24), 'f32')]).toEqual([1e8, 1e8 + 8, 1e8 + 24].map((v) => Math.fround(v / Math.fround(12.220201853215572))));
});

describe('ternary', () => {
  test('a sixth or a quarter at each end, divided by the deviation', () => {
    const [a, b] = [Math.fround(1.9856629), Math.fround(1.2894381)];
    expect([...ternary(new Mersenne(7), 24, 3)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, a, a, 0, 0, 0, 0, 0, 0, -a, a, -a, a, 0, 0, 0]);
    expect([...ternary(new Mersenne(8), 24, 2)]).toEqual([0, b, b, 0, 0, 0, b, -b, 0, -b, b, 0, -b, -b, -b, b, b, 0, 0, -b, -b, 0, -b, 0]);
  });

  test('the bounds themselves are zero', () => {
    const drawn = [0x3fffff, 0x400000, 0xc00000, 0xc00001];
    const random = { next: () => drawn.shift() ?? 0 } as unknown as Mersenne;
    expect(Array.from(ternary(random, 4, 2), Math.sign)).toEqual([-1, 0, 0, 1]);
  });
});

test('sizes and keys that can be drawn', () => {
  for (const [key, sizes, elements] of [[0, [1], 1], [Number.MAX_SAFE_INTEGER, [1, 5], 2 ** 28]] as const) expect(() => checkDraw(key, [...sizes], elements)).not.toThrow();
  for (const [key, sizes, elements] of [[-1, [1], 1], [0.5, [1], 1], [2 ** 53, [1], 1], [0, [0, 1], 1], [0, [1, 1.5], 1], [0, [2 ** 53], 1], [0, [1], 2 ** 28 + 1]] as const) expect(() => checkDraw(key, [...sizes], elements)).toThrow(FormatError);
});
