import { beforeEach, expect, test } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { DeviceReport, RunSpec } from '../../../train/protocol';
import { useCatalog } from '../../core/data/catalog';
import { setLive } from '../../core/runs/metrics';
import { queueTime } from './queueTime';
import { makeRun, type Run } from '../../core/runs/runs';

const spec = (id: string, change: Partial<RunSpec> = {}): RunSpec => ({ id, name: id, model: 'm', data: 'd', method: { method: 'lora' }, train: completeTrain({ steps: 100 }), ...change });
const run = (id: string, change: Partial<Run> = {}): Run => ({ ...makeRun(spec(id), { modelTitle: '', dataTitle: '', classes: [] }, 'me', 1), ...change });
const done = run('done', { state: 'done', summary: { device: { description: 'gpu' } } as Run['summary'], seconds: 20, lastStep: 100, overhead: 5 });
const waiting = [run('a'), run('b')];
const seconds = (current: Run) => queueTime(current, waiting, [done]).seconds;

beforeEach(() => useCatalog.setState({ datasets: [], device: { description: 'gpu' } as DeviceReport }));

test('a queue takes what waits, and what is left of the run that goes on', () => {
  const current = run('now', { state: 'running', phase: 'train' });
  // Before its first step it says nothing, and takes what the one before took.
  expect([queueTime(undefined, waiting, [done]).seconds, seconds(current)]).toEqual([50, 75]);
  setLive('now', { secondsLeft: 7 });
  expect(seconds(current)).toBe(57);
  expect(seconds({ ...current, state: 'done' })).toBe(50);
  // After a search for its rate comes the run.
  expect(seconds({ ...current, phase: 'search', spec: spec('now', { rate: 'find' }) })).toBe(50 + 7 + 25);
});
