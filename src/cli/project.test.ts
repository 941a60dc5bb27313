import { mkdirSync, openAsBlob, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readProject } from '../io/project/read';
import { defined } from '../numbers/defined';
import { checkRun } from '../records/runFile';
import type { Landscape } from '../analysis/analysis.meta';
import { cliFolder } from '../testing/cliFolder';
import { runRecord } from '../testing/runRecord';
import { unpackRecording, type Recording } from '../records/recording.meta';
import { cells, rowsOf, type CompareRow } from './compare';
import { runsIn } from './exportRuns';
import { main } from './main';

const { dir, at, out } = cliFolder('project');

/** A run's folder as `train` leaves it; its loss ran away at the last step. */
function folder(seed: number): string {
  const run = runRecord({}, { seed });
  const path = at('runs', run.spec.name);
  mkdirSync(join(path, 'snapshots'), { recursive: true });
  run.curve.at(-1)!.loss = NaN;
  writeFileSync(join(path, 'run.json'), JSON.stringify(run));
  writeFileSync(join(path, 'adapter_model.safetensors'), Uint8Array.of(1, 2, seed));
  writeFileSync(join(path, 'snapshots', '2.safetensors'), Uint8Array.of(5));
  return path;
}

async function contents(path: string) {
  const { manifest, record } = await readProject(await openAsBlob(path));
  return { manifest, records: await Promise.all(manifest.records.map(async ({ store, key }, i) => ({ store, key, value: await record(i) }))) };
}

test('runs, chosen adapters and an analysis are in one file, as the page keeps them', async () => {
  const runs = [0, 1, 2].map(folder);
  const { spec } = runRecord();
  const analysis = { format: 'fullrank-landscape', version: 1, runs: ['lora-0', 'lora-1'].map((name) => ({ id: at('runs', name), name, method: 'lora', spec: { ...spec, method: { ...spec.method, rank_pattern: null } } })), plane: null, sets: [{ split: 'train', loss: [1, null], accuracy: [0.5, null], pretrained: null, corners: [{ loss: null, accuracy: 0 }] }] };
  writeFileSync(at('landscape.json'), JSON.stringify(analysis));
  const file = at('all.fullrank');
  expect(await main(['project', '--runs', at('runs'), '--adapters', 'lora-0', 'lora-1', '--snapshots', '--analyses', at('landscape.json'), '--out', file])).toBe(0);
  const { manifest, records } = await contents(file);
  expect(manifest.settings).toEqual({ model: 'vit-nano', data: 'fashion-mnist' });
  expect(records.map(({ store, key }) => `${store} ${key}`)).toEqual(['records lora-0', 'adapters lora-0', 'snapshots lora-0', 'records lora-1', 'adapters lora-1', 'snapshots lora-1', 'records lora-2', 'analyses landscape lora-0 lora-1']);
  const run = checkRun(defined(records[0]).value, 'it');
  expect(run.spec.id).toBe('lora-0');
  expect(run.curve.at(-1)!.loss).toBeNaN();
  expect(defined(records[1]).value).toEqual([{ path: 'adapter_model.safetensors', bytes: Uint8Array.of(1, 2, 0) }]);
  expect(defined(records[2]).value).toEqual([{ step: 2, bytes: Uint8Array.of(5) }]);
  const made = records.at(-1)!.value as Landscape;
  expect(made.runs.map(({ id }) => id)).toEqual(['lora-0', 'lora-1']);
  expect(defined(made.runs[0]).spec.method.rank_pattern).toBeNull();
  expect(made.plane).toBeNull();
  expect(made.sets[0]).toEqual({ split: 'train', loss: Float32Array.of(1, NaN), accuracy: Float32Array.of(0.5, NaN), pretrained: null, corners: [{ loss: NaN, accuracy: 0 }] });
  // What was made is read again.
  expect(await main(['compare', '--runs', file])).toBe(0);
  expect(out.at(-2)).toMatch(/^LoRA +r 8 +1,024 +80\.0 +± 12\.4/);
  expect(out.at(-1)).toBe('seconds: median step x steps, the first step of each run aside; on mesa llvmpipe');
  expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(runs).toHaveLength(3);
});

test.each([
  [['--runs', '/nowhere', '--out', 'a.fullrank'], /neither .* holds a run\.json/],
  [['--runs', 'RUN', '--out', 'a.zip'], /must end in \.fullrank/],
  [['--runs', 'RUN', 'RUN', '--out', 'a.fullrank'], /two runs called "lora-0"/],
  [['--runs', 'RUN', '--adapters', 'dora', '--out', 'a.fullrank'], /names "dora"; the runs are lora-0/],
  [['--runs', 'RUN', '--analyses', 'RUN/run.json', '--out', 'a.fullrank'], /holds no landscape and no look inside/],
])('%j is refused in one line, and nothing is written', async (args, why) => {
  const run = folder(0);
  expect(await main(['project', ...args.map((arg) => (arg === 'a.fullrank' ? at(arg) : arg.replace('RUN', run)))])).toBeGreaterThan(0);
  expect(out).toHaveLength(1);
  expect(out[0]).toMatch(why);
  expect(readdirSync(dir)).not.toContain('a.fullrank');
});

test('times are of the usual step, and those of several devices are in no one mean', () => {
  const run = runRecord();
  const cold = { ...run, curve: run.curve.map((point, i) => ({ ...point, ms: i === 0 ? 30_000 : 250 })) };
  const elsewhere = { ...run, spec: { ...run.spec, train: { ...run.spec.train, seed: 1 } }, summary: { ...run.summary!, device: { ...run.summary!.device, description: 'a card' } } };
  expect(rowsOf([cold])[0]).toMatchObject({ seconds: 1, devices: [{ device: 'mesa llvmpipe', runs: 1, seconds: 1 }] });
  expect(rowsOf([cold, elsewhere])[0]).toMatchObject({ seconds: NaN, devices: [{ device: 'mesa a card' }, { device: 'mesa llvmpipe' }] });
  expect(rowsOf([{ ...cold, curve: cold.curve.slice(0, 1) }])[0]!.seconds).toBeNaN();
});

test('the tables of the documentation are what the recording and the project that come with the page hold', async () => {
  const root = resolve(import.meta.dirname, '../..');
  const rows = rowsOf(await runsIn(join(root, 'public/projects/fashion-mnist.fullrank')));
  const recording = JSON.parse(readFileSync(join(root, 'src/ui/recorded/first-screen.json'), 'utf8')) as Recording;
  const results = readFileSync(join(root, 'src/docs/results.md'), 'utf8');
  const [first, second] = results.split('\n## ').map((part) => part.split('\n').filter((line) => /^\| [A-Z]/.test(line)).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())));
  expect([readmeRows(rowsOf(unpackRecording(recording))), readmeRows(rows)]).toEqual([first, second]);
});

/** Rows of its tables: as printed, without the seconds and what follows. */
const readmeRows = (rows: readonly CompareRow[]): string[][] => cells(rows).map((row) => row.slice(0, 6).map((cell) => (cell === '-' ? '–' : cell.toLocaleString('en'))));
