import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cliFolder } from '../testing/cliFolder';
import { main } from './main';

const { at, out } = cliFolder('namesRead');
const json = <T>(name: string): T => JSON.parse(readFileSync(at(name), 'utf8')) as T;

/** Adapters whose folder has no head: their model reads the names of the classes. */
test.each(['coop', 'coop_lora'])('%s: eval says of what train saved what train said, predict names its classes, merge says why not', async (method) => {
  const on = ['--model', 'clip-nano', '--data', 'fashion-mnist', '--test-limit', '12'];
  expect(await main(['train', ...on, '--train-limit', '20', '--method', method, '--steps', '2', '--batch', '4', '--lr', '0.01', '--out', at(method)]), out.join('\n')).toBe(0);
  const adapter = ['--adapter', at(method)];
  expect(await main(['eval', ...on, ...adapter, '--json', at('eval.json')]), out.join('\n')).toBe(0);
  const results = json<{ accuracy: number; loss: number; labels: string[] }>('eval.json');
  const { summary: { final: trained } } = JSON.parse(readFileSync(at(method, 'run.json'), 'utf8')) as { summary: { final: { accuracy: number; loss: number } } };
  expect([results.accuracy, results.loss]).toEqual([trained.accuracy, expect.closeTo(trained.loss, 4)]);

  expect(await main(['predict', ...on, '--train-limit', '12', ...adapter, '--out', at('rows.csv')]), out.join('\n')).toBe(0);
  const rows = readFileSync(at('rows.csv'), 'utf8').trim().split('\n').slice(1);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(results.labels.some((label) => row.includes(label)), row).toBe(true);

  out.length = 0;
  expect(await main(['merge', '--model', 'clip-nano', ...adapter, '--out', at('merged')])).not.toBe(0);
  expect(out.join('\n')).toMatch(/reads the names of classes within its model; measure it with eval, or classify with predict/);
});
