import { describe, expect, test } from 'vitest';
import { Recorder } from '../engine/record';
import { defined } from '../numbers/defined';
import { randomWord } from './dropout';
import { sample } from './sample';
import { normalOf } from './sample.cases';

// That the kernel makes the same of a word is checked by sample.cases.ts.
const n = 20_000;
const noise = (seed: number, index: number, stream: number) => Array.from({ length: n }, (_, i) => normalOf(randomWord(seed, index, stream, i)));
const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
/** Five standard deviations of a mean of n numbers whose own is this. */
const chance = (deviation: number) => (5 * deviation) / Math.sqrt(n);

describe('the noise of a sample', () => {
  test('has the moments of the normal distribution, and its tails', () => {
    const eps = noise(1, 2, 3);
    expect(Math.abs(mean(eps))).toBeLessThan(chance(1));
    expect(Math.abs(mean(eps.map((e) => e ** 2)) - 1)).toBeLessThan(chance(Math.sqrt(2)));
    expect(Math.abs(mean(eps.map((e) => e ** 3)))).toBeLessThan(chance(Math.sqrt(15)));
    expect(Math.abs(mean(eps.map((e) => e ** 4)) - 3)).toBeLessThan(chance(Math.sqrt(96)));
    expect(Math.abs(mean(eps.map((e) => Number(e > 2))) - 0.02275)).toBeLessThan(chance(0.15));
  });

  test('is another one for each seed, step and stream, and independent of its neighbours', () => {
    const base = noise(1, 2, 3);
    for (const other of [noise(2, 2, 3), noise(1, 3, 3), noise(1, 2, 4), [...base.slice(1), defined(base[0])]]) {
      expect(Math.abs(mean(base.map((e, i) => e * defined(other[i]))))).toBeLessThan(chance(1));
    }
  });

  test('the ends of the words are far out, and opposite', () => {
    expect(normalOf(0)).toBeCloseTo(-5.2947, 3);
    expect(normalOf(2 ** 32 - 1)).toBeCloseTo(5.2947, 3);
  });

  test('a row without a variance for each mean is refused', () => {
    const rec = new Recorder();
    rec.program('p', () => expect(() => sample(rec.declare('input', 'x', [2, 3]))).toThrow('sample: wants as many variances as means'));
  });
});
