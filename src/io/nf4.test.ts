import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { NF4, nf4Words, packNf4, unpackNf4 } from './nf4';
import { bytesAccess, openSafetensors } from './safetensors';

test("codes, magnitudes and values are bitsandbytes', on bounds and a bit beside them too", async () => {
  // Blocks of small, tiny, no and huge values, all bounds, and one that is cut; the file's metadata name the version.
  const file = await openSafetensors(bytesAccess(readFileSync(new URL('../testing/fixtures/nf4.safetensors', import.meta.url))));
  const [values, absmax, dequantized] = [await file.readF32('values'), await file.readF32('absmax'), await file.readF32('dequantized')];
  const codes = await file.readRange('codes', 0, file.info('codes').bytes);
  const words = packNf4(values);
  const bytes = new Uint8Array(words.buffer);
  expect(words.length).toBe(nf4Words(values.length));
  const ours = Uint8Array.from({ length: codes.length }, (_, i) => defined(bytes[36 * Math.floor(i / 32) + 4 + (i % 32)]));
  expect(ours).toEqual(Uint8Array.from(codes));
  expect(Float32Array.from(absmax, (_, i) => defined(new Float32Array(words.buffer)[9 * i]))).toEqual(absmax);
  expect(new Set([...codes].flatMap((two) => [two >> 4, two & 15])).size).toBe(16);
  expect(unpackNf4(words, values.length)).toEqual(dequantized);
});

test('values of the table are exact, a cut block is filled with zeros, and memory is 9 words for 64', () => {
  const words = packNf4(NF4);
  expect(words.length).toBe(9);
  expect(unpackNf4(words, 64)).toEqual(Float32Array.from({ length: 64 }, (_, i) => NF4[i] ?? 0));
  // Of none a reciprocal would be infinite.
  expect(unpackNf4(packNf4(Float32Array.of(1e-45, 0, -1e-45)), 3).every(Number.isFinite)).toBe(true);
});

test('pieces that start at a block are the pieces of the whole', () => {
  const values = Float32Array.from({ length: 150 }, (_, i) => Math.sin(i));
  expect([...packNf4(values.subarray(0, 64)), ...packNf4(values.subarray(64))]).toEqual([...packNf4(values)]);
});

test('bytes of two blocks, the second of which is cut, in memory where something lay', () => {
  const values = new Float32Array(67);
  values.set([-2, 2, 0, 1.5, -1.3]);
  values.set([0.5, -0.5, 0.1], 64);
  const out = new Uint32Array(20).fill(0xffffffff);
  const packed = packNf4(values, out.subarray(1, 19));
  expect([...new Float32Array(packed.buffer, 4, 1), ...new Float32Array(packed.buffer, 40, 1)]).toEqual([2, 0.5]);
  const bytes = new Uint8Array(packed.buffer, 4, 72);
  // 0.75 lies nearest to 0.723, -0.65 to -0.696, and 0.2 to 0.161.
  expect([...bytes.subarray(4, 36)]).toEqual([0x0f, 0x7e, 0x17, ...new Array<number>(29).fill(0x77)]);
  expect([...bytes.subarray(40)]).toEqual([0xf0, 0x97, ...new Array<number>(30).fill(0x77)]);
  expect([out[0], out[19]]).toEqual([0xffffffff, 0xffffffff]);
  expect([...unpackNf4(packed, 67).subarray(62)]).toEqual([0, 0, 0.5, -0.5, Math.fround(0.16093020141124725 * 0.5)]);
});

test('of a longer memory no more is written than the blocks that there are', () => {
  const out = new Uint32Array(18).fill(0xffffffff);
  expect([...packNf4(new Float32Array(64).fill(1), out).subarray(9)]).toEqual(new Array(9).fill(0xffffffff));
});
