import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { drawBeta, drawMix, mixInto } from './mix';
import { Random } from './random';

/** Distribution function of Beta(a, a) on a grid, by summing its density (midpoints, in double precision). */
function betaCdf(a: number, cells: number): Float64Array {
  // x = sin^2(t) takes away what is infinite at the ends for a < 1/2.
  const steps = 50_000;
  const cdf = new Float64Array(cells + 1);
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const t = ((i + 0.5) / steps) * (Math.PI / 2);
    sum += (Math.sin(t) * Math.cos(t)) ** (2 * a - 1);
    cdf[Math.min(cells, Math.ceil(Math.sin(t) ** 2 * cells))] = defined(cdf[Math.min(cells, Math.ceil(Math.sin(t) ** 2 * cells))]) + ((Math.sin(t) * Math.cos(t)) ** (2 * a - 1));
  }
  for (let i = 1; i <= cells; i++) cdf[i] = defined(cdf[i]) / sum + defined(cdf[i - 1]);
  return cdf;
}

describe('mixing', () => {
  test.each([0.2, 0.8, 1, 4])('shares are drawn from Beta(a, a), a = %s', (a) => {
    const [draws, cells] = [20_000, 50];
    const random = new Random(7, Math.round(10 * a));
    const counts = new Float64Array(cells + 1);
    for (let i = 0; i < draws; i++) {
      const share = drawBeta(a, random);
      counts[Math.ceil(share * cells)] = defined(counts[Math.ceil(share * cells)]) + 1;
    }
    const cdf = betaCdf(a, cells);
    let seen = 0;
    // Kolmogorov and Smirnov: 1.95 / sqrt(n) is passed by one sample of a thousand, and these are always the same ones.
    for (let i = 0; i <= cells; i++) {
      seen += defined(counts[i]) / draws;
      expect(Math.abs(seen - defined(cdf[i])), `at ${i / cells}`).toBeLessThan(1.95 / Math.sqrt(draws));
    }
  });

  test('the least alpha draws numbers', () => {
    const random = new Random(1);
    expect(Array.from({ length: 1000 }, () => drawBeta(1e-3, random)).filter(Number.isNaN)).toEqual([]);
  });

  test('a box has the share of the area that is not its own, and stays inside', () => {
    for (let i = 0; i < 500; i++) {
      const { share, box } = drawMix({ mixup_alpha: 0, cutmix_alpha: 1 }, 20, 12, new Random(i));
      const [left, top, right, bottom] = box!;
      expect(left >= 0 && top >= 0 && right <= 20 && bottom <= 12 && left <= right && top <= bottom).toBe(true);
      expect(share).toBeCloseTo(1 - ((right - left) * (bottom - top)) / 240, 12);
    }
  });

  test('with both, each has half of the draws; the same seed draws the same', () => {
    const draw = (seed: number) => drawMix({ mixup_alpha: 0.8, cutmix_alpha: 1 }, 16, 16, new Random(seed));
    const boxes = Array.from({ length: 2000 }, (_, i) => draw(i)).filter(({ box }) => box).length;
    // Five standard deviations.
    expect(Math.abs(boxes - 1000)).toBeLessThan(5 * Math.sqrt(500));
    expect(draw(5)).toEqual(draw(5));
  });

  test('pixels are weighted, or taken over inside the box', () => {
    const of = (from: number) => Float32Array.from({ length: 2 * 3 * 4 }, (_, i) => from + i);
    const weighted = of(0);
    mixInto(weighted, of(100), { share: 0.75, box: null }, 4, 3);
    weighted.forEach((v, i) => expect(v).toBeCloseTo(0.75 * i + 0.25 * (100 + i), 5));
    const cut = of(0);
    mixInto(cut, of(100), { share: 0, box: [1, 1, 3, 3] }, 4, 3);
    cut.forEach((v, i) => {
      const [x, y] = [i % 4, Math.floor(i / 4) % 3];
      expect(v).toBe(x >= 1 && x < 3 && y >= 1 ? 100 + i : i);
    });
  });
});
