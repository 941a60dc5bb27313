import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cliFolder } from '../testing/cliFolder';
import { ALONE, guestFiles, LOSS, PAIR, PART, registerGuests } from '../testing/guests/register';

/** The command line knows methods, families and tasks that the project does not ship as well as its own. */
const { at, out: lines } = cliFolder('guests');
const model = at('model');
let main: (argv: string[]) => Promise<number>;
beforeAll(async () => {
  // Its flags are made of the registers when it is loaded.
  registerGuests();
  ({ main } = await import('./main'));
  mkdirSync(model);
  for (const [name, bytes] of Object.entries(guestFiles())) writeFileSync(join(model, name), bytes);
});

async function ok<T>(...argv: string[]): Promise<T> {
  const json = at('result.json');
  expect(await main([...argv, '--json', json]), lines.join('\n')).toBe(0);
  return JSON.parse(readFileSync(json, 'utf8')) as T;
}

const learn = ['--data', 'fashion-mnist', '--train-limit', '24', '--test-limit', '12', '--batch', '6', '--steps', '3'];

test.each([
  [ALONE, ['--keep-small', '0.1']],
  [PAIR, ['--r', '2', '--num-alpha', '5']],
  [PART, ['--norms']],
])('%s is planned, trained, measured again and merged', async (method, settings) => {
  const on = ['--model', model, '--method', method, ...settings];
  const planned = await ok<{ trainable_parameters: number }>('plan', ...on, '--batch', '6', '--labels', '10');
  const out = at(method);
  const { summary } = await ok<{ summary: { plan: { trainable_parameters: number; bytes: object }; allocated: object; final: { loss: number; accuracy: number } } }>('train', ...on, ...learn, '--out', out);
  expect(summary.plan.trainable_parameters).toBe(planned.trainable_parameters);
  expect(summary.allocated).toEqual(summary.plan.bytes);
  const again = await ok<{ loss: number; accuracy: number }>('eval', '--model', model, '--adapter', out, '--data', 'fashion-mnist', '--limit', '12', '--batch', '6');
  expect(again).toMatchObject({ accuracy: summary.final.accuracy, loss: expect.closeTo(summary.final.loss, 5) as number });
  const whole = at(`${method}-merged`);
  await ok('merge', '--model', model, '--adapter', out, '--out', whole);
  expect(await ok('eval', '--model', whole, '--data', 'fashion-mnist', '--limit', '12', '--batch', '6')).toMatchObject({ accuracy: again.accuracy, loss: expect.closeTo(again.loss, 4) as number });
});

test('the task is learned by a method of the project', async () => {
  const out = at('task');
  const { summary } = await ok<{ summary: { final: { loss: number } } }>('train', '--model', model, '--method', 'lora', '--r', '2', '--loss', LOSS, ...learn, '--out', out);
  expect(summary.final.loss).toBeGreaterThan(0);
});
