import { beforeEach, expect, test } from 'vitest';
import { completeTrain } from '../../train/config';
import type { DeviceReport, RunSpec } from '../../train/protocol';
import { useCatalog } from '../core/data/catalog';
import { setLive } from '../core/runs/metrics';
import { makeRun, useRuns, type Run } from '../core/runs/runs';
import { afterSteps, timeLeft } from './timeLeft';

const spec: RunSpec = { id: 'run', name: 'run', model: 'm', data: 'd', method: { method: 'lora' }, train: completeTrain({ steps: 100 }) };
const run = (id: string, change: Partial<Run>): Run => ({ ...makeRun({ ...spec, id }, { modelTitle: '', dataTitle: '', classes: [] }, 'me', 1), state: 'running', ...change });

beforeEach(() => useCatalog.setState({ datasets: [], device: { description: 'gpu' } as DeviceReport }));

test('a run says its time, also while it evaluates, and what it does where none is left', () => {
  setLive('run', { secondsLeft: 65 });
  expect([timeLeft(run('run', { phase: 'train' })), timeLeft(run('run', { phase: 'evaluate' })), afterSteps({ id: 'run', phase: 'evaluate' })]).toEqual(['1\u00a0min', '1\u00a0min', '']);
  setLive('run', { secondsLeft: 0 });
  expect([timeLeft(run('run', { phase: 'evaluate' })), timeLeft(run('run', { phase: 'save' })), timeLeft(run('run', { phase: 'train' }))]).toEqual(['evaluating', 'saving', '–']);
});

test('before its second step it says what it was said to take before it began', () => {
  expect(timeLeft(run('new', { phase: 'compile' }))).toBe('–');
  useRuns.setState({ runs: [run('done', { state: 'done', summary: { device: { description: 'gpu' } } as Run['summary'], seconds: 115, lastStep: 100, overhead: 5 })] });
  expect(timeLeft(run('new', { phase: 'compile' }))).toBe('2\u00a0min');
});
