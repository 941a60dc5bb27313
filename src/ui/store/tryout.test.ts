import { expect, test } from 'vitest';
import type { Prediction, TryImages } from '../../train/protocol';
import { asRun, isComplete, ticked, type Candidate } from './tryout';

const candidate = (key: string): Candidate => ({ key, name: key, method: 'lora', setting: 'r 4', parameters: 1, run: null, imported: null, base: false });
const keys = (list: Candidate[]) => list.map(({ key }) => key);

test('the newest adapters are ticked until the person says otherwise', () => {
  const all = ['a', 'b', 'c', 'd'].map(candidate);
  expect(keys(ticked(all, {}))).toEqual(['b', 'c', 'd']);
  expect(keys(ticked(all, { a: true, d: false }))).toEqual(['a', 'b', 'c']);
});

test('the model itself is ticked beside them', () => {
  const all = [{ ...candidate('base m'), base: true }, ...['a', 'b', 'c', 'd'].map(candidate)];
  expect(keys(ticked(all, {}))).toEqual(['base m', 'b', 'c', 'd']);
  expect(keys(ticked(all, { 'base m': false }))).toEqual(['b', 'c', 'd']);
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
