import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parseModel } from '../models';
import type { MethodConfig } from './field';
import { Adapted } from './adapted';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { settingsOf, solveBudget } from './budget';
import { completeConfig, methodFields } from './fields';
import { methods } from './index';
import { placeless } from './prompts/model';

const vit = parseModel({ model_type: 'vit' });
const nano = parseModel({ model_type: 'vit', hidden_size: 60, num_hidden_layers: 3, num_attention_heads: 3, intermediate_size: 130, image_size: 16, patch_size: 8 });
const row = (rows: ReturnType<typeof solveBudget>, method: string) => rows.find((r) => r.method === method)!;

describe('the budget solver', () => {
  test('a ViT-B at 4.7 million', () => {
    const rows = solveBudget(vit, ['query', 'key', 'value', 'intermediate.dense', 'layer.0.output.dense'], 4_718_592);
    expect(rows.map((r) => r.method)).toEqual(Object.keys(methods));
    const all = solveBudget(vit, [], 4_718_592);
    expect(row(all, 'lora')).toMatchObject({ config: { method: 'lora', r: 32 }, parameters: 4_718_592, reason: null });
    expect(row(all, 'dora')).toMatchObject({ config: { r: 31 }, parameters: 31 * 147_456 + 73_728, reason: null });
    expect(row(all, 'randlora')).toMatchObject({ config: { r: 8 }, parameters: 4_469_760, reason: null });
    expect(row(all, 'nola')).toMatchObject({ config: { nola_num_bases: 39_322 }, parameters: 60 * 2 * 39_322 });
    expect(row(all, 'vera').parameters).toBe(row(all, 'vera').range[1]);
    expect(row(all, 'vera').reason!).toMatch(/at most .* parameters on these layers/);
    expect(row(all, 'full')).toMatchObject({ config: { method: 'full' }, parameters: 85_798_656 });
    expect(row(all, 'full').reason!).toMatch(/all weights/);
    expect(row(all, 'linear_probe')).toMatchObject({ parameters: 0, range: [0, 0] });
  });

  test('what cannot be reached says why', () => {
    expect(row(solveBudget(vit, ['query'], 1), 'lora').reason!).toMatch(/at least 18,432 parameters on these layers \(r 1\)/);
    expect(row(solveBudget(vit, ['query'], 1), 'randlora').reason!).toMatch(/at least/);
    expect(row(solveBudget(vit, ['query'], 27_000), 'lora').reason!).toMatch(/steps/);
    expect(row(solveBudget(vit, ['query'], 0), 'linear_probe').reason).toBeNull();
    expect(() => solveBudget(vit, ['nothing'], 10)).toThrow(/matches no layer/);
  });

  test('no other setting is nearer, and every count is what an adapter has', () => {
    const targets = fc.constantFrom<string | string[]>(['query'], ['query', 'value'], ['intermediate.dense'], 'all-linear', []);
    fc.assert(
      fc.property(targets, fc.double({ min: 0, max: Math.log(400_000), noNaN: true }).map((x) => Math.round(Math.exp(x))), (target_modules, wanted) => {
        for (const { method, config, parameters, range, reason } of solveBudget(nano, target_modules, wanted)) {
          if (placeless(defined(methods[method]), nano)) {
            expect([config, parameters]).toEqual([null, 0]);
            continue;
          }
          const counts = new Adapted(nano, config!).counts();
          expect(counts.adapter_parameters).toBe(parameters);
          expect(reason === null).toBe(Math.abs(parameters - wanted) <= 0.1 * wanted);
          const field = defined(methodFields[method]).budget;
          if (!field) continue;
          const { layers } = new Adapted(nano, config!);
          const { multiple = 1 } = defined(methods[method]);
          const [low, high] = settingsOf(defined(methods[method]), layers, nano);
          const base = completeConfig(config!);
          let [least, most] = [Infinity, 0];
          const common = (c: MethodConfig) => Object.values({ ...defined(methods[method]).common?.(c, layers), ...defined(methods[method]).prompts?.tensors(c, nano, traceModel(nano).blocks) }).reduce((k, { shape }) => k + shape.reduce((x, y) => x * y, 1), 0);
          for (let s = low; s <= high; s += high > 10_000 ? 61 : multiple) {
            const n = layers.reduce((sum, l) => sum + Object.values(defined(methods[method]).tensors({ ...base, [field]: s, ...defined(methods[method]).settled?.({ ...base, [field]: s }, layers)(l) }, l)).reduce((k, shape) => k + shape.reduce((x, y) => x * y, 1), 0), common({ ...base, [field]: s }));
            [least, most] = [Math.min(least, n), Math.max(most, n)];
            expect(Math.abs(n - wanted)).toBeGreaterThanOrEqual(Math.abs(parameters - wanted));
          }
          expect(range[0]).toBe(least);
          expect(range[1]).toBeGreaterThanOrEqual(most);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('work has a cap: the largest setting within it, and why', () => {
    // Twice the work at each doubling, from a tenth at r 1.
    const cap = { of: ({ r }: MethodConfig) => 0.1 * Number(r ?? 1), most: 1.3 };
    const free = row(solveBudget(vit, ['query'], 50_000), 'vera');
    const vera = row(solveBudget(vit, ['query'], 50_000, cap), 'vera');
    expect(Number(free.config!.r)).toBeGreaterThan(13);
    expect(vera).toMatchObject({ config: { r: 13 }, work: expect.closeTo(1.3, 9) });
    expect(vera.parameters).toBeLessThan(free.parameters);
    expect(vera.reason!).toMatch(/^It would take [\d,.]+ times the work of full fine-tuning at r \d+; r 13 is its largest setting within 1\.3 times\.$/);
    // What is affordable stays as it is.
    expect(row(solveBudget(vit, ['query'], 18_432 * 4, cap), 'lora')).toMatchObject({ config: { r: 4 }, reason: null, work: 0.4 });
    // Where nothing is, the budget decides, and it is said.
    const never = row(solveBudget(vit, ['query'], 18_432 * 4, { of: () => 1.6, most: 1.3 }), 'lora');
    expect(never).toMatchObject({ config: { r: 4 } });
    expect(never.reason!).toMatch(/^It takes 1\.6 times .* at any setting; a larger batch/);
  });

  test('a slider can call it: what was counted is not counted again', () => {
    const before = solveBudget(vit, [], 1e6);
    const spies = Object.values(methods).map((method) => vi.spyOn(method, 'tensors'));
    try {
      expect(solveBudget(vit, [], 1e6)).toEqual(before);
      for (let i = 2; i <= 5; i++) solveBudget(vit, [], i * 1e6);
      const asked = spies.map((spy) => spy.mock.calls.length);
      // Of a method with one size it is asked once a call and size of layer; of the others only what halving a long range comes to.
      expect(Math.max(...asked)).toBeLessThan(500);
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });
});
