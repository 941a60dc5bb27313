import { expect, test } from 'vitest';
import { packI8, rowScales } from './int8';

test('each row is rounded to 127 steps of its own largest magnitude', () => {
  const rows = Float32Array.of(0.5, -1.27, 0.004, 0.0127, 0, 0, 254, -2.1, 1);
  const scales = rowScales(rows, 3);
  expect([...scales]).toEqual([Math.fround(Math.fround(1.27) / 127), Math.fround(Math.fround(0.0127) / 127), 2]);
  expect([...packI8(rows, scales)]).toEqual([50, -127, 0, 127, 0, 0, 127, -1, 1]);
});

test('rows of zeros and what is no number do no harm', () => {
  const rows = Float32Array.of(0, 0, NaN, Infinity, -Infinity, 3);
  expect([...rowScales(rows, 3)]).toEqual([1, 1, Math.fround(3 / 127)]);
  expect([...packI8(rows, rowScales(rows, 3))]).toEqual([0, 0, 0, 127, -127, 127]);
});
