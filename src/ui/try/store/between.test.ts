import { beforeEach, expect, test, vi } from 'vitest';
import { makeRun } from '../../core/runs/runs';
import { adapterBetween, moveBetween, useBetween, withBetween } from './between';
import { sourcesOf, useTryout, type Candidate } from './tryout';

const forgetAdapter = vi.hoisted(() => vi.fn(() => Promise.resolve()));
vi.mock('../../core/worker/client', () => ({ studio: () => ({ forgetAdapter }) }));
const get = vi.hoisted(() => vi.fn(async (_: string, key: string) => [{ path: key, bytes: new Uint8Array() }]));
vi.mock('../../core/storage/database', async (original) => ({ ...(await original<object>()), get }));

const candidate = (key: string, method: string): Candidate => ({
  key, name: key, method, setting: 'r 4', parameters: 1, head: 0, imported: null, base: method === 'base',
  run: method === 'base' ? null : makeRun({ id: key, name: key, model: 'm', data: 'd', method: { method }, train: {} as never }, { modelTitle: '', dataTitle: '', classes: [] }, '', 1),
});
const chosen = [candidate('base m', 'base'), candidate('p', 'vpt'), candidate('h', 'linear_probe'), candidate('a', 'lora'), candidate('b', 'full')];

beforeEach(() => {
  useBetween.setState({ adapter: '', at: 1, moved: false });
  useTryout.setState({ memory: null });
});

test('the slider is of the adapter asked for, else of the first whose update can be scaled', () => {
  expect([adapterBetween(chosen, '')?.key, adapterBetween(chosen, 'b')?.key, adapterBetween(chosen, 'gone')?.key]).toEqual(['a', 'b', 'a']);
  expect(adapterBetween(chosen.slice(0, 1), '')).toBeUndefined();
});

test('its place stands behind the adapter, opened by the adapter’s files under a name of its own; at the end there is none', async () => {
  expect(withBetween(chosen, { adapter: '', at: 1 })).toBe(chosen);
  const shown = withBetween(chosen, { adapter: 'a', at: 0.25 });
  expect(shown.map(({ key }) => key)).toEqual(['base m', 'p', 'h', 'a', 'between 0.25 a', 'b']);
  const { specs, files } = sourcesOf(shown.slice(3, 5));
  expect(specs.map(({ id, name, at, model }) => [id, name, at, model])).toEqual([['a', 'a', undefined, 'm'], ['between 0.25 a', 'a at 0.25', 0.25, 'm']]);
  expect(await files('between 0.25 a')).toEqual(await files('a'));
});

test('a place that is left goes from the GPU, and the adapters stay', () => {
  useTryout.setState({ memory: { model: 'm', backbone: {}, adapters: ['a', 'between 0.25 a'].map((key) => ({ key, bytes: {} })) } });
  moveBetween({ at: 0.5 });
  expect(useBetween.getState()).toEqual({ adapter: '', at: 0.5, moved: true });
  expect([forgetAdapter.mock.calls, useTryout.getState().memory?.adapters.map(({ key }) => key)]).toEqual([[['between 0.25 a']], ['a']]);
});
