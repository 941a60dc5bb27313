import { beforeEach, expect, test, vi } from 'vitest';
import { defined } from '../../../numbers/defined';
import { completeTrain } from '../../../train/config';
import type { DataInfo, DeviceReport, RateSearch, RunEvent, RunSpec } from '../../../train/protocol';
import { unequalSettings } from '../../../records/fair.meta';
import { rateCost } from '../../../train/rates.meta';
import { phasesOf } from '../../train/phases';
import { trainAgain } from './actions';
import { useCatalog } from '../data/catalog';
import { stampNow } from './dataStamp';
import { estimate, searchTime } from './estimate';
import { searchFor, searchOf, searchSteps, withRate } from './rates';
import { makeRun, putRuns, runById, useRuns, type Run } from './runs';
import { tabId } from '../storage/tabs';
import { startQueue } from './trainer';

/** Specs given to the worker, and how it ends them. */
const given: RunSpec[] = [];
let end: (spec: RunSpec, say: (event: RunEvent) => void) => void;
const search: RateSearch = { lr: 0.0046, trials: [{ lr: 0.003, steps: 10, rung: 0, loss: NaN, accuracy: 0 }, { lr: 0.0046, steps: 10, rung: 0, loss: 1, accuracy: 0.7 }], held: 50, seed: 9 };
vi.mock('../worker/client', () => ({
  messageOf: (error: Error) => error.message,
  restartWorker: () => {},
  studio: () => ({
    run: async (spec: RunSpec, _resume: null, say: (event: RunEvent) => void) => {
      given.push(spec);
      if (spec.rate === 'find') say({ type: 'phase', run: spec.id, phase: 'search', done: 3, total: 70, unit: 'steps' });
      end(spec, say);
    },
    stop: () => {},
    plan: async () => ({ steps: 60 }),
  }),
}));
vi.mock('../data/open', () => ({ askDevice: async () => {} }));
vi.mock('../storage/database', () => ({ get: async () => undefined, put: async () => {}, remove: async () => {} }));
vi.mock('../storage/keep', () => ({ adopt: async () => true, keepCurve: async () => {}, keepRun: async () => {} }));

const spec = (id: string, train: object = {}): RunSpec => ({ id, name: id, model: 'm', data: 'd', method: { method: 'lora', r: 4 }, train: completeTrain({ steps: 60, lr: 0.003, ...train }) });
const run = (of: RunSpec, about: Partial<Run> = {}): Run => ({ ...makeRun(of, { modelTitle: '', dataTitle: '', classes: [] }, tabId, useRuns.getState().runs.length), ...about });
const done = (of: RunSpec, say: (event: RunEvent) => void) => {
  if (of.rate === 'find') say({ type: 'rate', run: of.id, search });
  say({ type: 'finished', run: of.id, reason: 'done', summary: { steps: 60 } } as RunEvent);
};

beforeEach(() => {
  given.length = 0;
  end = done;
  const info = { id: 'd', classes: ['a', 'b'], train: 100, val: 0, test: 10, train_per_class: [50, 50], test_per_class: [5, 5] } as unknown as DataInfo;
  useCatalog.setState({ datasets: [info] });
  useRuns.setState({ runs: [], selected: '', current: '', held: false });
});

test('the first run of a queue finds its rate, keeps the table and trains at it; the next seed takes it over, other settings find their own', async () => {
  putRuns([run({ ...spec('a'), rate: 'find' }), run({ ...spec('b', { seed: 1 }), rate: 'find' }), run({ ...spec('c', { batch: 8 }), rate: 'find' })].map((one, i) => ({ ...one, created: i })));
  await startQueue();
  expect(given.map(({ id, rate, train }) => [id, rate, train.lr])).toEqual([['a', 'find', 0.003], ['b', 'found', 0.0046], ['c', 'find', 0.003]]);
  for (const id of ['a', 'b', 'c']) expect(runById(id)).toMatchObject({ state: 'done', rates: search, spec: { train: { lr: 0.0046 } } });
  expect(unequalSettings([runById('a')!.spec, { ...runById('b')!.spec, train: { ...runById('b')!.spec.train, lr: 1 } }])).toEqual([]);

  // A seed more of a run is at the same rate, and has its table; another rate has none.
  trainAgain(runById('a')!, { seed: 7 });
  trainAgain(runById('a')!, { lr: 0.1 });
  await vi.waitUntil(() => given.length === 5);
  expect(useRuns.getState().runs.slice(-2).map(({ rates, spec: { train } }) => [train.lr, rates])).toEqual([[0.0046, search], [0.1, undefined]]);
  expect(given.slice(-2).map(({ rate }) => rate)).toEqual(['found', undefined]);
});

test('a search that was stopped leaves nothing, and the next run searches', async () => {
  putRuns([run({ ...spec('a'), rate: 'find' })]);
  end = (of, say) => say({ type: 'failed', run: of.id, error: { kind: 'cancelled', message: '', kept: '', details: '' } });
  await startQueue();
  expect(runById('a')).toMatchObject({ state: 'stopped', spec: { rate: 'find', train: { lr: 0.003 } } });
  expect(runById('a')!.rates).toBeUndefined();
  expect(withRate(spec('b')).rate).toBe('find');
});

test('a rate counts as long as the data is the same, and for runs of this person', () => {
  expect(withRate(spec('x'))).toEqual({ ...spec('x'), rate: 'find' });
  const known = run(spec('a', { lr: 0.0046 }), { rates: search, dataStamp: stampNow('d') });
  putRuns([known]);
  expect(withRate(spec('x', { seed: 3 }))).toEqual({ ...spec('x', { seed: 3, lr: 0.0046 }), rate: 'found' });
  expect(searchOf(spec('x'))).toBeUndefined();
  expect(searchOf(spec('x', { lr: 0.0046 }))).toBe(search);
  for (const gone of [{ dataStamp: 'another' }, { deleted: 1 }, { theirs: { file: 'f', id: 'i', at: 1 } }]) expect(searchFor(spec('x'), [{ ...known, ...gone }])).toBeUndefined();
  // A head with a rate of its own has none to find.
  const probe = { ...spec('p', { head_lr: 0.01 }), method: { method: 'linear_probe' } };
  expect(withRate(probe)).toBe(probe);
});

test('estimates count the search once for all seeds: its steps, and measuring on what is held back', () => {
  const before = run(spec('old', { batch: 4 }), { lastStep: 60, seconds: 120, summary: { device: { description: 'gpu' } as DeviceReport } as Run['summary'] });
  const sought = [0, 1].map((seed) => ({ ...spec('x', { batch: 4, seed }), rate: 'find' as const }));
  // 20 of 100 pictures are held back; a forward pass is a third of a step.
  const steps = rateCost(60).steps + (rateCost(60).trials * 20) / 3 / 4;
  expect(searchSteps(defined(sought[0]), 60)).toBeCloseTo(steps, 9);
  expect(searchTime([defined(sought[0])], 60, [before], 'gpu').seconds).toBeCloseTo(2 * steps, 9);
  // Each run ends with a look at 10 test pictures.
  expect(estimate(sought, () => 60, [before], 'gpu').seconds).toBeCloseTo(2 * (60 + 60 + steps + 2 * (10 / 3 / 4)), 9);
  expect(estimate(sought, () => 60, [], 'gpu').unknown).toBe(2);
  expect(phasesOf({ spec: defined(sought[0]) }).indexOf('search')).toBe(2);
  expect(phasesOf({ spec: spec('x') })).not.toContain('search');
});
