import { expect, test, vi } from 'vitest';
import { Random } from '../data/random';
import { streams } from '../data/streams';
import { choose } from './choose';

const logits = Float32Array.from([1, 3, 2, -4, 0]);
const softmax = (tokens: readonly number[], temperature = 1) => {
  const weights = tokens.map((token) => Math.exp((logits[token] ?? NaN) / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
};

/** The token in whose stretch of the shares, the likeliest first, the draw for a place falls. */
function drawn(tokens: readonly number[], shares: readonly number[], seed: number, place: number): number | undefined {
  let left = streams.token(seed, place).uniform(0, 1);
  return tokens.find((_, i) => (left -= shares[i] ?? 0) < 0);
}

test.each([
  ['of all of them', {}, [1, 2, 0, 4, 3], 1],
  ['at another temperature', { temperature: 2 }, [1, 2, 0, 4, 3], 2],
  ['of the two likeliest', { top_k: 2 }, [1, 2], 1],
  ['of as many as there are, where more are asked for', { top_k: 9 }, [1, 2, 0, 4, 3], 1],
  // The likeliest have 0.64, 0.23 and 0.09 of it.
  ['of those that reach a share', { top_p: 0.7 }, [1, 2], 1],
  ['of those that reach a share of the likeliest', { top_k: 3, top_p: 0.95 }, [1, 2, 0], 1],
  ['of the likeliest alone, where it reaches the share', { top_p: 0.1 }, [1], 1],
  ['of all of them, where the share is more than there is', { top_p: 1.5 }, [1, 2, 0, 4, 3], 1],
  ['of the likeliest alone, where the share is none', { top_p: 0 }, [1], 1],
])('draws %s', (_, how, tokens, temperature) => {
  const shares = softmax(tokens, temperature);
  const found = Array.from({ length: 300 }, (_, place) => choose(logits, { temperature: 1, seed: 7, ...how }, place));
  expect(found).toEqual(found.map((_, place) => drawn(tokens, shares, 7, place)));
  expect(new Set(found)).toEqual(new Set(tokens.filter((_, i) => (shares[i] ?? 0) > 0.01)));
});

test('the draw depends on seed and place, and on a seed of 0 where none is given', () => {
  const row = (seed?: number) => Array.from({ length: 50 }, (_, place) => choose(logits, { temperature: 1, seed }, place));
  expect(row(3)).toEqual(row(3));
  expect(row(3)).not.toEqual(row(4));
  expect(row()).toEqual(row(0));
  expect(new Set(row()).size).toBeGreaterThan(1);
});

test('without a temperature the likeliest is taken, of equals the first', () => {
  expect(choose(logits, {}, 0)).toBe(1);
  expect([[5, 1, 5], [1, 5, 5], [0, -1, 2], [-3], [-3, -2]].map((row) => choose(Float32Array.from(row), { temperature: 0, top_k: 1 }, 9))).toEqual([0, 1, 2, 0, 1]);
});

test('logits of any size are weighed by how far they are from the largest', () => {
  expect([0, 1, 2].map((place) => choose(Float32Array.from([3e4, -3e4]), { temperature: 1 }, place))).toEqual([0, 0, 0]);
  const high = logits.map((v) => v + 1000);
  for (let place = 0; place < 50; place++) expect(choose(high, { temperature: 1, seed: 7 }, place)).toBe(choose(logits, { temperature: 1, seed: 7 }, place));
});

test.each([
  // Where the draw falls, as a share of what is kept, and who is taken of four that are as likely.
  ["the first one's stretch begins at nothing", 0, 1, 0],
  ['where one ends the next begins', 0.5, 1, 2],
  ["the very end is the last one's", 1, 1, 3],
  ["the very end is the last one's of those that are kept", 1, 0.75, 2],
  ['a share that is reached exactly takes no other', 0.99, 0.25, 0],
])('%s', (_, draw, top_p, wanted) => {
  const token = vi.spyOn(streams, 'token').mockImplementation(() => Object.assign(new Random(0), { uniform: (low: number, high: number) => low + draw * (high - low) }));
  expect(choose(new Float32Array(4), { temperature: 1, top_p }, 0)).toBe(wanted);
  token.mockRestore();
});
