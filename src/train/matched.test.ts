import { describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { parseModel } from '../models';
import { english } from '../said/said';
import { there } from '../testing/there';
import type { MethodConfig } from './protocol';
import { completeTrain } from './config';
import { solveMatch, type MatchRequest } from './match';
import { planRun, stepWork } from './plan';

const model = parseModel({ model_type: 'vit', hidden_size: 24, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 40, image_size: 16, patch_size: 8 }).with({ labels: ['a', 'b', 'c'] });
const train = completeTrain({ batch: 4 });
const QUERY = ['query'];
const base = { model, target_modules: QUERY, reference: { method: 'lora', r: 4, target_modules: QUERY }, train } satisfies Partial<MatchRequest>;
const config = (method: string, r: number): MethodConfig => ({ method, target_modules: QUERY, r });
const bytes = (c: MethodConfig) => planRun(new Adapted(model, c), train, 0).plan.total_bytes;
const work = (c: MethodConfig) => stepWork(new Adapted(model, c), train);

/** The row of one method. */
const row = async (method: string, request: Pick<MatchRequest, 'by' | 'amount'> & Partial<MatchRequest>) => {
  const { rows, amount } = await solveMatch({ ...base, only: [method], ...request });
  expect(rows.map((one) => one.method)).toEqual([method]);
  return { ...there(rows[0]), amount };
};

describe('the setting nearest to an amount', () => {
  test.each<[string, number]>([['lora', 24], ['vera', 96]])('of work, for %s, is the best of all', async (method, most) => {
    const all = Array.from({ length: most }, (_, i) => work(config(method, i + 1)));
    const [least, largest] = [Math.min(...all), Math.max(...all)];
    for (const amount of [least / 2, least, (there(all[1]) + there(all[0])) / 2 - 1e-9, (there(all[6]) + there(all[7])) / 2 + 1e-9, there(all[10]), there(all[13]), there(all[21]), 2 * largest]) {
      const found = await row(method, { by: 'time', amount });
      const r = Number(found.config?.r);
      expect(Math.abs(there(all[r - 1]) - amount)).toBeCloseTo(Math.min(...all.map((one) => Math.abs(one - amount))), 12);
      expect(found).toMatchObject({ config: config(method, r), amount, range: [least, largest], parameters: new Adapted(model, config(method, r)).counts().adapter_parameters });
      expect([found.reached, found.work]).toEqual([all[r - 1], all[r - 1]]);
      expect(found.reason === null).toBe(Math.abs(there(all[r - 1]) - amount) <= 0.1 * amount);
    }
  });

  test('of bytes, which fall with the setting of RandLoRA, is found as well', async () => {
    // A smaller r means more bases, and more parameters.
    const all = [1, 2].map((r) => bytes(config('randlora', r)));
    expect(there(all[0])).toBeGreaterThan(there(all[1]));
    for (const [i, amount] of all.entries()) expect(await row('randlora', { by: 'memory', amount })).toMatchObject({ config: config('randlora', i + 1), reached: amount, reason: null });
  });

  test('of bytes is by plans, and what one config takes where no amount is given', async () => {
    const found = await row('lora', { by: 'memory', amount: 0 });
    expect([found.amount, found.config, found.reached, found.reason]).toEqual([bytes(config('lora', 4)), config('lora', 4), bytes(config('lora', 4)), null]);
    expect(found.work).toBe(work(config('lora', 4)));
    expect(found.range).toEqual([bytes(config('lora', 1)), bytes(config('lora', 24))]);
  });

  test('says what it comes to: too little, too much, steps between, or no setting', async () => {
    const least = (await row('lora', { by: 'time', amount: 0.1 })).range[0];
    const sentence = async (method: string, by: 'time' | 'memory', amount: number) => english(there((await row(method, { by, amount })).reason));
    expect(await sentence('lora', 'time', least / 3)).toMatch(/at least \d+ % of the work of full fine-tuning \(r 1\)\.$/);
    expect(await sentence('lora', 'time', 50)).toMatch(/at most \d+ % .*\(r 24\)/);
    expect(await sentence('full', 'time', 0.1)).toMatch(/no setting: 100 %/);
    expect(await sentence('lora', 'memory', 1000)).toMatch(/at least 0\.\d MiB \(r 1\); a smaller batch/);
    expect(await sentence('lora', 'memory', 1e9)).toMatch(/at most 0\.\d MiB/);
  });

  test('is none for what has no setting, and for what cannot be on the model', async () => {
    const full = await row('full', { by: 'time', amount: 1 });
    expect(full).toMatchObject({ config: { method: 'full' }, reached: 1, range: [1, 1], work: 1, reason: null });
    expect((await row('kradapter', { by: 'time', amount: 1 })).config).toEqual({ method: 'kradapter', target_modules: QUERY });
    expect(await row('coop', { by: 'time', amount: 1 })).toMatchObject({ config: null, parameters: 0 });
    const { rows } = await solveMatch({ ...base, by: 'time', amount: 1, only: ['full', 'coop', 'lora'] });
    expect(rows.map(({ method, config: found }) => [method, found === null])).toEqual([['lora', false], ['coop', true], ['full', false]]);
  });

  test('is looked for until it is ended', async () => {
    for (const by of ['memory', 'time'] as const) await expect(solveMatch({ ...base, by, amount: 1, only: ['lora'], signal: AbortSignal.abort(new Error('ended')) })).rejects.toThrow('ended');
    await expect(solveMatch({ ...base, by: 'time', amount: 1, only: ['lora'], signal: new AbortController().signal })).resolves.toBeDefined();
  });

  test('leaves out what is so large that it cannot be recorded, and hands on every other error', async () => {
    expect(await row('full', { by: 'memory', amount: 1, train: { ...train, batch: 1e6 } })).toMatchObject({ reached: Infinity });
    await expect(row('full', { by: 'memory', amount: 1, device: {} as never })).rejects.toThrow(TypeError);
  });
});
