import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { choice, shuffle } from './numpyRandom';
import { Pcg64 } from './pcg64';

test.each([
  [0, [3653403231, 2735729615, 2195314465, 1158725112]],
  [42, [383329928, 3324115917, 2811363265, 1884968545]],
  [2 ** 40 + 5, [60812779, 20355823, 1932608278, 1600238596]],
] as const)("PCG64 of seed %d: NumPy's default_rng has the same numbers", (seed, want) => {
  const random = new Pcg64(seed);
  expect(want.map(() => random.next())).toEqual([...want]);
});

/** Each of 0 to d - 1 as often as fits into `total`, the rest chosen, and all shuffled. */
function drawn(total: number, d: number, seed: number): Uint32Array {
  const random = new Pcg64(seed);
  const [each, rest] = [Math.floor(total / d), total % d];
  const all = Uint32Array.from({ length: total }, (_, i) => Math.floor(i / each));
  if (rest) all.set(choice(random, d, rest), each * d);
  shuffle(random, all);
  return all;
}

// As NumPy prints them.
test.each([
  [20, 7, 9, [5, 4, 1, 0, 6, 2, 3, 1, 0, 3, 5, 1, 2, 2, 4, 3, 6, 5, 4, 0]],
  [5, 8, 42, [3, 5, 0, 6, 7]],
  [7, 7, 1, [5, 0, 1, 4, 2, 6, 3]],
  [3, 1, 0, [0, 0, 0]],
] as const)('%d of %d numbers, seed %d, chosen and shuffled', (total, d, seed, want) => {
  expect([...drawn(total, d, seed)]).toEqual([...want]);
});

// Where NumPy chooses by a set, by the tail of a shuffle (many out of more than ten thousand), and where whole words are drawn anew: the
// first, the last, and the sum of all, each times its place.
test.each([
  [100_000, 23_040, 515, [6789, 8621, 2931, 18396, 20149, 11421], [4362, 20214, 7854], 57569658825821],
  [30_007, 30_000, 3, [15978, 29443, 7731, 18554, 8628, 28474], [9798, 10529, 6938], 6738999180582],
  [12_000, 11_000, 4, [9794, 264, 3093, 5317, 5168, 10894], [7094, 10783, 2705], 397218728017],
  [40_003, 20_000, 2 ** 40 + 5, [2828, 5066, 5260, 18582, 3300, 2403], [16371, 4173, 14988], 7999585267141],
  [300_000, 4097, 6, [3664, 3362, 4070, 2939, 3018, 256], [1136, 1017, 3794], 92120395394262],
] as const)('%d of %d numbers, seed %d', (total, d, seed, first, last, sum) => {
  const all = drawn(total, d, seed);
  expect([[...all.subarray(0, 6)], [...all.subarray(-3)]]).toEqual([[...first], [...last]]);
  let weighted = 0;
  for (let i = 0; i < all.length; i++) weighted += defined(all[i]) * (i + 1);
  expect(weighted).toBe(sum);
});
