import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { packQ8, q8Words, unpackQ8 } from './quant8';

test('every value comes back within 1/254 of the largest of its block', () => {
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 100, min: Math.fround(-1e30), max: Math.fround(1e30) }), (values) => {
      const back = unpackQ8(packQ8(values), values.length);
      for (let from = 0; from < values.length; from += 32) {
        const block = values.subarray(from, from + 32);
        const largest = block.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
        block.forEach((v, i) => expect(Math.abs(defined(back[from + i]) - v)).toBeLessThanOrEqual((largest / 254) * 1.0001 + 1e-44));
      }
    }),
  );
});

test('the largest of a block and zero are exact; a cut block is filled with zeros; memory is 9 words for 32', () => {
  const values = Float32Array.from({ length: 40 }, (_, i) => (i % 2 ? -1 : 1) * (i / 8));
  const words = packQ8(values);
  expect(words.length).toBe(q8Words(40));
  expect(words.length).toBe(18);
  const back = unpackQ8(words, 64);
  expect([back[0], back[31], back[39]]).toEqual([0, values[31], values[39]]);
  expect([...back.subarray(40)].every((v) => v === 0)).toBe(true);
  expect([...packQ8(new Float32Array(3))]).toEqual(new Array(9).fill(0));
});

test('pieces that start at a block are the pieces of the whole', () => {
  const values = Float32Array.from({ length: 96 }, (_, i) => Math.sin(i));
  expect([...packQ8(values.subarray(0, 64)), ...packQ8(values.subarray(64))]).toEqual([...packQ8(values)]);
});
