import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completeConfig } from '../adapters/fields';
import { methods } from '../adapters/index';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { budgetRows } from './budget';
import { completeTrain, defaultBudget, MAX_WORK } from './config';
import type { RecordedRun, Recording } from '../records/recording.meta';

/** The sizes of the built-in model. */
const nano = parseModel({ model_type: 'vit', hidden_size: 128, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 512, image_size: 32, patch_size: 4 }).with({ labels: Array.from({ length: 10 }, (_, i) => `${i}`) });
const rows = (batch: number, maxWork = MAX_WORK) => budgetRows(nano, null, 43_000, completeTrain({ batch }), maxWork);

test('no method of the default comparison takes more than 1.3 times the work of full fine-tuning', () => {
  for (const batch of [16, 32]) for (const { method, config, work } of rows(batch)) {
    // What trains texts has no place on it.
    expect([method, config === null]).toEqual([method, defined(methods[method]).prompts?.texts !== undefined]);
    if (config) expect(work).toBeLessThanOrEqual(MAX_WORK);
  }
  const of = (batch: number, maxWork?: number) => rows(batch, maxWork).find(({ method }) => method === 'vera')!;
  // The work of a step depends on the batch, and so does what is affordable.
  expect(Number(of(16).config!.r)).toBeLessThan(Number(of(32).config!.r));
  expect(of(16).reason!).toMatch(/its largest setting within 1\.3 times/);
  expect(of(16, 0)).toMatchObject({ reason: null });
  expect(of(16, 0).work).toBeGreaterThan(2);
});

test('four methods meet the default budget within 5 %', () => {
  for (const { method, parameters } of rows(16)) if (['randlora', 'lora', 'dora', 'nola'].includes(method)) expect([method, Math.abs(parameters / 43_000 - 1) < 0.05]).toEqual([method, true]);
});

test('the page begins with the sizes of LoRA and RandLoRA that its first comparison has recorded', () => {
  const { runs } = JSON.parse(readFileSync('src/ui/recorded/first-screen.json', 'utf8')) as Recording;
  const [{ spec }] = runs as [RecordedRun, ...RecordedRun[]];
  const config = JSON.parse(readFileSync(`public/models/${spec.model}/config.json`, 'utf8')) as Record<string, unknown>;
  const model = parseModel(config).with({ labels: Array.from({ length: 10 }, (_, i) => `${i}`), image_size: spec.train.image_size });
  const found = budgetRows(model, null, defaultBudget(runs.find(({ spec }) => spec.method.method === 'full')!.summary.plan.adapter_parameters), spec.train, MAX_WORK);
  for (const method of ['lora', 'randlora']) expect(completeConfig(runs.find(({ spec }) => spec.method.method === method)!.spec.method)).toEqual(completeConfig(found.find((row) => row.method === method)!.config!));
});
