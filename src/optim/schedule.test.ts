import { describe, expect, test } from 'vitest';
import { biasCorrections, scheduleFactor } from './schedule';

/** transformers.optimization: _get_cosine_schedule_with_warmup_lr_lambda with num_cycles 0.5, and the constant one. */
function transformers(kind: 'cosine' | 'constant', step: number, total: number, warmup: number): number {
  if (step < warmup) return step / Math.max(1, warmup);
  if (kind === 'constant') return 1;
  const progress = (step - warmup) / Math.max(1, total - warmup);
  return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * 0.5 * 2 * progress)));
}

describe('schedule', () => {
  test.each(['cosine', 'constant'] as const)('%s equals transformers', (kind) => {
    for (const [total, warmup] of [[10, 0], [10, 3], [1, 0], [5, 5], [3, 7], [100, 1]] as const) {
      for (let step = 0; step <= total; step++) expect(scheduleFactor(kind, step, total, warmup)).toBe(transformers(kind, step, total, warmup));
    }
  });

  test('known values', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((step) => scheduleFactor('cosine', step, 6, 2).toFixed(4))).toEqual(['0.0000', '0.5000', '1.0000', '0.8536', '0.5000', '0.1464', '0.0000']);
  });

  test('a line falls to 0 at the end, and stays there', () => {
    // get_linear_schedule_with_warmup(optimizer, 2, 6)
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((step) => scheduleFactor('linear', step, 6, 2))).toEqual([0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0]);
    expect(scheduleFactor('linear', 7, 3, 7)).toBe(1);
  });

  test('bias corrections are taken in f64', () => {
    expect(biasCorrections(1, 0.9, 0.999).c1).toBeCloseTo(10, 12);
    expect(biasCorrections(1, 0.9, 0.999).c2).toBeCloseTo(1 / Math.sqrt(0.001), 10);
    const late = biasCorrections(100_000, 0.9, 0.999);
    expect(late).toEqual({ c1: 1, c2: 1 });
  });
});
