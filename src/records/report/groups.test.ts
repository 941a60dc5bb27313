import { describe, expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { runRecord } from '../../testing/runRecord';
import type { MethodConfig, RunRecord, TrainConfig } from '../../train/protocol';
import { comparisons, standing, unequal, type Comparison } from './groups';

/** A run of one seed whose test accuracy is `accuracy`. */
function scored(method: MethodConfig, seed: number, accuracy: number, change: Partial<RunRecord> = {}, train: Partial<TrainConfig> = {}): RunRecord {
  const run = runRecord({}, { seed, ...train }, method);
  const final = run.summary?.final;
  if (!final) throw new Error('a record without a result');
  return { ...run, summary: { ...run.summary, final: { ...final, accuracy } }, ...change } as RunRecord;
}
const lora = { method: 'lora', r: 8 };
const [vera, full, probe] = [{ method: 'vera' }, { method: 'full' }, { method: 'linear_probe' }];
const withParameters = (run: RunRecord, adapter_parameters: number): RunRecord => ({ ...run, summary: run.summary && { ...run.summary, plan: { ...run.summary.plan, adapter_parameters } } });
const percent = (mean: number) => (100 * mean).toFixed(1);
const only = (runs: RunRecord[]): Comparison => {
  const [one, ...others] = comparisons(runs);
  if (!one || others.length > 0) throw new Error('not one comparison');
  return one;
};
const names = (groups: readonly { method: MethodConfig }[]) => groups.map(({ method }) => method.method);

describe('comparisons', () => {
  test('are of one model, one data set and one thing that is learned, by their titles where they have any', () => {
    const other = (change: Partial<RunRecord['spec']>) => {
      const run = scored(lora, 0, 0.5);
      return { ...run, spec: { ...run.spec, ...change } };
    };
    const runs = [scored(lora, 0, 0.5), other({ model: 'm2' }), other({ data: 'd2' }), other({ text: { task: 'text-classification' } }), scored(lora, 1, 0.6, { model_title: 'A model', data_title: 'A set' })];
    expect(comparisons(runs).map(({ model, data, about, groups }) => [model, data, about, groups.map((group) => group.runs.length)])).toEqual([
      ['vit-nano', 'fashion-mnist', 'pictures', [2]], ['m2', 'fashion-mnist', 'pictures', [1]], ['vit-nano', 'd2', 'pictures', [1]], ['vit-nano', 'fashion-mnist', 'texts', [1]],
    ]);
    expect(comparisons(runs.slice(4)).map(({ model, data }) => [model, data])).toEqual([['A model', 'A set']]);
    expect(comparisons([])).toEqual([]);
  });

  test('have a group for each setting, the best first and those without a result last', () => {
    const { groups } = only([scored(lora, 0, 0.5), runRecord({ summary: null, evaluations: [] }, {}, probe), scored(full, 0, 0.9), scored(lora, 1, 0.7), scored(vera, 0, 0.65)]);
    expect(groups.map(({ method, runs, test }) => [method.method, runs.length, test && percent(test.mean)])).toEqual([['full', 1, '90.0'], ['vera', 1, '65.0'], ['lora', 2, '60.0'], ['linear_probe', 1, null]]);
    expect(groups.at(-1)).toMatchObject({ balanced: null, f1: null, trainable: NaN, adapter: NaN, bytes: NaN });
  });

  test('know means, counts and bytes of a group; the same seed twice is one', () => {
    // Each first step has waited for kernels to be compiled, which is no time of a method.
    const steps = (ms: number) => ({ curve: runRecord().curve.map((point, i) => ({ ...point, ms: i === 0 ? 90_000 : ms })) });
    const [group] = only([scored(lora, 0, 0.5, steps(250)), scored(lora, 0, 0.5, steps(1000)), scored(lora, 1, 0.6, steps(1750))]).groups;
    expect(group).toMatchObject({ trainable: 1154, adapter: 1024, bytes: 24_608, seconds: 4 });
    expect(only([scored(lora, 0, 0.5, { seconds: 3, curve: [] })]).groups[0]?.seconds).toBe(3);
    const { device } = runRecord().summary!;
    const elsewhere = scored(lora, 1, 0.6);
    expect(only([scored(lora, 0, 0.5), { ...elsewhere, summary: { ...elsewhere.summary!, device: { ...device, description: 'a card' } } }]).groups[0]?.seconds).toBeNaN();
    expect(group?.test).toMatchObject({ n: 2, mean: expect.closeTo(0.55, 12) as number });
    // [[7, 3], [2, 8]] and [[8, 2], [2, 8]], of each ten.
    expect(group?.balanced?.mean).toBeCloseTo((0.75 + 0.8) / 2, 12);
    expect(group?.f1?.mean).toBeCloseTo((14 / 19 + 16 / 21 + 2 * 0.8) / 4, 12);
  });
});

describe('how groups stand', () => {
  const three = (method: MethodConfig, accuracy: number, spread = 0.01) => [0, 1, 2].map((seed) => scored(method, seed, accuracy + (seed - 1) * spread));

  test('below the best by more than chance, not told apart, or with too few seeds', () => {
    const { ranked, off, fixed } = standing(only([...three(lora, 0.9), ...three(vera, 0.5), ...three(full, 0.89, 0.05), scored(probe, 0, 0.1), runRecord({ summary: null, evaluations: [] }, {}, { method: 'dora' })]))!;
    expect(ranked.map(({ group, verdict, difference }) => [group.method.method, verdict, difference?.basis])).toEqual([['lora', 'best', undefined], ['full', 'alike', 'seeds'], ['vera', 'below', 'seeds'], ['linear_probe', 'open', 'none']]);
    expect([names(off), names(fixed)]).toEqual([[], ['full', 'linear_probe']]);
  });

  test('who misses the budget that others share is left out, however good', () => {
    const runs = [...three(lora, 0.7), ...three(vera, 0.6), ...three({ method: 'randlora' }, 0.9).map((run) => withParameters(run, 9000)), ...three(full, 0.8)];
    const found = standing(only(runs));
    expect(found && [defined(found.ranked[0]).group.method.method, names(found.off), names(found.fixed)]).toEqual(['full', ['randlora'], ['full']]);
    // Chosen by a most of parameters, all count.
    expect(standing(only(runs), true)!.ranked.map(({ group }) => group.method.method)).toEqual(['randlora', 'full', 'lora', 'vera']);
  });

  test('without a budget that methods share nobody misses it, and nobody is without', () => {
    const found = standing(only([...three(lora, 0.7), ...three(full, 0.8)]));
    expect(found && [defined(found.ranked[0]).group.method.method, found.off, found.fixed]).toEqual(['full', [], []]);
  });

  test('nothing without a result', () => {
    expect(standing(only([runRecord({ summary: null, evaluations: [] })]))).toBeNull();
  });
});

test('settings are unequal among runs that have a result', () => {
  const run = (batch: number, change: Partial<RunRecord> = {}) => scored({ method: batch === 2 ? 'lora' : 'vera' }, 0, 0.5, change, { batch });
  expect(unequal(only([run(2), run(8)]))).toEqual([['batch', [2, 8]]]);
  expect(unequal(only([run(2), run(8, { summary: null, evaluations: [] })]))).toEqual([]);
});
