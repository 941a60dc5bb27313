import { beforeEach, expect, test } from 'vitest';
import { defined } from '../../../numbers/defined';
import { completeTrain } from '../../../train/config';
import { experiments } from '../../../records/paper.meta';
import type { BudgetRow, DataInfo, ModelInfo, Plan, RunSpec } from '../../../train/protocol';
import { useCatalog } from '../../core/data/catalog';
import { chosenRuns, configKey, costOf, experimentNamed, looksOf, meansOf, runsOf, useExperiment } from './experiment';
import { initialSettings } from '../../core/settings/settings';
import { runKey } from '../../core/runs/specs';

const model: ModelInfo = { id: 'vit-nano', title: 'ViT nano', family: 'vit', parameters: 1e6, image_size: 32, labels: 10, target_modules: ['query'], note: '', builtin: true };
const reads: ModelInfo = { ...model, id: 'reads', title: 'Reads', builtin: false, texts: { target_modules: ['query'] } };
const data: DataInfo = { id: 'fashion-mnist', title: 'Fashion', classes: ['a', 'b'], all_classes: ['a', 'b'], train: 6000, val: 0, test: 1000, seeded: false, train_per_class: [4000, 2000], test_per_class: [500, 500], licence: '', source: '', builtin: true, warnings: [] };
const row = (method: string, config: BudgetRow['config'], why: string | null = null): BudgetRow => ({ method, config, parameters: 43_000, range: [1, 1e6], reason: why });
const means = { model, data };
const of = (name: string) => defined(experiments[name]).small;

beforeEach(() => useCatalog.setState({ models: [model], datasets: [data] }));

test('an experiment is every method with every variant and seed, trained as the command line trains it, and says which it is', () => {
  const { specs, missing } = runsOf('table-2', of('table-2'), means, [], looksOf(of('table-2'), null, false));
  expect(missing).toEqual([]);
  expect(specs.map(({ method, train }) => [method.method, method.r, method.ablation, train.seed])).toEqual([
    ['lora', 5, undefined, 0], ['lora', 5, undefined, 1],
    ['randlora', 8, 'a', 0], ['randlora', 8, 'a', 1],
    ['randlora', 8, 'b', 0], ['randlora', 8, 'b', 1],
    ['randlora', 8, undefined, 0], ['randlora', 8, undefined, 1],
  ]);
  expect(new Set(specs.map(({ experiment, model: on, data: from }) => `${experiment} ${on} ${from}`))).toEqual(new Set(['table-2 vit-nano fashion-mnist']));
  // Nothing but how often it is kept differs from what `fullrank compare` makes of the same grid.
  expect({ ...defined(specs[1]).train, checkpoint_every: 0 }).toEqual(completeTrain({ ...of('table-2').train, seed: 1 }));
  // It is no setting: the same run without it is the same run.
  expect(runKey({ ...defined(specs[0]), experiment: undefined })).toBe(runKey(defined(specs[0])));
});

test('shares of the data are numbers of pictures, and a budget is met by what the methods reach at it', () => {
  const rows = [row('lora', { method: 'lora', r: 5 }), row('vera', { method: 'vera', r: 300 }, 'It stops there.'), row('nola', null, 'Nothing fits.'), row('randlora', { method: 'randlora', r: 9 }), row('full', { method: 'full' }, 'Whatever the budget.')];
  const { specs, missing, notes } = runsOf('figure-2', of('figure-2'), means, rows, {});
  // Four of five methods, six numbers of pictures, two seeds.
  expect(specs).toHaveLength(4 * 6 * 2);
  expect(missing).toEqual([{ method: 'nola', why: 'Nothing fits.' }]);
  expect(notes).toEqual([{ method: 'vera', why: 'It stops there.' }]);
  const lora = specs.filter(({ method, train }) => method.method === 'lora' && train.seed === 0);
  // Of the 2,000 that the small form takes at most, half are 1,000; of all 6,000, 3,000.
  expect(lora.map(({ train }) => [train.shots, train.train_limit])).toEqual([[1, 2000], [2, 2000], [4, 2000], [16, 2000], [0, 1000], [0, 2000]]);
  expect(defined(lora[0]).method).toEqual({ method: 'lora', r: 5 });
  const whole = runsOf('figure-3', defined(experiments['figure-3']).full, means, [], {}).specs.filter(({ method, train }) => method.method === 'full' && train.seed === 0);
  expect(whole.map(({ train }) => [train.shots, train.train_limit, train.lr])).toEqual([[1, 0, 1e-5], [2, 0, 1e-5], [4, 0, 1e-5], [16, 0, 1e-5], [0, 3000, 1e-5], [0, 0, 1e-5]]);
});

test('steps that were asked for hold where the form counts steps', () => {
  expect(runsOf('table-10', of('table-10'), means, [], looksOf(of('table-10'), 3, true)).specs.map(({ train }) => train.steps)).toEqual([3, 3, 3]);
  expect(looksOf(defined(experiments['figure-1']).full, 3, true)).not.toHaveProperty('steps');
});

test('what is missing is a sentence: the model, one that reads texts, the data', () => {
  const chosen = { model: 'vit-nano', data: 'fashion-mnist' };
  const open = { models: [model, reads], datasets: [data] };
  const summary = (name: string, form: 'small' | 'full', catalog = open, by = chosen) => {
    const found = meansOf(defined(experiments[name])[form], catalog, by);
    return 'obstacle' in found ? found.obstacle : found.model.id;
  };
  expect(summary('table-2', 'small')).toBe('vit-nano');
  expect(summary('table-2', 'full')).toMatch(/needs the model openai\/clip-vit-base-patch32/);
  const clip = { ...reads, id: 'clip-nano' };
  expect(summary('table-5', 'small', { ...open, models: [model, clip] })).toBe('clip-nano');
  const free = { ...of('table-5'), model: undefined };
  expect(meansOf(free, open, chosen)).toMatchObject({ obstacle: expect.stringMatching(/reads texts, a CLIP, and ViT nano is chosen/) });
  expect(meansOf(free, open, { ...chosen, model: 'reads' })).toMatchObject({ model: { id: 'reads' } });
  expect(summary('table-2', 'small', { ...open, datasets: [] })).toMatch(/needs the data set fashion-mnist/);
  expect(runsOf('table-5', of('table-5'), means, [], {}).missing.map(({ method }) => method)).toEqual(['dept_maple']);
  expect(experimentNamed('toString')).toBeNull();
});

test('a budget is asked for first; what a plan takes is the least, the most, and what is not known yet', () => {
  const catalog = { ...useCatalog.getState(), device: null };
  const asking = chosenRuns('figure-2', useExperiment.getState(), catalog, { ...initialSettings, model: 'vit-nano', data: 'fashion-mnist' });
  expect(asking).toMatchObject({ asking: true, specs: [] });
  expect(chosenRuns('table-9', useExperiment.getState(), catalog, initialSettings)).toBeNull();
  const { specs } = runsOf('table-2', of('table-2'), means, [], {});
  const plan = (trainable_parameters: number, total_bytes: number) => ({ plan: { trainable_parameters, total_bytes } as Plan });
  const keys = [...new Set(specs.map(configKey))];
  const cost = costOf(specs, { [defined(keys[0])]: plan(7, 100), [defined(keys[1])]: plan(3, 900), [defined(keys[2])]: { error: 'No.' } });
  expect(cost).toEqual({ parameters: [3, 7], bytes: 900, unknown: 1, errors: [{ method: 'randlora', why: 'No.' }] });
  expect(configKey({ method: { method: 'x' } } as unknown as RunSpec)).toBe('{"method":"x"}');
});
