import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { tinyClipFiles } from '../testing/tinyClip';
import { main } from './main';

const dir = mkdtempSync(join(tmpdir(), 'fullrank-clip-'));
const clip = join(dir, 'clip');
beforeAll(() => {
  mkdirSync(clip);
  for (const [name, bytes] of Object.entries(tinyClipFiles())) writeFileSync(join(clip, name), bytes);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  return () => vi.restoreAllMocks();
});

async function ok<T>(...argv: string[]): Promise<T> {
  const json = join(dir, 'result.json');
  const code = await main([...argv, '--json', json]);
  expect([code, lines]).toEqual([0, []]);
  return JSON.parse(readFileSync(json, 'utf8')) as T;
}

async function fails(...argv: string[]): Promise<string> {
  expect(await main(argv)).toBeGreaterThan(0);
  return lines.pop()!;
}

interface Eval { accuracy: number; loss: number; count: number; zero_shot: boolean; templates: string[]; labels: string[] }
const evaluate = (...more: string[]) => ok<Eval>('eval', '--model', clip, '--data', 'fashion-mnist', '--limit', '12', '--batch', '8', ...more);

test('eval: zero-shot from class names, with templates as text or from a file', async () => {
  const plain = await evaluate();
  expect(plain).toMatchObject({ count: 12, zero_shot: true, templates: ['a photo of a {}.'] });
  expect(plain.labels.length).toBe(10);
  writeFileSync(join(dir, 'templates.txt'), 'photo of {}\na {} in a photo.\n');
  const file = await evaluate('--templates', join(dir, 'templates.txt'));
  const text = await evaluate('--templates', 'photo of {}|a {} in a photo.');
  expect(file.templates).toEqual(['photo of {}', 'a {} in a photo.']);
  expect({ ...text }).toEqual({ ...file });
  expect(file.loss).not.toBe(plain.loss);
  expect(await fails('eval', '--model', clip, '--data', 'fashion-mnist', '--templates', 'a photo')).toMatch(/has no \{\} for the name of the class/);
  expect(await fails('eval', '--model', 'vit-nano', '--data', 'fashion-mnist', '--templates', '{}')).toMatch(/a text head needs a CLIP model; this is vit/);
});

const flags = ['--data', 'fashion-mnist', '--train-limit', '24', '--test-limit', '12', '--batch', '6', '--steps', '2'];

test.each([
  ['the text head', ['--method', 'lora']],
  ['both towers', ['--method', 'randlora', '--r', '4', '--loss', 'contrastive', '--templates', 'photo of {}|{}']],
  ['both towers, all weights', ['--method', 'full', '--loss', 'contrastive']],
])('train under %s, then eval and merge', async (what, method) => {
  const out = join(dir, what.replaceAll(' ', '-'));
  const run = await ok<{ summary: { final: { accuracy: number; loss: number }; start: { step: number }; plan: { head_parameters: number } } }>('train', '--model', clip, ...flags, ...method, '--out', out);
  expect(run.summary.start.step).toBe(0);
  expect(run.summary.plan.head_parameters).toBe(0);
  const templates = method.includes('--templates') ? ['--templates', method.at(-1)!] : [];
  const again = await evaluate('--adapter', out, ...templates);
  expect(again.zero_shot).toBe(false);
  expect(again.accuracy).toBe(run.summary.final.accuracy);
  expect(again.loss).toBeCloseTo(run.summary.final.loss, 5);
  // Merged, the model is a CLIP with a tokenizer of its own that classifies by itself.
  await ok('merge', '--model', clip, '--adapter', out, '--out', `${out}-merged`);
  const card = readFileSync(join(`${out}-merged`, 'README.md'), 'utf8');
  expect(card).toContain('pipeline_tag: zero-shot-image-classification');
  expect(card).not.toContain('LABEL');
  const merged = await ok<Eval>('eval', '--model', `${out}-merged`, '--data', 'fashion-mnist', '--limit', '12', ...templates);
  expect(merged.zero_shot).toBe(true);
  expect(merged.loss).toBeCloseTo(run.summary.final.loss, 4);
});

test('plan and refusals', async () => {
  const one = await ok<{ adapter_parameters: number }>('plan', '--model', clip, '--method', 'lora', '--r', '2', '--batch', '2');
  const both = await ok<{ adapter_parameters: number; head_parameters: number }>('plan', '--model', clip, '--method', 'lora', '--r', '2', '--batch', '2', '--loss', 'contrastive');
  expect(both.head_parameters).toBe(0);
  expect(both.adapter_parameters).toBeGreaterThan(one.adapter_parameters);
  const train = (...more: string[]) => fails('train', '--model', clip, ...flags, '--no-save', ...more);
  expect(await train('--method', 'linear_probe', '--loss', 'contrastive')).toMatch(/linear_probe trains a new head/);
  expect(await train('--method', 'lora', '--loss', 'contrastive', '--head', 'new')).toMatch(/leave head at auto or text/);
  expect(await fails('train', '--model', 'vit-nano', ...flags, '--no-save', '--method', 'lora', '--loss', 'contrastive')).toMatch(/needs a CLIP model/);
  rmSync(join(clip, 'tokenizer.json'));
  expect(await train('--method', 'lora', '--head', 'text')).toMatch(/no text tower or no tokenizer/);
});
