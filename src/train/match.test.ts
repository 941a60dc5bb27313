import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { saveAdapter } from '../adapters/files';
import { methods } from '../adapters/index';
import { parseModel } from '../models';
import { twoTowers, withTextHead } from '../models/byText';
import { defined, several } from '../numbers/defined';
import { budgetRows } from './budget';
import { completeTrain } from './config';
import { solveMatch } from './match';
import { planRun } from './plan';
import type { BudgetRow } from './protocol';
import { workOf } from './work';

const model = parseModel({ model_type: 'vit', hidden_size: 60, num_hidden_layers: 2, num_attention_heads: 3, intermediate_size: 130, image_size: 16, patch_size: 8 }).with({ labels: ['a', 'b', 'c'] });
const train = completeTrain({ batch: 4 });
const base = { model, target_modules: [], reference: { method: 'lora', r: 4 }, train };

/** The methods that can be on the model. */
const fit = (rows: BudgetRow[]) => rows.filter(({ config }) => config);

test('by memory: the nearest setting, whose plan has the bytes that the row says', async () => {
  const { amount, rows } = await solveMatch({ ...base, by: 'memory', amount: 0 });
  const bytes = (config: { method: string }) => planRun(new Adapted(model, config), train, 1).plan.total_bytes;
  expect(amount).toBe(bytes({ method: 'lora', r: 4 } as never));
  expect(rows.map((row) => row.method)).toEqual(Object.keys(methods));
  for (const row of fit(rows)) expect(bytes(row.config!)).toBe(row.reached);
  const others = rows.filter(({ config }) => !config);
  expect(others.map(({ method }) => method)).toEqual(Object.keys(methods).filter((key) => defined(methods[key]).prompts?.texts));
  for (const { reason } of others) expect(reason!).toMatch(/a model needs a text tower, as CLIP has; models of the family vit have none/);
  const lora = rows.find((row) => row.method === 'lora')!;
  for (let r = 1; r <= 20; r++) expect(Math.abs(bytes({ method: 'lora', r } as never) - amount)).toBeGreaterThanOrEqual(Math.abs(lora.reached! - amount));
  expect(rows.find((row) => row.method === 'linear_probe')!.reason!).toMatch(/no setting/);
});

test('by work: shares of that of full fine-tuning, by the form each layer runs in', async () => {
  const { rows } = await solveMatch({ ...base, by: 'time', amount: 0.8 });
  expect(rows.find((row) => row.method === 'full')).toMatchObject({ reached: 1 });
  for (const row of fit(rows)) expect(workOf(new Adapted(model, row.config!), train.batch)).toBeCloseTo(row.reached!, 10);
  const lora = rows.find((row) => row.method === 'lora')!;
  expect(Math.abs(lora.reached! - 0.8)).toBeLessThan(0.08);
  const [low, high] = several(['1', '40'].map((r) => workOf(new Adapted(model, { method: 'lora', r: Number(r) }), 4)), 2);
  expect(low).toBeGreaterThan(2 / 3 - 1e-9);
  expect(high).toBeGreaterThan(low);
});

test('it can be ended', async () => {
  const abort = new AbortController();
  const solving = solveMatch({ ...base, by: 'memory', amount: 0, signal: abort.signal });
  abort.abort();
  await expect(solving).rejects.toThrow();
});

test('bytes of the file are those that are written', async () => {
  for (const config of [{ method: 'lora', r: 3 }, { method: 'randlora', r: 7 }, { method: 'vera', r: 9 }, { method: 'linear_probe' }]) {
    const adapted = new Adapted(model, config);
    const values = { ...(await adapted.initialise(0, async (name) => new Float32Array(adapted.trace.weights.get(name)!.reduce((a, b) => a * b, 1)))), ...adapted.newHead(0) };
    const files = await saveAdapter(adapted, values, { base: { id: 'x', source: null as never, config: {} } });
    const file = files.find(({ path }) => path.endsWith('.safetensors'))!;
    expect(file.bytes.length).toBe(adapted.fileBytes());
  }
});

test.each(['classes by text', 'pairs'])('a model whose head is fixed, %s: methods that cannot be on it say so, the others are matched', async (form) => {
  const sizes = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 2, num_attention_heads: 2 };
  const whole = parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...sizes, image_size: 8, patch_size: 4 }, text_config: { ...sizes, max_position_embeddings: 32, vocab_size: 20 } });
  const clip = form === 'pairs' ? twoTowers(whole) : withTextHead(whole, 2);
  const solved = [
    ...(['memory', 'time'] as const).map(async (by) => (await solveMatch({ ...base, model: clip, by, amount: 0 })).rows),
    Promise.resolve(budgetRows(clip, null, 500, train, 0)),
  ];
  for (const rows of await Promise.all(solved)) {
    expect(rows.map((row) => row.method)).toEqual(Object.keys(methods));
    for (const { method, config, work, reason } of rows) {
      if (method === 'linear_probe') expect([config, work, reason]).toEqual([null, undefined, 'It trains the head alone, and this model has a fixed one.']);
      else if (form === 'pairs' && defined(methods[method]).prompts?.texts) expect([config, work, reason!]).toEqual([null, undefined, expect.stringMatching(/learns from the classes of single images, not from pairs/)]);
      else expect([method, config?.method, work! > 0]).toEqual([method, method, true]);
    }
  }
});
