import { beforeEach, expect, test } from 'vitest';
import { defined } from '../../../numbers/defined';
import type { BudgetRow, DataInfo, ModelInfo, RunSpec } from '../../../train/protocol';
import { useCatalog } from '../data/catalog';
import { dataStamp, isStale } from '../runs/dataStamp';
import { estimate, runTime } from '../runs/estimate';
import { stepsOf } from '../runs/runLength';
import { standardTrain } from './fields';
import { makeRun, orderAt, waitingIn, type Run } from '../runs/runs';
import { initialSettings, type Settings } from './settings';
import { runKey } from '../runs/specs';
import { mostRuns, sweepSpecs } from './sweep';

const model: ModelInfo = { id: 'm', title: 'm', family: 'vit', parameters: 1e6, image_size: 32, labels: 2, target_modules: ['query'], note: '', builtin: true };
const data: DataInfo = { id: 'd', title: 'd', classes: ['a', 'b'], all_classes: ['a', 'b'], train: 200, val: 0, test: 40, seeded: false, train_per_class: [150, 50], test_per_class: [20, 20], licence: '', source: '', builtin: true, warnings: [] };
const row = (method: string, r: number): BudgetRow => ({ method, config: { method, r }, parameters: 100 * r, range: [100, 1e6], reason: null });
const rows: Record<number, BudgetRow[]> = { 1000: [row('lora', 10), row('vera', 3)], 2000: [row('lora', 20), { ...row('vera', 0), config: null }] };
const settings = (change: Partial<Settings>): Settings => ({ ...initialSettings, model: 'm', data: 'd', methods: ['lora', 'vera', 'full'], ...change });

beforeEach(() => useCatalog.setState({ models: [model], datasets: [data], rows: rows[1000] }));

test('every combination is one run; what has no budget to meet is one at all budgets', () => {
  const { specs, asking, missing } = sweepSpecs(settings({ sweepBudgets: '1000 2000', sweepSeeds: '0-2', sweepShots: '4, all' }), rows);
  const of = (method: string) => specs.filter((spec) => spec.method.method === method);
  expect([of('lora').length, of('vera').length, of('full').length]).toEqual([2 * 3 * 2, 3 * 2, 3 * 2]);
  expect(asking).toBe(0);
  expect(missing).toEqual([{ method: 'vera', budget: 2000 }]);
  expect(new Set(specs.map(runKey)).size).toBe(specs.length);
  expect(defined(specs[0]).train).toMatchObject({ shots: 4, seed: 0 });
  // A run knows what it was to have, where its method can be larger or smaller.
  expect([of('lora'), of('full')].map((all) => [...new Set(all.map(({ budget }) => budget))])).toEqual([[1000, 2000], [undefined]]);
});

test('learning rates are values, or multiples of the method’s own', () => {
  const { specs } = sweepSpecs(settings({ methods: ['lora', 'full'], sweepRates: 'x1 x10 0.5', lr: { lora: 0.002 } }), rows);
  expect(specs.filter((spec) => spec.method.method === 'lora').map((spec) => spec.train.lr)).toEqual([0.002, 0.02, 0.5]);
  expect(new Set(specs.map((spec) => spec.train.lr)).size).toBe(5);
});

test('without lists a sweep is what the button trains; budgets that were not asked for yet are counted', () => {
  expect(sweepSpecs(settings({}), {}).specs.map((spec) => spec.method.method).sort()).toEqual(['full', 'lora', 'vera']);
  expect(sweepSpecs(settings({ sweepBudgets: '1000, 7' }), rows).asking).toBe(1);
  expect(sweepSpecs(settings({ sweepSeeds: '0-99', sweepShots: Array.from({ length: 30 }, (_, i) => i + 1).join(' ') }), rows).specs.length).toBe(mostRuns + 1);
});

const spec = (method: string, change: Partial<RunSpec['train']> = {}): RunSpec => ({ id: method, name: method, model: 'm', data: 'd', method: { method }, train: { ...standardTrain(false), ...change } });
const run = (id: string, change: Partial<Run> = {}): Run => ({ ...makeRun({ ...spec('lora'), id }, { modelTitle: 'm', dataTitle: 'd', classes: [] }, 'me', 1), ...change });

test('time is that of like runs on this device, with what they took beside the steps', () => {
  const summary = { device: { description: 'gpu' } } as Run['summary'];
  useCatalog.setState({ datasets: [] });
  const done = [run('a', { summary, seconds: 20, lastStep: 200, overhead: 5 })];
  const steps = (one: RunSpec) => one.train.steps;
  expect(estimate([spec('lora', { steps: 100 })], steps, done, 'gpu')).toEqual({ seconds: 15, unknown: 0 });
  // Another method takes about as long, a probe does not.
  expect(estimate([spec('vera', { steps: 100 }), spec('linear_probe')], steps, done, 'gpu')).toEqual({ seconds: 15, unknown: 1 });
  expect(estimate([spec('lora', { batch: 7 })], steps, done, 'gpu').unknown).toBe(1);
  expect(estimate([spec('lora')], steps, done, 'other').unknown).toBe(1);
});

test('a run that was deleted tells no estimate, wherever one is made: what every part of the page says is of the same runs', () => {
  const summary = { device: { description: 'gpu' } } as Run['summary'];
  useCatalog.setState({ datasets: [] });
  const steps = (one: RunSpec) => one.train.steps;
  const done = [run('a', { summary, seconds: 20, lastStep: 200 }), run('b', { summary, seconds: 80, lastStep: 200, deleted: 1 })];
  expect(estimate([spec('lora', { steps: 100 })], steps, done, 'gpu')).toEqual({ seconds: 10, unknown: 0 });
  expect(estimate([spec('lora', { steps: 100 })], steps, done.slice(1), 'gpu')).toEqual({ seconds: 0, unknown: 1 });
});

test('an estimate goes by runs of the same settings, and a busy minute does not double it; only those have measured the time of a run', () => {
  const summary = { device: { description: 'gpu' } } as Run['summary'];
  useCatalog.setState({ datasets: [] });
  const took = (id: string, seconds: number, change: Partial<RunSpec> = {}, train = {}) => ({ ...run(id), spec: { ...spec('lora', train), id, ...change }, summary, seconds, lastStep: 200, overhead: 0 });
  const same = [took('a', 20), took('b', 22, {}, { seed: 1 }), took('c', 60, {}, { seed: 2 })];
  const later = took('e', 90, { data: 'other' });
  const of = (runs: Run[], change: Partial<RunSpec> = {}) => runTime({ ...spec('lora', { seed: 7 }), ...change }, 200, runs, 'gpu', []);
  expect(of(same)).toEqual({ seconds: 22, measured: true });
  expect(of([...same, later])).toEqual({ seconds: 22, measured: true });
  // On other data, or with another method, it is estimated from what is nearest.
  expect(of(same, { data: 'other' })).toEqual({ seconds: 22, measured: false });
  expect(of([...same, later], { data: 'other' })).toEqual({ seconds: 90, measured: true });
  expect(of(same, { method: { method: 'vera' } })).toEqual({ seconds: 22, measured: false });
  // One that was cut short has measured no whole run: its steps are gone by until there is one.
  const [stopped, early] = [{ ...took('s', 30), state: 'stopped' as const }, { ...took('t', 40), summary: { ...summary, early_stopping: { stopped: true } } as Run['summary'] }];
  expect([of([stopped]), of([early])]).toEqual([{ seconds: 30, measured: false }, { seconds: 40, measured: false }]);
  expect(of([defined(same[0]), stopped, early])).toEqual({ seconds: 20, measured: true });
  expect(of([], {})).toBeNull();
});

test('what was timed on few pictures takes longer where many are evaluated', () => {
  const summary = { device: { description: 'gpu' } } as Run['summary'];
  useCatalog.setState({ datasets: [data, { ...data, id: 'large', test: 4000, val: 200 }] });
  const settings = { steps: 20, eval_every: 10, val_fraction: 0, early_stopping_patience: 0, test_limit: 0 };
  const done = [run('a', { spec: { ...spec('lora', settings), id: 'a' }, summary, seconds: 2, lastStep: 20, overhead: 5, looked: { seconds: 4, images: 80 } })];
  const on = (id: string) => estimate([{ ...spec('lora', settings), data: id }], ({ train }) => train.steps, done, 'gpu').seconds;
  // On the test pictures twice, at 0.05 s each; on 200 twice, and once on 4,000.
  expect([on('d'), on('large')]).toEqual([expect.closeTo(2 + 1 + 4), expect.closeTo(2 + 1 + 220)]);
});

test('texts of other data may be longer: their time follows the work of a step, where it is planned', () => {
  useCatalog.setState({ datasets: [] });
  const summary = { device: { description: 'gpu' } } as Run['summary'];
  const ofTexts = (change: Partial<RunSpec> = {}): RunSpec => ({ ...spec('lora', { steps: 100 }), text: { task: 'sequence-classification' }, ...change });
  const before = { ...run('a', { summary, seconds: 20, lastStep: 200, plan: { work: 4 } as Run['plan'] }), spec: { ...ofTexts(), id: 'a' } };
  useCatalog.setState({ plans: { lora: { plan: { work: 12 } } } as never });
  const seconds = (change: Partial<RunSpec>) => estimate([ofTexts(change)], () => 100, [before], 'gpu').seconds.toFixed(6);
  expect([seconds({}), seconds({ data: 'longer' }), seconds({ text: { task: 'sequence-classification', max_length: 96 } })]).toEqual(['10.000000', '30.000000', '30.000000']);
  useCatalog.setState({ plans: {} });
  expect(seconds({ data: 'longer' })).toBe('10.000000');
});

test('steps follow the epochs and the images that are used', () => {
  expect(stepsOf(spec('lora', { steps: 7 }), data)).toBe(7);
  expect(stepsOf(spec('lora', { steps: 0, epochs: 2, batch: 10, val_fraction: 0.1 }), data)).toBe(36);
  expect(stepsOf(spec('lora', { steps: 0, epochs: 2, batch: 4, val_fraction: 0, shots: 8 }), data)).toBe(8);
});

test('waiting runs stand in their order, and can be put at any place', () => {
  const runs = ['a', 'b', 'c'].map((id, i) => run(id, { created: 10 + i }));
  const order = (list: Run[]) => waitingIn(list, 'me').map((one) => one.id).join('');
  const moved = (id: string, place: number) => order(runs.map((one) => (one.id === id ? { ...one, order: orderAt(waitingIn(runs, 'me'), id, place) ?? one.order } : one)));
  expect(order(runs)).toBe('abc');
  expect([moved('c', 0), moved('c', 1), moved('a', 1), moved('a', 2), moved('b', 1), moved('a', 99)]).toEqual(['cab', 'acb', 'bac', 'bca', 'abc', 'bca']);
  expect(waitingIn([...runs, run('x', { owner: 'other' }), run('y', { state: 'done' }), run('z', { deleted: 1 })], 'me')).toHaveLength(3);
});

test('a run is stale once the images or the edits are others than those it had', () => {
  const done = run('a', { state: 'done', dataStamp: dataStamp(data, undefined) });
  const catalog = { datasets: [data] };
  expect(isStale(done, catalog, undefined)).toBe(false);
  expect(isStale(done, { datasets: [{ ...data, train_per_class: [150, 49] }] }, undefined)).toBe(true);
  expect(isStale(done, catalog, { version: 1, disabled_classes: [], disabled: ['x.png'], relabelled: [], split: null })).toBe(true);
  // Edits that were taken back, a set that is not open, and one that waits.
  expect(isStale(done, catalog, { version: 1, disabled_classes: [], disabled: [], relabelled: [], split: null })).toBe(false);
  expect(isStale(done, { datasets: [] }, undefined)).toBe(false);
  expect(isStale(run('b'), catalog, { version: 1, disabled_classes: ['a'], disabled: [], relabelled: [], split: null })).toBe(false);
});
