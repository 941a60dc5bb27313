import { describe, expect, test } from 'vitest';
import { Recorder } from '../engine/record';
import { defined } from '../numbers/defined';
import { dropout, randomWord } from './dropout';

// That the kernel draws the same words is checked by dropout.cases.ts.
const n = 20_000;
const mask = (p: number, seed: number, index: number, stream: number) => Array.from({ length: n }, (_, i) => randomWord(seed, index, stream, i) >= p * 2 ** 32);
const share = (list: boolean[]) => list.filter(Boolean).length / n;
/** Five standard deviations of a mean of n coins. */
const noise = (p: number) => 5 * Math.sqrt((p * (1 - p)) / n);

describe('the mask of dropout', () => {
  test.each([0.05, 0.1, 0.5, 0.9])('drops a share of %d, so that the expectation is kept', (p) => {
    expect(Math.abs(share(mask(p, 1, 2, 3)) - (1 - p))).toBeLessThan(noise(p));
  });

  test('is another one for each seed, step and stream, and independent of its neighbours', () => {
    const base = mask(0.5, 1, 2, 3);
    for (const other of [mask(0.5, 2, 2, 3), mask(0.5, 1, 3, 3), mask(0.5, 1, 2, 4), [...base.slice(1), defined(base[0])]]) {
      expect(Math.abs(share(base.map((b, i) => b === other[i])) - 0.5)).toBeLessThan(noise(0.5));
    }
  });

  test('words spread over all bits', () => {
    const words = Array.from({ length: n }, (_, i) => randomWord(7, 0, 0, i));
    for (let bit = 0; bit < 32; bit++) expect(Math.abs(share(words.map((w) => ((w >>> bit) & 1) === 1)) - 0.5), `bit ${bit}`).toBeLessThan(noise(0.5));
    expect(new Set(words).size).toBeGreaterThan(n - 5);
  });

  test('probabilities outside [0, 1) are refused', () => {
    const rec = new Recorder();
    rec.program('p', () => {
      for (const p of [1, -0.1, NaN]) expect(() => dropout(rec.declare('input', 'x', [3]), p)).toThrow(`dropout: the probability ${p} is not in [0, 1)`);
    });
  });
});
