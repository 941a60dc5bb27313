import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { writeSafetensors } from '../io/safetensors';
import { familyConfigs, familyFiles } from '../testing/tinyFamilies';
import { main } from './main';

/** Output of `train`, read by every command that takes an adapter. */
const dir = mkdtempSync(join(tmpdir(), 'fullrank-reopened-'));
const at = (name: string) => join(dir, name);
const data = at('data');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

beforeAll(() => {
  mkdirSync(data);
  writeFileSync(join(data, 'dataset.json'), JSON.stringify({ name: 'colours', classes: ['cat', 'dog', 'owl', 'elk'] }));
  for (const split of ['train', 'test']) {
    const images = Uint8Array.from({ length: 8 * 16 * 16 * 3 }, (_, i) => ((Math.floor(i / 768) % 4) * 60 + (i % 3) * 9) % 256);
    writeFileSync(join(data, `${split}.safetensors`), writeSafetensors({ images: { dtype: 'U8', shape: [8, 16, 16, 3], data: images }, labels: { dtype: 'U8', shape: [8], data: Uint8Array.from({ length: 8 }, (_, i) => i % 4) } }));
  }
});

const err: string[] = [];
beforeEach(() => {
  err.length = 0;
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  return () => vi.restoreAllMocks();
});

async function run<T>(...argv: string[]): Promise<T> {
  const code = await main([...argv, '--json', at('result.json')]);
  expect(err).toEqual([]);
  expect(code).toBe(0);
  return JSON.parse(readFileSync(at('result.json'), 'utf8')) as T;
}

// Every family with an adapter; the one whose head is another for new labels also with what saves whole weights.
const cases = [...Object.keys(familyConfigs).map((family) => ({ family, method: 'lora' })), ...['randlora', 'full', 'linear_probe'].map((method) => ({ family: 'DeiT, two heads', method }))];
test.each(cases)('$family, $method: eval, predict, step, export, merge and train go on from it', async ({ family, method }) => {
  const [model, out] = [at(family), at(`${family} ${method}`)];
  mkdirSync(model, { recursive: true });
  for (const [path, bytes] of Object.entries(familyFiles(family))) writeFileSync(join(model, path), bytes);
  interface Result { accuracy: number; loss: number }
  const { summary } = await run<{ summary: { final: Result } }>('train', '--model', model, '--data', data, '--method', method, ...(/lora/.test(method) ? ['--r', '2'] : []), '--steps', '1', '--batch', '4', '--lr', '0.02', '--out', out);
  const from = ['--model', model, '--adapter', out];
  const evaluated = await run<Result>('eval', ...from, '--data', data);
  expect(evaluated.accuracy).toBe(summary.final.accuracy);
  expect(evaluated.loss).toBeCloseTo(summary.final.loss, 5);
  const { labels } = await run<{ labels: string[] }>('predict', ...from, '--data', data, '--out', at('predicted.csv'));
  expect(labels).toEqual(['cat', 'dog', 'owl', 'elk']);
  if (/lora/.test(method)) {
    await run('export', ...from, '--out', `${out} for PEFT`);
    expect((await run<Result>('eval', '--model', model, '--adapter', `${out} for PEFT`, '--data', data)).loss).toBeCloseTo(summary.final.loss, 5);
    await run('train', ...from, '--data', data, '--steps', '1', '--batch', '4');
  }
  for (const format of ['safetensors', 'onnx']) await run('merge', ...from, '--out', `${out} ${format}`, '--format', format);
  const merged = await run<Result>('eval', '--model', `${out} safetensors`, '--data', data);
  expect(merged.loss).toBeCloseTo(summary.final.loss, 5);
});
