import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { openSaved } from '../adapters/files';
import { intrudersOf } from '../adapters/intruders';
import { INTRUDERS, intrudersIn } from '../adapters/intruders.meta';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { openImageModel } from '../train/openModel';
import { updateOf } from '../train/updates';
import { manyFrom, type Command } from './command';
import { adapterTree, modelTree } from './files';
import { parseArguments } from './parse';
import { main } from './main';

const dir = mkdtempSync(join(tmpdir(), 'fullrank-analysis-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string) => join(dir, name);

const err: string[] = [];
const out: string[] = [];
beforeEach(() => {
  out.length = err.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  return () => vi.restoreAllMocks();
});

async function ok(...argv: string[]): Promise<void> {
  expect([await main(argv), err]).toEqual([0, []]);
}

async function fails(...argv: string[]): Promise<string> {
  expect(await main(argv)).toBeGreaterThan(0);
  return err.splice(0).join();
}

test('a flag that takes several words ends at the next flag, and takes numbers below zero', () => {
  const command: Command = { help: '', examples: [], flags: [{ name: 'runs', kind: 'text', help: '', many: true }, { name: 'range', kind: 'text', help: '', many: true }, { name: 'grid', kind: 'integer', help: '' }], run: () => Promise.resolve() };
  const given = parseArguments(['--runs', 'a b', 'c', '--range', '-1', '1.5', '-0.5', '2', '--grid', '3'], 'x', command);
  expect(manyFrom(given, 'runs')).toEqual(['a b', 'c']);
  expect(manyFrom(given, 'range')).toEqual(['-1', '1.5', '-0.5', '2']);
  expect(given.grid).toBe('3');
  expect(() => parseArguments(['--runs', '--grid', '3'], 'x', command)).toThrow(/--runs/);
});

test('a landscape of three run folders, and what the runs did to the model', async () => {
  const common = ['--model', 'vit-nano', '--data', 'fashion-mnist', '--steps', '2', '--batch', '4', '--train-limit', '40', '--test-limit', '8', '--snapshots', '1'];
  // Of each layer the singular values of its weight are found, which takes most of the time.
  for (const [name, ...method] of [['lora', '--r', '2', '--target-modules', 'query'], ['full'], ['randlora', '--r', '32', '--target-modules', 'query']] as const) await ok('train', ...common, '--method', name, ...method, '--out', at(name));
  const runs = ['lora', 'full', 'randlora'].map(at);

  await ok('landscape', '--runs', ...runs, '--grid', '2', '--range', '0', '2', '0', '2', '--images', '4', '--split', 'val', '--line', '3', '--out', at('l.json'));
  const made = JSON.parse(readFileSync(at('l.json'), 'utf8')) as { format: string; complete: boolean; runs: { name: string }[]; sets: { split: string; images: number; loss: number[]; corners: { loss: number }[] }[]; paths: { points: { step: number }[] }[] };
  expect(made).toMatchObject({ format: 'fullrank-landscape', complete: true, spec: { grid: 2, x: [0, 2], y: [0, 2] } });
  expect(made.runs.map(({ name }) => name)).toEqual(['lora', 'full', 'randlora']);
  expect(made.sets).toHaveLength(1);
  expect(made.sets[0]).toMatchObject({ split: 'test', images: 4 });
  // (0, 0) is the first run, (1, 0) the third.
  expect(defined(made.sets[0]).loss[0]).toBeCloseTo(defined(defined(made.sets[0]).corners[0]).loss, 4);
  expect(defined(made.sets[0]).loss[1]).toBeCloseTo(defined(defined(made.sets[0]).corners[2]).loss, 4);
  expect(made.paths.map(({ points }) => points.map(({ step }) => step))).toEqual([[0, 2], [0, 2], [0, 2]]);
  expect(out.join('\n')).toMatch(/4 of 8 test images[\s\S]*barrier[\s\S]*4 of 4 points/);

  await ok('analyse', '--runs', at('lora'), at('randlora'), '--images', '4', '--scale', '0.5', '--epsilon', '0.99', '--blend', '2', '--out', at('i.csv'));
  const lines = readFileSync(at('i.csv'), 'utf8').trim().split('\n');
  const [head, ...rows] = lines.map((line) => line.split(','));
  const rank = head!.indexOf('rank');
  const ranks = (name: string) => rows.filter((row) => row[0] === 'update' && row[1] === name).map((row) => Number(row[rank]));
  expect(ranks('lora').every((r) => r <= 2)).toBe(true);
  // A product of square random factors is full, but its smallest value may drown in f32.
  expect(ranks('randlora').every((r) => r > 120)).toBe(true);
  const directions = rows.filter((row) => row[0]!.startsWith('direction') && row[1] === 'lora');
  expect(directions).toHaveLength(10 * ranks('lora').length);
  expect(directions.every((row) => Number(row.at(-1)) > 0 && Number(row.at(-1)) <= 1)).toBe(true);
  expect(out.join('\n')).toMatch(/cosine of the updates[\s\S]*intruder dimensions at 0.5 of their size, on 4 of 8 test images[\s\S]*drift[\s\S]*0\.00 [\s\S]*0\.0000\n[\s\S]*1\.00 /);
});

test('an adapter leaves with its intruder dimensions scaled down', async () => {
  // At a rate at which the update takes over.
  await ok('train', '--model', 'vit-nano', '--data', 'fashion-mnist', '--method', 'lora', '--r', '2', '--target-modules', 'query,intermediate.dense', '--layers-to-transform', '0,1', '--lr', '0.3', '--steps', '3', '--batch', '4', '--train-limit', '40', '--test-limit', '8', '--out', at('loud'));
  const model = { ...(await openImageModel(await modelTree('vit-nano'))), id: 'vit-nano' };
  const device = await mustOpen(gpu());
  const directions = async (folder: string) => {
    const loaded = await openSaved(await adapterTree(folder), model.net, model.source);
    const [found] = await intrudersOf([await updateOf(device, model, loaded)], { layers: loaded.adapted.layers, source: model.source, top: INTRUDERS.top, signal: new AbortController().signal, progress: () => {} });
    return { r: loaded.adapted.config.r, intruders: found!.reduce((sum, one) => sum + intrudersIn(one, INTRUDERS.epsilon), 0) };
  };
  const whole = await directions(at('loud'));
  expect(whole.intruders).toBeGreaterThan(4);
  for (const scale of ['1', '0']) await ok('export', '--model', 'vit-nano', '--adapter', at('loud'), '--as-lora', '--rank', '8', '--scale-intruders', scale, '--out', at(`scaled-${scale}`));
  expect(out.join('\n')).toMatch(/The nearest LoRA of rank 8 loses 0\.0 % of the length of LoRA's update/);
  expect(await directions(at('scaled-1'))).toEqual({ r: 8, intruders: whole.intruders });
  // Without them smaller directions are among the largest, which may be intruders too.
  expect((await directions(at('scaled-0'))).intruders).toBeLessThan(whole.intruders / 3);
  expect(await fails('export', '--model', 'vit-nano', '--adapter', at('loud'), '--scale-intruders', '0.5', '--out', at('no'))).toMatch(/--scale-intruders is for --as-lora --rank R/);
});

test('a landscape that is interrupted leaves what was measured, and the code of the signal', async () => {
  let sent = false;
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    if (!sent && line.startsWith('grid')) sent = process.emit('SIGINT', 'SIGINT');
  });
  expect(await main(['landscape', '--runs', at('lora'), at('full'), at('randlora'), '--grid', '65', '--images', '4', '--split', 'val', '--line', '0', '--out', at('cut.json')])).toBe(130);
  expect(err.splice(0).join()).toMatch(/^fullrank: Stopped before all was measured.*cut\.json/);
  const { complete, measured } = JSON.parse(readFileSync(at('cut.json'), 'utf8')) as { complete: boolean; measured: number };
  expect([sent, complete]).toEqual([true, false]);
  expect(measured).toBeLessThan(65 ** 2);
});

test('refusals are one line', async () => {
  expect(await fails('landscape', '--runs', at('nowhere'), at('lora'))).toMatch(/has no run.json/);
  expect(await fails('landscape')).toMatch(/--runs is missing/);
  expect(await fails('landscape', '--runs', at('lora'), at('full'), '--range', '0', '1')).toMatch(/--range needs four numbers/);
  expect(await fails('landscape', '--runs', at('lora'), at('full'), '--out', 'x.png')).toMatch(/must end in .json or .csv/);
  expect(await fails('landscape', '--runs', at('lora'))).toMatch(/three runs, or along the line between two/);
  expect(await fails('analyse', '--runs', at('lora'), '--original', 'fashion-mnist', '--images', '2')).toMatch(/no head for the classes/);
});
