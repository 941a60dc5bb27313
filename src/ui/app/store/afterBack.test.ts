import { beforeEach, expect, test, vi } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { DataInfo, DeviceReport, ModelInfo } from '../../../train/protocol';
import { goOnAfterBack } from './afterBack';
import { useCatalog } from '../../core/data/catalog';
import { makeRun, useRuns, type RunState } from '../../core/runs/runs';

const resumed = vi.fn<(id: string) => void>();
vi.mock('../../core/runs/trainer', () => ({ resumeRun: (id: string) => resumed(id) }));

let way: string;
const kept = new Map<string, string>();
vi.stubGlobal('sessionStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) });
vi.spyOn(performance, 'getEntriesByType').mockImplementation(() => [{ type: way }] as never);

const holds = (state: RunState, current = '') => useRuns.setState({ current, runs: [{ ...makeRun({ id: 'a', name: 'a', model: 'm', data: 'd', method: { method: 'lora' }, train: completeTrain({}) }, { modelTitle: '', dataTitle: '', classes: [] }, 'me', 1), state }] });
const open = () => useCatalog.setState({ device: { ok: true } as DeviceReport & { ok: true }, models: [{ id: 'm' } as ModelInfo], datasets: [{ id: 'd' } as DataInfo] });

/** Leaves the page while a run is in this state, and comes to it again, where it is `now` so: the next page may begin before this one is told. */
function leave(state: RunState, by: string, now: RunState = 'interrupted'): void {
  useRuns.setState({ current: '', runs: [] });
  goOnAfterBack();
  holds('running', 'a');
  holds(state, 'a');
  const left = [...kept];
  way = by;
  holds(now);
  useCatalog.setState({ device: null, models: [], datasets: [] });
  // The page before has a store of its own.
  kept.clear();
  for (const [key, value] of left) kept.set(key, value);
  goOnAfterBack();
}

beforeEach(() => {
  kept.clear();
  resumed.mockReset();
  way = 'navigate';
});

test('what trained goes on after going back to another document of the page, once all that it needs is open', () => {
  leave('running', 'back_forward');
  expect(resumed).not.toHaveBeenCalled();
  open();
  expect(resumed.mock.calls).toEqual([['a']]);
  useCatalog.setState({});
  expect(resumed).toHaveBeenCalledTimes(1);
});

test('it goes on too where the document before is known to be gone only later', () => {
  leave('running', 'back_forward', 'running');
  open();
  expect(resumed).not.toHaveBeenCalled();
  holds('interrupted');
  expect(resumed.mock.calls).toEqual([['a']]);
});

test('what has ended before the page is left does not begin anew', () => {
  holds('running', 'a');
  goOnAfterBack();
  holds('running', 'a');
  expect([...kept.values()]).toEqual(['a']);
  holds('done');
  expect([...kept.values()]).toEqual([]);
});

test('after a reload it waits to be told, and so does what was paused or what somebody has let go meanwhile', () => {
  leave('running', 'reload');
  open();
  leave('paused', 'back_forward');
  open();
  leave('running', 'back_forward');
  useRuns.setState({ runs: [] });
  open();
  expect(resumed).not.toHaveBeenCalled();
});
