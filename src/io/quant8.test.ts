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
        expect(block.every((v, i) => Math.abs(defined(back[from + i]) - v) <= (largest / 254) * 1.0001 + 1e-44)).toBe(true);
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

test('bytes of two blocks, the second of which is cut, in memory where something lay', () => {
  const values = new Float32Array(35);
  values.set([127, -127, 0.5, -0.5, 1.5, 63.4, -63.6, 0.49]);
  values.set([-2, 1, 0.01], 32);
  const out = new Uint32Array(20).fill(0xffffffff);
  const packed = packQ8(values, out.subarray(1, 19));
  expect(packed.byteOffset).toBe(4);
  const bytes = new Int8Array(packed.buffer, 4, 72);
  expect([...new Float32Array(packed.buffer, 4, 1), ...new Float32Array(packed.buffer, 40, 1)]).toEqual([127, 2]);
  // JavaScript rounds halves up.
  expect([...bytes.subarray(4, 36)]).toEqual([127, -127, 1, 0, 2, 63, -64, ...new Array<number>(25).fill(0)]);
  expect([...bytes.subarray(40)]).toEqual([-127, 64, 1, ...new Array<number>(29).fill(0)]);
  expect([out[0], out[19]]).toEqual([0xffffffff, 0xffffffff]);
  expect([...unpackQ8(packed, 35).subarray(32)]).toEqual([-2, Math.fround((64 / 127) * 2), Math.fround((1 / 127) * 2)]);
  // A file of others may have a code that this packing does not make.
  bytes[40] = -128;
  expect(unpackQ8(packed, 33)[32]).toBe(-2);
});

test('of a longer memory no more is written than the blocks that there are', () => {
  const out = new Uint32Array(18).fill(0xffffffff);
  expect([...packQ8(new Float32Array(32).fill(1), out).subarray(9)]).toEqual(new Array(9).fill(0xffffffff));
});
