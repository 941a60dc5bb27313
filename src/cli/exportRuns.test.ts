import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeRuns } from '../records/runFile';
import { eventsIn } from '../testing/eventFile';
import { cliFolder } from '../testing/cliFolder';
import { runRecord } from '../testing/runRecord';
import { main } from './main';

const { dir, at, out } = cliFolder('runs');
/** A folder with a run.json as `train` leaves it. */
function folder(name: string, seed: number): string {
  mkdirSync(at(name), { recursive: true });
  writeFileSync(at(name, 'run.json'), JSON.stringify(runRecord({}, { seed }), null, 1));
  return at(name);
}

test('runs of folders, of a folder of folders and of a file leave together', async () => {
  const [a] = [folder('a', 0), folder('grid/b', 1), folder('grid/c', 2)];
  writeFileSync(at('theirs.json'), writeRuns([runRecord({}, { seed: 3 })], 0));
  expect(await main(['export', '--runs', a, at('grid'), at('theirs.json'), '--format', 'csv', '--out', at('csv')])).toBe(0);
  expect(out.at(-1)).toMatch(/^4 runs written to/);
  const lines = readFileSync(at('csv', 'fashion-mnist-4-runs.csv'), 'utf8').trim().split('\n');
  expect(lines[0]).toBe('run,method,setting,seed,model,data,adapter_parameters,learning_rate,by,step,metric,value');
  expect([...new Set(lines.slice(1).map((line) => line.split(',')[0]))]).toEqual(['lora-0', 'lora-1', 'lora-2', 'lora-3']);
});

test('event files lie in a folder for each run', async () => {
  expect(await main(['export', '--format', 'tensorboard', '--out', at('events'), '--runs', folder('a', 0)])).toBe(0);
  const [path] = out.at(-1)!.match(/lora-0\/events\S+/)!;
  expect(existsSync(at('events', path))).toBe(true);
  expect(eventsIn(readFileSync(at('events', path))).scalars.length).toBeGreaterThan(20);
});

test.each([
  [['--runs', at('nowhere'), '--format', 'csv'], /nothing at/],
  [['--runs', dir], /--runs needs --format/],
  [['--model', 'vit-nano'], /missing: --adapter/],
  [['--runs', '--format', 'csv'], /--runs needs a value|ambiguous/],
])('%j is refused in one line', async (args, why) => {
  expect(await main(['export', ...args, '--out', at('no')])).toBeGreaterThan(0);
  expect(out).toHaveLength(1);
  expect(out[0]).toMatch(why);
});
