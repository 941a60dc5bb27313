import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defined, several } from '../numbers/defined';
import { packF16, unpackF16 } from './float16';

const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
const values = unpackF16(all);

test('every finite half survives widening and packing', () => {
  const back = packF16(values);
  for (let i = 0; i < 65536; i++) {
    if (Number.isFinite(values[i])) expect(back[i]).toBe(i);
  }
});

test('known values', () => {
  const f = (x: number) => packF16(Float32Array.of(x))[0];
  expect([f(1), f(-2), f(65504), f(0.1), f(2 ** -24), f(-0)]).toEqual([0x3c00, 0xc000, 0x7bff, 0x2e66, 1, 0x8000]);
  expect([f(1e9), f(-Infinity), f(65519), f(65520), f(NaN)]).toEqual([0x7bff, 0xfbff, 0x7bff, 0x7bff, 0x7e00]);
  expect(Number.isNaN(unpackF16(Uint16Array.of(0x7e00))[0])).toBe(true);
});

test('between two neighbours: the nearer one, and the even one at the middle', () => {
  for (let i = 0; i < 0x7bff; i++) {
    const middle = (defined(values[i]) + defined(values[i + 1])) / 2; // exact: f32 has bits to spare
    const step = (defined(values[i + 1]) - defined(values[i])) / 4;
    const [low, tie, high] = packF16(Float32Array.of(middle - step, middle, middle + step));
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
