import { describe, expect, test, vi } from 'vitest';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';
import { withGuest } from '../testing/guestMethod';
import { there } from '../testing/there';
import { Adapted } from './adapted';
import { misfitRow, solveBudget, type WorkCap } from './budget';
import type { MethodConfig } from './field';
import { methods } from './index';

const sizes = { hidden_size: 60, num_hidden_layers: 3, num_attention_heads: 3, intermediate_size: 130, image_size: 16, patch_size: 8 };
const nano = parseModel({ model_type: 'vit', ...sizes });
const QUERY = ['query'];

/** The row of one method: on three layers of 60 x 60 unless it is said on which. */
const row = (method: string, wanted: number, { cap, on = QUERY, model = nano }: { cap?: WorkCap; on?: string | string[] | null; model?: typeof nano } = {}) => {
  const rows = solveBudget(model, on, wanted, cap, [method]);
  expect(rows).toHaveLength(1);
  return there(rows[0]);
};
const countOf = (config: MethodConfig) => new Adapted(nano, config).counts().adapter_parameters;

describe('the setting nearest to a number of parameters', () => {
  // Counts by the papers' formulas: LoRA r (in + out), VeRA r + out, NOLA two times the bases, each on three layers; PRANC its networks.
  test.each<[string, string, number, number, (setting: number) => number, number[]]>([
    ['lora', 'r', 1, 60, (r) => 3 * r * 120, [0, 1, 360, 539, 540, 541, 360 * 7, 360 * 7.5, 360 * 20 + 179, 360 * 60, 1e7]],
    ['vera', 'r', 1, 240, (r) => 3 * (r + 60), [0, 183, 184, 185, 450, 900, 5000]],
    ['nola', 'nola_num_bases', 1, 65_536, (n) => 6 * n, [0, 6, 8, 9, 10, 600, 603, 604, 6 * 16_384, 6 * 16_385 + 3, 6 * 65_535 + 3, 6 * 65_535 + 4, 6 * 65_536, 1e9]],
    ['pranc', 'num_alpha', 1, 65_535, (n) => n, [0, 1, 2, 5000, 65_534, 65_535, 70_000]],
  ])('of %s is found by formula', (method, field, low, high, count, budgets) => {
    for (const wanted of budgets) {
      const below = Math.min(high, Math.max(low, low + Math.floor((wanted - count(low)) / (count(low + 1) - count(low)))));
      // Of two that are as near the smaller one.
      const best = below < high && count(below + 1) - wanted < Math.abs(wanted - count(below)) ? below + 1 : below;
      const found = row(method, wanted);
      expect([wanted, found.config?.[field], found.parameters]).toEqual([wanted, best, count(best)]);
      expect(found.range).toEqual([count(low), count(high)]);
      expect([wanted, found.reason === null]).toEqual([wanted, Math.abs(count(best) - wanted) <= 0.1 * wanted]);
      expect(found.config).toEqual({ method, target_modules: QUERY, [field]: best });
    }
  });

  test('of RandLoRA, whose counts jump, is the best of all', () => {
    const counts = Array.from({ length: 60 }, (_, i) => countOf({ method: 'randlora', r: i + 1, target_modules: QUERY }));
    for (const wanted of [1, 200, 333, 420, 1500, 4000, 11_000, 1e6]) {
      const distances = counts.map((n) => Math.abs(n - wanted));
      const best = distances.indexOf(Math.min(...distances));
      expect(row('randlora', wanted)).toMatchObject({ config: { r: best + 1 }, parameters: counts[best], range: [Math.min(...counts), Math.max(...counts)] });
    }
  });

  test('counts layers of each size', () => {
    for (const on of ['all-linear', ['query', 'intermediate.dense'], null]) expect(row('lora', 20_000, { on }).parameters).toBe(countOf({ method: 'lora', r: Number(row('lora', 20_000, { on }).config?.r), target_modules: on }));
    expect(row('lora', 3 * (120 + 190), { on: ['query', 'intermediate.dense'] })).toMatchObject({ config: { r: 1 }, parameters: 3 * (120 + 190) });
  });

  test('is close within a tenth of what is wanted', () => {
    expect([row('lora', 400), row('lora', 401), row('lora', 328), row('lora', 327)].map(({ parameters, reason }) => [parameters, reason === null])).toEqual([[360, true], [360, false], [360, true], [360, false]]);
  });

  test('says whether it has too few, too many or none between', () => {
    const sentences = [1, 1e7, 540].map((wanted) => there(row('lora', wanted).reason));
    expect(sentences.map((text) => [/at least.*\(r 1\)/, /at most.*\(r 60\)/, /steps.*\(r 1\)/].map((word) => word.test(text)))).toEqual([[true, false, false], [false, true, false], [false, false, true]]);
  });

  test.each<[{ min?: number; max?: number }, [number, number], [number, number]]>([
    [{ min: 3, max: 5 }, [1, 10], [3, 5]],
    [{ min: 3, max: 5 }, [4, 4], [4, 4]],
    [{}, [2, 10], [2, 10]],
  ])('is one that the method allows, %j, and the layers, %j', (bounds, range, [least, most]) =>
    withGuest({ range: () => range }, bounds, () => {
      expect([row('guest', 1), row('guest', 1e7)].map(({ config }) => config?.r)).toEqual([least, most]);
      expect(row('guest', 1).range).toEqual([360 * least, 360 * most]);
    }));

  /** Counts by a rule, on three layers. */
  const counted = (method: string, end: number, count: (r: number) => number, body: () => void) => withGuest({ range: () => [1, end], tensors: ({ r }) => ({ w: [count(Number(r))] }) }, {}, body, method);

  test('is looked for among all of them, up to 16,385', async () => {
    const falling = (r: number) => 40_000 - r;
    await counted('falling', 16_385, falling, () => {
      expect(row('falling', 3 * falling(5))).toMatchObject({ config: { r: 5 }, range: [3 * falling(16_385), 3 * falling(1)] });
      expect(row('falling', 1, { cap: { of: ({ r }) => Number(r), most: 9 } })).toMatchObject({ config: { r: 9 } });
    });
    const asked = vi.fn((r: number) => r);
    await counted('asked', 16_386, asked, () => void row('asked', 3000));
    expect(asked.mock.calls.length).toBeLessThan(50);
  });

  test('is the smallest of those that are as near, of more than that', () =>
    counted('stepping', 65_536, (r) => r >> 3, () => expect(row('stepping', 3 * 1000).config?.r).toBe(8000)));
});

describe('methods of one size', () => {
  test('have it whatever is wanted', () => {
    const { weights, head } = new Adapted(nano, { method: 'full' }).trace;
    const all = [...weights].filter(([name]) => !head.has(name)).reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(row('full', 5)).toMatchObject({ config: { method: 'full' }, parameters: all, range: [all, all] });
    expect([row('full', 5).reason === null, row('full', all).reason]).toEqual([false, null]);
    expect(row('linear_probe', 5)).toMatchObject({ config: { method: 'linear_probe' }, parameters: 0, range: [0, 0] });
    expect([/head alone/.test(there(row('linear_probe', 5).reason)), row('linear_probe', 0).reason]).toEqual([true, null]);
    const count = countOf({ method: 'kradapter', target_modules: QUERY });
    expect(count).toBeGreaterThan(0);
    expect(row('kradapter', 5)).toMatchObject({ config: { method: 'kradapter', target_modules: QUERY }, parameters: count, range: [count, count] });
  });

  test('are all there, in order, unless some are asked for', () => {
    expect(solveBudget(nano, QUERY, 1000).map(({ method }) => method)).toEqual(Object.keys(methods));
    expect(solveBudget(nano, QUERY, 1000, undefined, ['vera', 'lora']).map(({ method }) => method)).toEqual(Object.keys(methods).filter((key) => key === 'vera' || key === 'lora'));
  });

  test('that cannot be on a model say so', () => {
    const tower = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 1, num_attention_heads: 2 };
    const clip = withTextHead(parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, max_position_embeddings: 32, vocab_size: 20 } }), 2);
    const misfit = (method: string) => ({ method, config: null, parameters: 0, range: [0, 0], reason: expect.anything() as unknown });
    expect(misfitRow('linear_probe', clip)).toEqual(misfit('linear_probe'));
    expect(misfitRow('coop', nano)).toEqual(misfit('coop'));
    for (const [method, model] of [['linear_probe', nano], ['coop', clip], ['lora', nano], ['lora', clip], ['full', clip]] as const) expect([method, misfitRow(method, model)]).toEqual([method, null]);
    const cap = { of: () => 1, most: 2 };
    const [coop] = solveBudget(nano, QUERY, 100, cap, ['coop']);
    expect(coop).toEqual(misfit('coop'));
    // A step's work is said of those that can.
    expect(there(solveBudget(nano, QUERY, 100, cap, ['full'])[0]).work).toBe(1);
    expect(there(solveBudget(nano, QUERY, 100, undefined, ['full'])[0])).not.toHaveProperty('work');
  });
});

describe('work has a cap', () => {
  const tenth = (field: string, most: number, share = 0.1): WorkCap => ({ of: (config) => share * Number(config[field]), most });

  test('within which all is as without it', () => {
    for (const wanted of [360 * 5, 100]) expect(row('lora', wanted, { cap: tenth('r', 0.5) })).toEqual({ ...row('lora', wanted), work: 0.1 * Number(row('lora', wanted).config?.r) });
    // At the cap itself, too: why its count is another has nothing to do with it.
    expect(row('lora', 540, { cap: tenth('r', 0.1) })).toEqual({ ...row('lora', 540), work: 0.1 });
  });

  test('at which the last setting within it is taken', () => {
    const capped = row('lora', 360 * 9, { cap: tenth('r', 0.5) });
    expect(capped).toMatchObject({ config: { method: 'lora', target_modules: QUERY, r: 5 }, parameters: 1800, range: [360, 360 * 60], work: 0.5 });
    expect(there(capped.reason)).toMatch(/0\.9 times.*largest setting/);
    // Close enough all the same.
    expect(row('lora', 1985)).toMatchObject({ config: { r: 6 } });
    expect(row('lora', 1985, { cap: tenth('r', 0.5) })).toMatchObject({ config: { r: 5 }, reason: null });
    for (const most of [1, 2, 58, 59]) expect(row('lora', 1e6, { cap: tenth('r', most, 1) }).config?.r).toBe(most);
  });

  test('which may leave more than was wanted, where counts fall', () => {
    const capped = row('randlora', 300, { cap: tenth('r', 0.5) });
    const counts = [1, 2, 3, 4, 5].map((r) => countOf({ method: 'randlora', r, target_modules: QUERY }));
    expect(capped.parameters).toBe(Math.min(...counts));
    expect(there(capped.reason)).toMatch(/nearest setting/);
  });

  test('which long ranges keep to as well', () => {
    for (const end of [20_000, 16_385, 10_000, 1]) expect(row('nola', 1e6, { cap: tenth('nola_num_bases', end, 1) })).toMatchObject({ config: { nola_num_bases: end }, parameters: 6 * end, range: [6, 6 * 65_536], work: end });
  });

  test('and where nothing is within it, the count decides', () => {
    const never = row('lora', 360 * 4, { cap: { of: () => 1.64, most: 1.3 } });
    expect(never).toMatchObject({ config: { r: 4 }, parameters: 1440, work: 1.64 });
    expect(there(never.reason)).toMatch(/1\.6 times.*at any setting/);
  });
});

describe('what was counted', () => {
  /** Counts the calls that ask a method for its tensors. */
  const asked = (body: () => unknown): number => {
    const spy = vi.spyOn(there(methods.lora), 'tensors');
    try {
      body();
      return spy.mock.calls.length;
    } finally {
      spy.mockRestore();
    }
  };
  const model = (width: number) => parseModel({ model_type: 'vit', ...sizes, hidden_size: 12, num_attention_heads: 2, num_hidden_layers: 1, intermediate_size: width });
  const solve = (width: number) => row('lora', 5000, { on: ['intermediate.dense'], model: model(width) });

  test('is kept of what was asked about last', () => {
    expect(asked(() => solve(8))).toBeGreaterThan(5);
    for (let width = 9; width < 9 + 63; width++) solve(width);
    expect(asked(() => solve(8))).toBe(0);
    // Used last, it is the last to go.
    solve(100);
    expect(asked(() => solve(8))).toBe(0);
    expect(asked(() => solve(9))).toBeGreaterThan(5);
  });

  test('of one model is not taken for another\'s', () => {
    expect([8, 80, 8].map((width) => solve(width).parameters % (12 + width))).toEqual([0, 0, 0]);
    expect(row('lora', 360)).toMatchObject({ parameters: 360 });
    expect(row('lora', 360, { model: parseModel({ model_type: 'vit', ...sizes, num_hidden_layers: 2 }) })).toMatchObject({ config: { r: 1 }, parameters: 240 });
  });
});
