import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { writeRuns } from '../records/runFile';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { cliFolder } from '../testing/cliFolder';
import { command } from '../testing/commands';
import { comparisonRow } from '../testing/methodComparison';
import type { RunRecord } from '../train/protocol';
import { experimentOf, readResult } from '../records/study';
import { otherSpace, processRound } from './chaos/studyProcesses';
import { Claims, type Claim } from './claims';
import { main } from './main';
import { openRoom } from './room/open';

const { at, out } = cliFolder('study');
const read = (...path: string[]): string => readFileSync(at(...path), 'utf8');
const json = <T = Record<string, unknown>>(...path: string[]): T => JSON.parse(read(...path)) as T;

const grid = { model: 'vit-nano', data: 'fashion-mnist', methods: [{ method: 'lora', r: 2, target_modules: ['query', 'value'] }, 'linear_probe'], seeds: [0, 1], train: { steps: 2, batch: 4, train_limit: 40, test_limit: 20 }, train_by_method: { lora: { lr: 0.003 } } };
const names = ['lora/r-2-seed0', 'lora/r-2-seed1', 'linear_probe/seed0', 'linear_probe/seed1'];
const results = ['linear_probe--seed0.json', 'linear_probe--seed1.json', 'lora--r-2-seed0.json', 'lora--r-2-seed1.json'];

const hasPython = (() => {
  try {
    return execFileSync('python3', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

beforeAll(async () => {
  writeFileSync(at('grid.json'), JSON.stringify(grid));
  const lines: string[] = [];
  for (const stream of ['log', 'error'] as const) vi.spyOn(console, stream).mockImplementation((line: string) => void lines.push(line));
  const code = await main(['study', 'run', at('study'), '--spec', at('grid.json')]);
  vi.restoreAllMocks();
  if (code !== 0) throw new Error(lines.join('\n'));
});

test('a study is a folder laid out as PEFT’s comparison, and its results are what PEFT’s reader takes', () => {
  expect(json('study', 'study.json')).toEqual({ ...grid, model_hash: expect.stringMatching(/^[0-9a-f]{16}$/) as string, data_hash: expect.stringMatching(/^[0-9a-f]{16}$/) as string });
  for (const name of names) {
    const params = json<{ hash: string; train: object }>('study', 'experiments', name, 'training_params.json');
    expect(params).toMatchObject({ model_id: 'vit-nano', dataset: 'fashion-mnist', train: { steps: 2, lr: name.startsWith('lora') ? 0.003 : 0 } });
  }
  expect(json('study', 'experiments', defined(names[0]), 'adapter_config.json')).toMatchObject({ peft_type: 'LORA', r: 2, target_modules: ['query', 'value'] });
  expect(existsSync(at('study', 'experiments', defined(names[2]), 'adapter_config.json'))).toBe(false);
  expect(readdirSync(at('study', 'results')).sort()).toEqual(results);
  const rows = results.map((file) => comparisonRow(read('study', 'results', file)));
  expect(rows.map(({ experiment_name }) => experiment_name)).toEqual([...names.slice(2), ...names.slice(0, 2)]);
  for (const row of rows) expect(row).toMatchObject({ status: 'success', model_id: 'vit-nano', train_samples: 8 });
  expect(existsSync(at('study', 'adapters', defined(names[0]), 'adapter_model.safetensors'))).toBe(true);
});

test('what has a result is not run again, and another grid in its place is refused', async () => {
  expect(await main(['study', 'run', at('study')])).toBe(0);
  expect(out.filter((line) => line.endsWith(': already there'))).toHaveLength(4);
  expect(out.join('\n')).toMatch(/LoRA +r 2 .* 2 on .*: [\d.]+ s, [\d.]+ MiB/);
  cpSync(at('study'), at('changed'), { recursive: true });
  writeFileSync(at('changed', 'study.json'), JSON.stringify({ ...grid, train: { ...grid.train, steps: 3 } }));
  expect(await main(['study', 'run', at('changed')])).toBe(2);
  expect(out.at(-1)).toMatch(/training_params\.json holds other settings than study\.json/);
  expect(await main(['study', 'walk', at('study')])).toBe(2);
  expect(await main(['study', 'run'])).toBe(2);
  expect(out.at(-1)).toMatch(/write fullrank study run\|status\|export\|import FOLDER/);
});

test('the same model and data elsewhere are the same experiments; others are not', async () => {
  for (const [what, from] of Object.entries({ model: 'models/vit-nano', data: 'data/fashion-mnist' })) cpSync(join(import.meta.dirname, '../../public', from), at(what), { recursive: true });
  mkdirSync(at('moved'));
  writeFileSync(at('moved', 'study.json'), JSON.stringify({ ...grid, model: at('model'), data: at('data') }));
  expect(await main(['study', 'import', at('moved'), '--from', at('study'), '--json', at('moved.json')])).toBe(0);
  const { taken, rows } = json<{ taken: number; rows: unknown[] }>('moved.json');
  expect([taken, rows.length]).toEqual([4, 2]);
  // A machine that has them elsewhere says so, and the study stays as it is called.
  expect(await main(['study', 'run', at('study'), '--model', at('model'), '--data', at('data')])).toBe(0);
  expect(json('study', 'study.json')).toMatchObject({ model: 'vit-nano', data: 'fashion-mnist' });
  const config = json<Record<string, unknown>>('model', 'config.json');
  writeFileSync(at('model', 'config.json'), JSON.stringify({ ...config, _name_or_path: 'a copy' }));
  expect(await main(['study', 'run', at('moved')])).toBe(0);
  writeFileSync(at('model', 'config.json'), JSON.stringify({ ...config, layer_norm_eps: 1e-3 }));
  expect(await main(['study', 'run', at('moved')])).toBe(2);
  expect(out.at(-1)).toMatch(/is not the model of this study/);
});

test('rates that a grid leaves open are found once for all seeds and kept; what needs them says how they are found', async () => {
  const open = { ...grid, budget: [4_000, 9_000], methods: ['lora', 'linear_probe'], target_modules: ['query', 'value'], train: { ...grid.train, lr: 'auto', head_lr: 0.005 }, train_by_method: {} };
  mkdirSync(at('open'));
  writeFileSync(at('open', 'study.json'), JSON.stringify(open));
  expect(await main(['study', 'export', at('open'), '--out', at('no')])).toBe(2);
  expect(out.at(-1)).toMatch(/no learning rate for lora\/r-2, lora\/r-4: fullrank study run .*open finds them/);
  await expect(openRoom(at('open'), { under: at('') })).rejects.toThrow(/finds them/);
  expect(await main(['study', 'status', at('open')])).toBe(4);
  expect(out.join('\n')).toMatch(/learning rate of lora\/r-2 +waiting/);
  expect(await main(['study', 'run', at('open')])).toBe(0);
  const found = json<{ search: { lr: number } }>('open', 'rates', 'lora--r-2', 'rates.json').search.lr;
  for (const seed of [0, 1]) expect(json('open', 'experiments', 'lora', `r-2-seed${seed}`, 'training_params.json')).toMatchObject({ train: { lr: found, seed } });
  expect(readResult(read('open', 'results', 'lora--r-4-seed0.json'), '').run).toMatchObject({ spec: { rate: 'found', budget: 9_000 }, rates: { held: expect.any(Number) as number } });
  // Every setting has its first seed before any has its second.
  const order = out.filter((line) => /^\S+seed\d$/.test(line)).map((line) => line.slice(-1));
  expect(order).toEqual(['0', '0', '0', '1', '1', '1']);
  expect(await main(['compare', '--runs', at('open'), '--json', at('open.json')])).toBe(0);
  expect(json<{ rows: { accuracy: number[] }[] }>('open.json').rows.map(({ accuracy }) => accuracy.length)).toEqual([2, 2, 2]);
  const said = out.length;
  expect(await main(['study', 'run', at('open')])).toBe(0);
  expect(out.slice(said).some((line) => line.includes('learning rate'))).toBe(false);
  expect(await main(['study', 'status', at('open')])).toBe(0);
});

test('one that fails does not stop the others, a result that is cut short is none, parts divide the rest, and the status says so', async () => {
  const states = (file: string) => Object.fromEntries(json<{ experiments: { name: string; state: string; what: string }[] }>(file).experiments.map(({ name, state, what }) => [name, { state, what }]));
  expect(await main(['study', 'run', at('part'), '--spec', at('grid.json'), '--shard', '2/4'])).toBe(0);
  expect(await main(['study', 'run', at('part'), '--spec', at('grid.json'), '--shard', '5/4'])).toBe(2);
  expect(await main(['study', 'status', at('part'), '--json', at('status.json')])).toBe(4);
  expect(states('status.json')).toMatchObject({ 'lora/r-2-seed0': { state: 'waiting' }, 'lora/r-2-seed1': { state: 'done' }, 'linear_probe/seed1': { state: 'waiting' } });
  writeFileSync(at('part', 'results', 'lora--r-2-seed1.json'), '{"run_info": {');
  mkdirSync(at('part', 'adapters', 'linear_probe'), { recursive: true });
  writeFileSync(at('part', 'adapters', 'linear_probe', 'seed0'), 'a file, where a folder is wanted');
  expect(await main(['study', 'run', at('part')])).toBe(1);
  expect(out).toContainEqual(expect.stringMatching(/lora--r-2-seed1\.json is cut short/));
  expect(await main(['study', 'status', at('part'), '--json', at('status.json')])).toBe(1);
  expect(states('status.json')).toMatchObject({ 'lora/r-2-seed0': { state: 'done' }, 'lora/r-2-seed1': { state: 'done' }, 'linear_probe/seed0': { state: 'failed', what: expect.stringContaining('cannot be written') as string }, 'linear_probe/seed1': { state: 'done' } });
  rmSync(at('part', 'adapters', 'linear_probe', 'seed0'));
  // A checkpoint that is none holds nobody up.
  mkdirSync(at('part', 'adapters', 'linear_probe', 'seed0'));
  for (const file of ['checkpoint.json', 'checkpoint.safetensors']) writeFileSync(at('part', 'adapters', 'linear_probe', 'seed0', file), 'none');
  expect(await main(['study', 'run', at('part')])).toBe(0);
  expect(await main(['study', 'status', at('part')])).toBe(0);
});

test('a signal ends it after its step, with its own code, and the same command goes on; what another has is not waited for, which has a code too', { timeout: 300_000 }, async () => {
  const spec = { ...grid, methods: [defined(grid.methods[0])], train: { ...grid.train, steps: 12, eval_every: 2, val_fraction: 0.2 } };
  writeFileSync(at('long.json'), JSON.stringify(spec));
  const argv = ['study', 'run', at('long'), '--spec', at('long.json')];
  const experiments = (lines: string[]) => lines.filter((line) => /^lora\/\S+$/.test(line));
  for (const [signal, code, from] of [['SIGINT', 130, 0], ['SIGUSR1', 75, 2], ['SIGTERM', 143, 4]] as const) {
    let sent = false;
    const { ended, lines } = command(argv, (line, child) => {
      if (!sent && Number(/^ {2}step (\d+) {2}val/.exec(line)?.[1]) > from) sent = child.kill(signal);
    });
    expect([await ended, experiments(lines)], lines.join('\n')).toEqual([code, [names[0]]]);
    expect(lines.at(-1)).toMatch(/Stopped after step \d+ of 12.*The checkpoint of step \d+ is kept in .*the same command goes on/);
    if (from > 0) expect(lines).toContainEqual(expect.stringMatching(/^ {2}goes on after step/));
  }
  const elsewhere = new Claims(at('long', 'results'), { silence: 300, place: { host: 'other', boot: 'b', space: 's', pid: 7, start: '1' } });
  const claim = await elsewhere.take('lora--r-2-seed1');
  (claim as Claim).note(3, 12);
  await (claim as Claim).beat();
  const status = async (): Promise<object[]> => {
    await main(['study', 'status', at('long'), '--json', at('long-status.json')]);
    return json<{ experiments: object[] }>('long-status.json').experiments;
  };
  expect(await status()).toMatchObject([{ state: 'stopped', what: expect.stringMatching(/^step \d+ of 12, stopped/) as string }, { state: 'running', by: 'other, process 7', since: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string, what: expect.stringMatching(/^step 3 of 12, heard of \d+ s ago/) as string }]);
  expect(await main(argv)).toBe(3);
  expect(out).toContain('lora/r-2-seed1: other, process 7, has it');
  expect(await main(['study', 'status', at('long')])).toBe(3);
  expect(await status()).toMatchObject([{ state: 'done', since: expect.stringMatching(/^\d{4}/) as string }, { state: 'running' }]);
  await (claim as Claim).release(false, 'stopped');
  expect(await main(argv)).toBe(0);
});

test.skipIf(otherSpace.length === 0)('two spaces of process numbers share a folder, and processes that end at any time leave nothing that blocks', { timeout: 300_000 }, async () => {
  expect((await processRound(3, 0)).broken).toBe('');
});

test('half from a page’s file of runs and half from another folder come back as one board, each marked by its device', async () => {
  mkdirSync(at('board'));
  writeFileSync(at('board', 'study.json'), JSON.stringify(grid));
  const run = (file: string): RunRecord => readResult(read('study', 'results', file), file).run;
  // As a page would have them: by names of its own, on another device, looked at at other times.
  const pages = results.slice(0, 2).map((file, i): RunRecord => {
    const found = run(file);
    return { ...found, spec: { ...found.spec, id: `p${i}`, name: defined(['calm-owl', 'wise-fox'][i]), train: { ...found.spec.train, eval_every: 7 } }, summary: { ...found.summary!, device: { ...found.summary!.device, description: 'a card elsewhere' } } };
  });
  const other: RunRecord = { ...defined(pages[0]), spec: { ...defined(pages[0]).spec, name: 'other', train: { ...defined(pages[0]).spec.train, lr: 0.5 } } };
  writeFileSync(at('page.runs.json'), writeRuns([...pages, other], 0));
  expect(await main(['study', 'import', at('board'), '--from', at('page.runs.json')])).toBe(0);
  expect(out).toContainEqual(expect.stringMatching(/^linear_probe\/seed0: taken, measured on .*a card elsewhere/));
  expect(out).toContain('other: no experiment of this study; left aside');
  expect(out.at(-1)).toBe('2 of 4 experiments have no result yet: lora/r-2-seed0, lora/r-2-seed1');
  out.length = 0;
  expect(await main(['study', 'import', at('board'), '--from', at('study'), '--json', at('board.json')])).toBe(0);
  const { taken, rows, missing } = json<{ taken: number; rows: { method: string; accuracy: number[]; devices: { device: string; runs: number }[] }[]; missing: string[] }>('board.json');
  expect([taken, missing]).toEqual([2, []]);
  for (const { accuracy, devices } of rows) expect([accuracy.length, devices.map(({ runs }) => runs)]).toEqual([2, [2]]);
  expect(defined(rows.find(({ method }) => method === 'linear_probe')!.devices[0]).device).toContain('a card elsewhere');
  expect(defined(rows.find(({ method }) => method === 'lora')!.devices[0]).device).not.toContain('a card elsewhere');
  expect(existsSync(at('board', 'adapters', defined(names[0]), 'adapter_config.json'))).toBe(true);
  // A result that was changed afterwards, or is of other settings, is not taken for it.
  rmSync(at('board', 'results', defined(results[3])));
  const wrong = json<{ fullrank: { hash: string } }>('study', 'results', defined(results[3]));
  writeFileSync(at('wrong.json'), JSON.stringify({ ...wrong, fullrank: { ...wrong.fullrank, hash: '0'.repeat(16) } }));
  expect(await main(['study', 'import', at('board'), '--from', at('wrong.json')])).toBe(0);
  expect(out.join('\n')).toContain('lora/r-2-seed1: its settings are not those of the experiment of this name; left aside');
});

test('it is exported as files that run with PyTorch: each image once, the weights that runs start from, scripts for clusters', async () => {
  const more = { ...grid, methods: [...grid.methods, { method: 'lora_xs', r: 2 }], seeds: [0] };
  mkdirSync(at('more'));
  writeFileSync(at('more', 'study.json'), JSON.stringify(more));
  expect(await main(['study', 'export', at('more'), '--out', at('out')])).toBe(0);
  expect(out).toContainEqual(expect.stringMatching(/^lora_xs\/r-2-seed0 is left out: PEFT does not train LoRA-XS as it is set here/));
  expect(json('out', 'study.json')).toMatchObject({ python: [names[0], names[2]] });
  const { name, sha256 } = json<{ name: string[]; sha256: string[] }>('out', 'images.json');
  // 40 to train on and 20 to test on, the same for both.
  expect([name.length, new Set(sha256).size]).toEqual([60, 60]);
  const split = json<{ train: number[]; val: null; test: number[]; batches: number[][] }>('out', 'experiments', defined(names[0]), 'split.json');
  expect([split.train.length, split.val, split.test.length, split.batches.map((batch) => batch.length)]).toEqual([40, null, 20, [4, 4]]);
  const { hash } = json<{ hash: string }>('more', 'experiments', defined(names[0]), 'training_params.json');
  expect(json('out', 'experiments', defined(names[0]), 'experiment.json')).toMatchObject({ hash, kind: 'adapter', lr: 0.003, base: { path: 'base' }, run: { spec: { model: 'vit-nano', name: 'r-2-seed0' } } });
  const start = await openSafetensors(bytesAccess(readFileSync(at('out', 'experiments', defined(names[0]), 'adapter_model.safetensors'))));
  const [b] = start.names().filter((tensor) => tensor.endsWith('lora_B.weight'));
  // LoRA starts where the model is.
  expect(new Set(await start.readF32(b!))).toEqual(new Set([0]));
  expect(existsSync(at('out', 'experiments', defined(names[2]), 'head_start.safetensors'))).toBe(true);
  expect(read('out', 'slurm.sh')).toMatch(/#SBATCH --array=0-1\n[^]*python -u run\.py "\$SLURM_ARRAY_TASK_ID"/);
  expect(read('out', 'slurm-fullrank.sh')).toMatch(/#SBATCH --array=0-2\n[^]*study run \. --model base/);
  for (const script of ['slurm.sh', 'slurm-fullrank.sh', 'sky.sh', 'hf-jobs.sh']) execFileSync('bash', ['-n', at('out', script)]);
  expect(existsSync(at('out', 'base', 'model.safetensors'))).toBe(true);
  if (hasPython) execFileSync('python3', ['-m', 'py_compile', at('out', 'run.py')]);
});

test('its head names the packages as requirements.txt does', () => {
  const script = readFileSync(join(import.meta.dirname, '../export/python/train.py'), 'utf8');
  const [, listed] = /^# \/\/\/ script\n# requires-python = ">=3\.10"\n# dependencies = (\[.*\])\n# \/\/\/\n/.exec(script)!;
  expect(JSON.parse(listed!)).toEqual(read('out', 'requirements.txt').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split(' ')[0]));
});

test('what PyTorch has measured is read as any result: its curve is the one that was computed here', async () => {
  // fixtures/study.json: lora/r-2-seed0 of this study by run.py (torch 2.6, transformers 5.13, PEFT 0.20 on a processor).
  const fixture = join(import.meta.dirname, '../testing/fixtures/study.json');
  const theirs = readResult(readFileSync(fixture, 'utf8'), 'study.json');
  expect(comparisonRow(readFileSync(fixture, 'utf8'))).toMatchObject({ experiment_name: names[0], peft_type: 'LORA', torch_version: expect.stringMatching(/^2\.6/) as string });
  const ours = readResult(read('study', 'results', defined(results[2])), defined(results[2]));
  // It was written when hashes held names alone.
  const { model_hash, data_hash } = json<{ model_hash: string; data_hash: string }>('study', 'study.json');
  const experiment = experimentOf({ model: 'vit-nano', data: 'fashion-mnist', method: { method: 'lora', r: 2, target_modules: ['query', 'value'] }, train: { ...grid.train, lr: 0.003, seed: 0 }, name: 'x', content: { model: model_hash, data: data_hash } });
  expect([ours.hash, theirs.hash]).toEqual([experiment.hash, experiment.named]);
  theirs.run.curve.forEach(({ loss }, i) => expect(Math.abs(loss - defined(ours.run.curve[i]).loss)).toBeLessThan(1e-4 * loss));
  theirs.run.curve.forEach(({ grad_norm }, i) => expect(Math.abs(grad_norm - defined(ours.run.curve[i]).grad_norm)).toBeLessThan(1e-3 * grad_norm));
  expect(theirs.run.summary!.final!.confusion).toEqual(ours.run.summary!.final!.confusion);
});
