import { expect, test } from 'vitest';
import { setLive } from '../core/runs/metrics';
import { afterSteps, timeLeft } from './timeLeft';

test('a run says its time, also while it evaluates, and what it does where none is left', () => {
  setLive('run', { secondsLeft: 65 });
  expect([timeLeft({ id: 'run', phase: 'train' }), timeLeft({ id: 'run', phase: 'evaluate' }), afterSteps({ id: 'run', phase: 'evaluate' })]).toEqual(['1:05', '1:05', '']);
  setLive('run', { secondsLeft: 0 });
  expect([timeLeft({ id: 'run', phase: 'evaluate' }), timeLeft({ id: 'run', phase: 'save' }), timeLeft({ id: 'run', phase: 'train' })]).toEqual(['evaluating', 'saving', '0:00']);
});
