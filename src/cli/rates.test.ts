import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { readRuns } from '../records/runFile';
import { cliFolder } from '../testing/cliFolder';
import { tinyVitFiles } from '../testing/tiny';
import type { RunRecord } from '../train/protocol';
import { RATE_SEED, rateCost } from '../train/rates.meta';
import type { CompareRow } from './compare';
import { main } from './main';

const { at, out } = cliFolder('rates');
const json = <T>(...path: string[]): T => JSON.parse(readFileSync(at(...path), 'utf8')) as T;
const data = 'fashion-mnist';

/** A ViT of two blocks of formula weights. */
function tinyVit(): string {
  if (!existsSync(at('vit'))) mkdirSync(at('vit'));
  for (const [name, bytes] of Object.entries(tinyVitFiles(10))) writeFileSync(at('vit', name), bytes);
  return at('vit');
}

test('train --lr auto says what it takes, finds a rate on held-back pictures, trains at it, keeps the table, and finds it again for another seed', async () => {
  const train = (out: string, ...more: string[]) => main(['train', '--model', tinyVit(), '--data', data, '--method', 'lora', '--r', '2', '--lr', 'auto', '--steps', '8', '--batch', '4', '--train-limit', '100', '--test-limit', '20', '--out', at('runs', out), ...more]);
  expect(await train('a')).toBe(0);
  const printed = out.join('\n');
  const { trials, steps, most } = rateCost(8);
  expect(printed).toContain(`usually ${steps} steps and ${trials} looks, where a run takes 8 steps; at most ${most.steps} and ${most.trials}, where`);
  expect(printed).toContain(`20 training pictures are held back to decide by, 80 are trained on; seed ${RATE_SEED}; no test picture is looked at`);
  expect(printed.indexOf('20 training pictures')).toBeLessThan(printed.indexOf('rate 0.00065  2 steps'));

  const { spec, rates, curve, summary } = json<RunRecord>('runs', 'a', 'run.json');
  expect(printed).toContain(`learning rate ${rates!.lr}, found by ${rates!.trials.length} looks at ${new Set(rates!.trials.map(({ lr }) => lr)).size} rates on 20 pictures`);
  expect(rates).toMatchObject({ held: 20, seed: RATE_SEED });
  expect(rates!.trials.map(({ lr }) => lr)).toContain(rates!.lr);
  expect(spec.train).toMatchObject({ lr: rates!.lr, val_fraction: 0, seed: 0 });
  // One step of warm-up, then the peak.
  expect(defined(curve[1]).lr).toBeCloseTo(rates!.lr, 9);
  // The run itself has all its pictures again, and is tested as ever.
  expect(summary!.final).toMatchObject({ split: 'test', count: 20 });
  expect(defined(readRuns(readFileSync(at('runs', 'a', 'run.json')), 'run.json')[0]).rates).toEqual(rates);

  out.length = 0;
  expect(await train('b', '--seed', '1')).toBe(0);
  expect(out.filter((line) => line.startsWith('rate '))).toEqual([]);
  expect(out.join('\n')).toContain(`found before, as ${at('runs', 'a', 'rates.json')} says`);
  expect(json<RunRecord>('runs', 'b', 'run.json')).toMatchObject({ rates: JSON.parse(JSON.stringify(rates)) as object, spec: { train: { lr: rates!.lr, seed: 1 } } });

  out.length = 0;
  expect(await train('c', '--steps', '9', '--name', '../c', '--train-limit', '1')).toBe(1);
  expect(out.join('\n')).toMatch(/training needs at least|too few training examples/);
});

test('compare: each method and variant is searched once for all seeds, and not again when it is resumed; rates that are given stay', async () => {
  const grid = { model: tinyVit(), data, methods: [{ method: 'lora', r: 2 }, { method: 'full' }, { method: 'linear_probe' }], seeds: [0, 1], train: { lr: 'auto', head_lr: 0.01, steps: 2, batch: 4, train_limit: 50, test_limit: 10 }, train_by_method: { full: { lr: 0.002 } } };
  writeFileSync(at('spec.json'), JSON.stringify(grid));
  const compare = (...more: string[]) => main(['compare', '--spec', at('spec.json'), '--out', at('grid'), ...more]);
  expect(await compare()).toBe(0);
  expect(out.filter((line) => line.startsWith('finding the learning rate of '))).toHaveLength(1);
  expect(out.filter((line) => line.startsWith('linear_probe trains the head alone'))).toHaveLength(2);
  const lora = [0, 1].map((seed) => json<RunRecord>('grid', `lora-r-2-seed${seed}`, 'run.json'));
  expect(defined(lora[1]).rates).toEqual(defined(lora[0]).rates);
  expect(lora.map(({ spec }) => spec.train.lr)).toEqual([defined(lora[0]).rates!.lr, defined(lora[0]).rates!.lr]);
  const { rows } = json<{ rows: CompareRow[] }>('grid', 'compare.json');
  expect(Object.fromEntries(rows.map(({ method, lr }) => [method, lr]))).toMatchObject({ lora: defined(lora[0]).rates!.lr, full: 0.002 });
  expect(json<RunRecord>('grid', 'full-seed0', 'run.json').rates).toBeUndefined();

  out.length = 0;
  expect(await compare()).toBe(0);
  expect(out.filter((line) => line.endsWith(': already there'))).toHaveLength(6);
  expect(out.filter((line) => line.startsWith('finding'))).toEqual([]);
  expect(readdirSync(at('grid')).filter((name) => existsSync(at('grid', name, 'rates.json'))).length).toBe(1);

  // From the command line it takes the place of every rate.
  out.length = 0;
  writeFileSync(at('spec.json'), JSON.stringify({ ...grid, methods: [{ method: 'full' }], seeds: [0], train: { ...grid.train, lr: 0.5 } }));
  expect(await main(['compare', '--spec', at('spec.json'), '--out', at('found'), '--lr', 'auto'])).toBe(0);
  expect(out.filter((line) => line.startsWith('finding the learning rate of full'))).toHaveLength(1);
  expect(await compare('--lr', '0.1')).toBe(2);
  expect(out.at(-1)).toMatch(/--lr is "0.1"; it can only be auto/);
});

test('a search that was stopped says the best so far, keeps what it has looked at, and the same command goes on with it to the same end', async () => {
  const train = (out: string) => main(['train', '--model', tinyVit(), '--data', data, '--method', 'lora', '--r', '3', '--lr', 'auto', '--steps', '8', '--batch', '4', '--train-limit', '100', '--test-limit', '20', '--out', at(out)]);
  expect(await train('whole')).toBe(0);
  const whole = json<RunRecord>('whole', 'run.json').rates!;
  out.length = 0;
  // As Ctrl-C while the seventh trial goes on.
  const looked = () => out.filter((line) => line.startsWith('rate ')).length;
  const watch = setInterval(() => {
    if (looked() < 6) return;
    clearInterval(watch);
    process.emit('SIGINT', 'SIGINT');
  }, 1);
  expect(await train('alone/stopped')).toBe(130);
  const before = looked();
  expect(before).toBeLessThan(whole.trials.length);
  expect(out.join('\n')).toMatch(/Stopped: the best rate so far is [\d.]+\. --lr [\d.]+ trains at it/);
  expect(existsSync(at('alone', 'stopped', 'run.json'))).toBe(false);
  out.length = 0;
  expect(await train('alone/stopped')).toBe(0);
  expect(out.join('\n')).toContain(`${before} of its looks are kept`);
  expect(json<RunRecord>('alone', 'stopped', 'run.json').rates).toEqual(whole);
  expect(json<object>('alone', 'stopped', 'rates.json')).toMatchObject({ search: whole });
});

test('without pictures to hold back there is nothing to find a rate on', async () => {
  expect(await main(['train', '--model', tinyVit(), '--method', 'lora', '--lr', 'auto', '--batches', at('none'), '--no-save'])).toBe(2);
  expect(out.join('\n')).toMatch(/--lr auto holds back training pictures, and fixed --batches have none/);
});
