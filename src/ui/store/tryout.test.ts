import { expect, test } from 'vitest';
import type { Prediction, TryImages } from '../../train/protocol';
import { methodLook } from '../../figures/methods';
import { asRun, isComplete, lineOf, ticked, type Candidate } from './tryout';

const candidate = (key: string, method = 'lora'): Candidate => ({ key, name: key, method, setting: 'r 4', parameters: 1, head: 0, run: null, imported: null, base: false });
const keys = (list: Candidate[]) => list.map(({ key }) => key);

const all = [candidate('base m', 'base'), candidate('a', 'randlora'), candidate('b', 'lora'), candidate('c', 'vera'), candidate('d', 'lora'), candidate('e', 'full')];
all[0].base = true;

test('the model itself and the newest adapter of each method are ticked until the person says otherwise', () => {
  expect(keys(ticked(all, {}))).toEqual(['base m', 'a', 'c', 'd', 'e']);
  expect(keys(ticked(all, { 'base m': false, b: true, d: false }))).toEqual(['a', 'b', 'c', 'e']);
});

test('a candidate is called by method and setting, and by its name where another has the same', () => {
  expect(lineOf(all[1], all)).toBe('RandLoRA, r 4');
  expect(lineOf(all[4], all)).toBe('LoRA, r 4, d');
  expect(lineOf({ ...all[0], setting: '' }, all)).toBe('Base model');
});

test('no two of those that stand side by side have the same mark', () => {
  const marks = ['base', 'full', 'linear_probe', 'lora', 'randlora', 'vera', 'nola', 'dora'].map((method) => methodLook(method).marker);
  expect(new Set(marks).size).toBe(marks.length);
});

test('results are complete when every picture has its row', () => {
  const images: TryImages = { title: 'x', names: ['1', '2'], truths: null, notes: [] };
  const row: Prediction = { name: '1', top: [], error: '' };
  expect([isComplete(undefined, images), isComplete([row], images), isComplete([row, row], images), isComplete([], null)]).toEqual([false, false, true, false]);
});

test('an imported adapter is exported as a run of its own method, without results', () => {
  const info = { method: 'dora', r: 4, base: 'x', adapter_parameters: 1, head_parameters: 0, layers: 2, labels: ['a'], image_size: null, warnings: [] };
  const run = asRun({ id: 'i', name: 'mine', model: 'vit-nano', at: 5, info, deleted: 0 });
  expect(run).toMatchObject({ id: 'i', name: 'mine', created: 5, evaluations: [], spec: { id: 'i', model: 'vit-nano', method: { method: 'dora' } } });
});
