import { expect, test, vi } from 'vitest';
import type { Prediction, TryImages } from '../../../train/protocol';
import { methodLook } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { useCatalog } from '../../core/data/catalog';
import { makeRun, type Run } from '../../core/runs/runs';
import { initialSettings, useSettings } from '../../core/settings/settings';
import { asRun, followTestData, isComplete, lineOf, newerThan, shownTop, ticked, useTryout, type Candidate } from './tryout';

const tryImages = vi.hoisted(() => vi.fn());
vi.mock('../../core/worker/client', () => ({ messageOf: (error: Error) => error.message, studio: () => ({ tryImages }) }));

let made = 0;
const runOf = (id: string, method: string, data: string, state: Run['state']): Run => ({ ...makeRun({ id, name: id, model: 'm', data, method: { method }, train: {} as never }, { modelTitle: '', dataTitle: '', classes: [] }, '', ++made), state });
const candidate = (key: string, method = 'lora', data = 'd', state: Run['state'] = 'done'): Candidate => ({ key, name: key, method, setting: 'r 4', parameters: 1, head: 0, run: method === 'base' ? null : runOf(key, method, data, state), imported: null, base: false });
const keys = (list: Candidate[]) => list.map(({ key }) => key);

const all = [candidate('base m', 'base'), candidate('a', 'randlora'), candidate('b', 'lora'), candidate('c', 'vera'), candidate('d', 'lora'), candidate('e', 'full')];
defined(all[0]).base = true;

test('the newest adapter of each method is ticked until the person says otherwise, and the model itself where it knows the classes or stands alone', () => {
  expect(keys(ticked(all, {}))).toEqual(['a', 'c', 'd', 'e']);
  expect(keys(ticked(all, { 'base m': true, b: true, d: false }))).toEqual(['base m', 'a', 'b', 'c', 'e']);
  expect(keys(ticked(all.slice(0, 1), {}))).toEqual(['base m']);
  useSettings.setState({ model: 'm' });
  useCatalog.setState({ models: [{ id: 'm', texts: { target_modules: 'all-linear' } }] as never });
  expect(keys(ticked(all, {}))).toEqual(['base m', 'a', 'c', 'd', 'e']);
  useCatalog.setState({ models: [] });
  useSettings.setState(initialSettings);
});

test('adapters of one data set are ticked, the chosen one or that of the newest run, and of stopped runs only where there are no others', () => {
  const two = [candidate('a', 'vera', 'fashion'), candidate('b', 'full', 'fashion', 'stopped'), candidate('c', 'lora', 'pics'), candidate('d', 'randlora', 'pics'), candidate('e', 'lora', 'pics', 'stopped')];
  expect(keys(ticked(two, {}))).toEqual(['c', 'd']);
  useSettings.setState({ data: 'fashion' });
  expect(keys(ticked(two, {}))).toEqual(['a']);
  expect(keys(ticked(two.slice(1, 2), {}))).toEqual(['b']);
  useSettings.setState(initialSettings);
  expect(all.map((one) => newerThan(one, all)?.name)).toEqual([undefined, undefined, 'd', undefined, undefined, undefined]);
  expect(two.map((one) => newerThan(one, two))).toEqual(two.map(() => undefined));
});

test('a candidate is called by method and setting, and by its name where another has the same', () => {
  expect(lineOf(defined(all[1]), all)).toBe('RandLoRA, r 4');
  expect(lineOf(defined(all[4]), all)).toBe('LoRA, r 4, d');
  expect(lineOf({ ...defined(all[0]), setting: '' }, all)).toBe('Base model');
  expect(lineOf(candidate('x', 'dora', 'd', 'stopped'), all)).toBe('DoRA, r 4, stopped');
});

test('classes of several sets are read by their names, with the set after; those of one set, and of adapters, as they are', () => {
  const top = (...labels: string[]) => labels.map((label) => ({ label, probability: 0.5 }));
  const labelsOf = (base: boolean, ...labels: string[]) => shownTop({ base }, top(...labels)).map(({ label }) => label);
  expect(labelsOf(true, 'dtd10/banded', 'gtsrb/no overtaking', 'other/30/50')).toEqual(['banded (textures, DTD)', 'no overtaking (traffic signs, GTSRB)', '30/50 (other)']);
  expect(labelsOf(false, 'a/b', 'c/d')).toEqual(['a/b', 'c/d']);
  expect(labelsOf(true, 'cat', 'and/or')).toEqual(['cat', 'and/or']);
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

test('test pictures of other data give way to those of the chosen data; what the person brought stays', async () => {
  const images = { title: 'd1', names: [], notes: [] } as unknown as TryImages;
  tryImages.mockImplementation(async ({ data }) => ({ ...images, title: data }));
  useCatalog.setState({ datasets: [{ id: 'd2' } as never] });
  useTryout.setState({ images, testOf: 'd1', results: { a: [] } });
  followTestData('d2');
  expect([useTryout.getState().images, useTryout.getState().results]).toEqual([null, {}]);
  await vi.waitFor(() => expect(useTryout.getState()).toMatchObject({ images: { title: 'd2' }, testOf: 'd2', status: 'idle' }));
  useTryout.setState({ images, testOf: '' });
  followTestData('d2');
  expect([useTryout.getState().images, tryImages.mock.calls.length]).toEqual([images, 1]);
  useCatalog.setState({ datasets: [] });
});
