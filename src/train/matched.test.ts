import { describe, expect, test, vi } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { parseModel } from '../models';
import { withGuest } from '../testing/guestMethod';
import { there } from '../testing/there';
import type { MethodConfig } from './protocol';
import { completeTrain } from './config';
import { nearest, solveMatch, type MatchRequest } from './match';
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
    const sentence = async (method: string, by: 'time' | 'memory', amount: number) => there((await row(method, { by, amount })).reason);
    expect(await sentence('lora', 'time', least / 3)).toMatch(/at least \d+ % of the work of full fine-tuning \(r 1\)\.$/);
    expect(await sentence('lora', 'time', 50)).toMatch(/at most \d+ % .*\(r 24\)/);
    expect(await sentence('full', 'time', 0.1)).toMatch(/no setting: 100 %/);
    expect(await sentence('lora', 'memory', 1000)).toMatch(/at least 0\.\d MiB \(r 1\); a smaller batch/);
    expect(await sentence('lora', 'memory', 1e9)).toMatch(/at most 0\.\d MiB/);
    await withGuest({ cost: ({ r }) => ({ streamed: 10 ** (2 + Number(r)) }) }, { min: 3, max: 5 }, async () => {
      const [least, most] = (await row('guest', { by: 'time', amount: 1 })).range;
      expect(await sentence('guest', 'time', (least + most) / 2)).not.toMatch(/at (most|least)/);
    });
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

describe('what is measured', () => {
  const asked = async (from: number, to: number, wanted: number, value: (setting: number) => number) => {
    const seen: number[] = [];
    const best = await nearest(from, to, wanted, (setting) => Promise.resolve((seen.push(setting), value(setting))));
    return { best, seen: [...new Set(seen)] };
  };

  test.each<[string, (setting: number) => number]>([
    ['rises', (setting) => setting * setting],
    ['falls', (setting) => -7 * setting],
    ['rises in steps', (setting) => (setting >> 2) * 10],
  ])('leads to the nearest where it %s', async (_, value) => {
    for (const [from, to] of [[1, 24], [1, 1], [3, 50], [0, 9], [1, 64]] as const) {
      const all = Array.from({ length: to - from + 1 }, (__, i) => value(from + i));
      for (const wanted of [...all, ...all.map((one) => one + 0.4), Math.min(...all) - 5, Math.max(...all) + 5]) {
        const { best, seen } = await asked(from, to, wanted, value);
        expect([from, to, wanted, Math.abs(value(best) - wanted)]).toEqual([from, to, wanted, Math.min(...all.map((one) => Math.abs(one - wanted)))]);
        expect(seen.filter((one) => one < from || one > to)).toEqual([]);
      }
    }
  });

  test('is powers of four, and halves where what is wanted lies between two of them', async () => {
    expect(await asked(1, 24, 100, (setting) => setting)).toEqual({ best: 24, seen: [1, 4, 16, 24] });
    expect(await asked(1, 24, 16, (setting) => setting)).toEqual({ best: 16, seen: [1, 4, 16, 24] });
    expect(await asked(1, 24, 7, (setting) => setting)).toEqual({ best: 7, seen: [1, 4, 16, 24, 10, 7, 5, 6] });
    expect(await asked(0, 24, -1, (setting) => setting)).toEqual({ best: 0, seen: [0, 1, 4, 16, 24] });
    expect(await asked(1, 64, -16, (setting) => -setting)).toEqual({ best: 16, seen: [1, 4, 16, 64] });
    // Of equal ones the first.
    expect(await asked(1, 24, 3, () => 5)).toEqual({ best: 1, seen: [1, 4, 16, 24] });
    expect(await asked(1, 24, 5, (setting) => (setting < 4 ? 0 : 10))).toMatchObject({ best: 1 });
  });

  test('is measured once, and what takes long lets others have their turn', async () => {
    const pauses = async (request: Pick<MatchRequest, 'by' | 'amount'> & Partial<MatchRequest>) => {
      const timers = vi.spyOn(globalThis, 'setTimeout');
      try {
        await row('lora', request);
        return timers.mock.calls.length;
      } finally {
        timers.mockRestore();
      }
    };
    const amount = bytes(config('lora', 7));
    expect(await pauses({ by: 'memory', amount })).toBe(8);
    expect(await pauses({ by: 'time', amount: work(config('lora', 7)) })).toBe(0);
    expect(await pauses({ by: 'time', amount: 100, train: { ...train, accumulate: 2 } })).toBe(4);
  });

  test('is within what the method allows, and what cannot be recorded counts for nothing', async () => {
    await withGuest({ range: () => [1, 2 ** 30] }, { min: 3, max: 5 }, async () => {
      expect(await row('guest', { by: 'memory', amount: 1 })).toMatchObject({ config: { r: 3 }, range: [bytes(config('lora', 3)), bytes(config('lora', 5))] });
    });
    await withGuest({ range: () => [1, 2 ** 30] }, {}, async () => {
      const { range, config: found } = await row('guest', { by: 'memory', amount: 1 });
      expect([found?.r, range[0], Number.isFinite(range[1])]).toEqual([1, bytes(config('lora', 1)), true]);
    });
  });
});
