import { expect, test } from 'vitest';
import { bytesOf, constantValues, lastOf, rowsOf, sizeOf, type DType, type Tensor } from './tensor';

test.each<[DType, [elements: number, bytes: number][]]>([
  ['f32', [[1, 4], [3, 12], [64, 256]]],
  ['u32', [[1, 4], [3, 12]]],
  ['f16', [[1, 4], [2, 4], [3, 8], [64, 128]]],
  ['bf16', [[1, 4], [2, 4], [3, 8], [64, 128]]],
  // A scale and 32 codes of 8 bits, a scale and 64 codes of 4: nine words each.
  ['q8', [[1, 36], [32, 36], [33, 72], [64, 72]]],
  ['nf4', [[1, 36], [64, 36], [65, 72]]],
  // One scale, and 16 codes a word.
  ['ternary', [[1, 8], [16, 8], [17, 12]]],
  // A scale and a key, of however many.
  ['generated', [[1, 8], [1000, 8]]],
])('bytes of %s', (dtype, expected) => {
  expect(expected.map(([n]) => [n, bytesOf([n], dtype)])).toEqual(expected);
  expect(expected.map(([n]) => [n, bytesOf([1, n, 1], dtype)])).toEqual(expected);
});

test('what has no element takes a word all the same', () => expect([bytesOf([0], 'f32'), bytesOf([2, 0], 'f16')]).toEqual([4, 4]));

test('elements, rows and the last dimension of a shape', () => {
  const of = (shape: number[]) => ({ shape }) as unknown as Tensor;
  expect([[], [3], [3, 4], [2, 3, 4]].map((shape) => [sizeOf(shape), rowsOf(of(shape)), lastOf(of(shape))])).toEqual([[1, 1, 1], [3, 1, 3], [12, 3, 4], [24, 6, 4]]);
});

test('values of a constant, there or made', () => {
  const [there, made] = [Uint32Array.of(1), Float32Array.of(2)];
  expect(constantValues(there)).toBe(there);
  expect(constantValues(() => made)).toBe(made);
});
