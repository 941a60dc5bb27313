import { beforeEach, expect, test, vi } from 'vitest';
import { useCatalog } from './catalog';
import { followHistory, forgetHistory, undoNewest } from '../settings/history';
import { followSettings, loadSamples, openCatalog, planAlso, refreshPlans } from './open';
import { initialSettings, setTrain, settleOn, useSettings } from '../settings/settings';

const models = [{ id: 'vit-nano', title: 'vit-nano', parameters: 1e5, target_modules: [] }];
const datasets = [{ id: 'fashion-mnist', title: 'Fashion-MNIST', classes: ['a'] }];
const samples = vi.fn<(id: string) => Promise<unknown>>();
const budgets = vi.fn(async () => []);
vi.mock('../worker/client', () => ({
  messageOf: (error: Error) => error.message,
  studio: () => ({ device: async () => ({ ok: true }), models: async () => models, datasets: async () => datasets, samples, budget: budgets, plan: async () => ({}), cached: async () => [], kept: async () => [] }),
}));
vi.mock('./hub', () => ({ openAllCached: async () => {}, openStoredModel: async () => null, openStoredData: async () => null }));
vi.mock('./keptImports', () => ({ openKeptImports: async () => {} }));

followHistory();
followSettings();
beforeEach(async () => {
  samples.mockReset().mockResolvedValue([]);
  useCatalog.setState({ samples: {}, failure: '', importError: null });
  useSettings.setState({ ...initialSettings, model: 'of-a-project', data: 'her pictures' });
  forgetHistory();
  await openCatalog();
});

test('stand-ins for a model and data that are not here are no step to take back', () => {
  expect(useSettings.getState()).toMatchObject({ model: 'vit-nano', data: 'fashion-mnist' });
  expect(undoNewest()).toBe(false);
  setTrain('steps', 7);
  undoNewest();
  expect(useSettings.getState()).toMatchObject({ model: 'vit-nano', data: 'fashion-mnist', train: {} });
  expect(useCatalog.getState().failure).toBe('');
});

test('undo never goes to a model or data that are not here any more', () => {
  useSettings.setState({ model: 'deleted', data: 'deleted' });
  setTrain('steps', 7);
  useSettings.setState({ model: 'vit-nano', data: 'fashion-mnist' });
  while (undoNewest()) expect(useSettings.getState()).toMatchObject({ model: 'vit-nano', data: 'fashion-mnist' });
  expect(useSettings.getState().train).toEqual({});
});

test('methods in sight are planned whether they are ticked or not, and a tick takes no plan away', async () => {
  const planned = () => Object.keys(useCatalog.getState().plans).sort();
  await vi.waitUntil(() => planned().includes('full'));
  planAlso(['full', 'linear_probe']);
  await vi.waitUntil(() => planned().includes('linear_probe'));
  const seen: string[][] = [];
  const forget = useCatalog.subscribe(({ plans }, before) => plans !== before.plans && seen.push(planned()));
  useSettings.setState({ methods: [] });
  await refreshPlans.settled();
  useSettings.setState({ methods: ['linear_probe'] });
  await refreshPlans.settled();
  forget();
  expect(seen.length).toBeGreaterThan(1);
  for (const methods of seen) expect(methods).toEqual(['full', 'linear_probe']);
  planAlso([]);
});

test('numbers of settings before are marked until those of the settings now are there', async () => {
  const planning = () => useCatalog.getState().planning;
  await vi.waitUntil(() => !planning());
  setTrain('batch', 3);
  expect(planning()).toBe(true);
  // What is asked for beside it, of the rows before, makes nothing true.
  planAlso(['full']);
  const seen: [boolean, number][] = [];
  const forget = useCatalog.subscribe((now, before) => now.planning !== before.planning && seen.push([now.planning, budgets.mock.calls.length]));
  budgets.mockClear();
  useSettings.setState({ budget: 20_000 });
  setTrain('steps', 7);
  await vi.waitUntil(() => !planning());
  forget();
  expect(seen.at(-1)![1]).toBeGreaterThan(0);
  // A tick makes nothing untrue.
  useSettings.setState({ methods: ['lora'] });
  expect(planning()).toBe(false);
  // Nothing is true before the device is known.
  useCatalog.setState({ device: null });
  setTrain('steps', 8);
  await refreshPlans.settled();
  expect(planning()).toBe(true);
  planAlso([]);
});

test('pictures are asked for by who shows them, once, and again when they change', async () => {
  expect(samples).not.toHaveBeenCalled();
  await loadSamples('fashion-mnist');
  await loadSamples('fashion-mnist');
  expect(samples).toHaveBeenCalledTimes(1);
  await loadSamples('fashion-mnist', true);
  expect(samples).toHaveBeenCalledTimes(2);
  await loadSamples('not here');
  expect(samples).toHaveBeenCalledTimes(2);
});

test('pictures that cannot be read are a failure of that data set, not of the studio', async () => {
  samples.mockRejectedValue(new Error('torn'));
  await loadSamples('fashion-mnist');
  expect(useCatalog.getState()).toMatchObject({ failure: '', importError: { kind: 'data', name: 'Fashion-MNIST', message: 'torn' } });
});

test('a page that goes to another project changes nothing of that project by what it is still opening', async () => {
  const set = useSettings.setState;
  const theirs = { ...initialSettings, model: 'of-a-project', data: 'her pictures' };
  const opening = openCatalog();
  settleOn(theirs);
  await opening;
  expect(useSettings.getState()).toEqual(theirs);
  useSettings.setState = set;
});
