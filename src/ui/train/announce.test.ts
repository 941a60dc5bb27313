import { expect, test } from 'vitest';
import type { Evaluation, RunSummary } from '../../train/protocol';
import { completeTrain } from '../../train/config';
import { makeRun, type Run } from '../core/runs/runs';
import { announcement } from './announce';

const run = (name: string, about: Partial<Run>): Run => ({ ...makeRun({ id: name, name, model: 'm', data: 'd', method: { method: 'lora', r: 2 }, train: completeTrain({}) }, { modelTitle: '', dataTitle: '', classes: [] }, '', 1), ...about });
const final = { step: 40, split: 'test', accuracy: 0.8125, count: 2000 } as Evaluation;

test('a run that ended says its result; a stopped one where it was stopped, and that it was not evaluated', () => {
  expect(announcement(undefined, undefined)).toBe('');
  expect(announcement(undefined, run('calm fox', { state: 'done', ended: 1, summary: { final } as RunSummary }))).toBe('calm fox: done, 81.3 % of 2,000 test pictures right.');
  expect(announcement(undefined, run('calm fox', { state: 'stopped', ended: 1, lastStep: 12 }))).toBe('calm fox: stopped at step 12, not evaluated on the test pictures.');
  const early_stopping = { eval_every: 2, held: 0, evaluations: 3, stopped: true };
  expect(announcement(undefined, run('calm fox', { state: 'done', ended: 1, lastStep: 24, summary: { final, early_stopping } as RunSummary }))).toBe('calm fox: stopped early at step 24, 81.3 % of 2,000 test pictures right.');
  expect(announcement(undefined, run('calm fox', { state: 'failed', ended: 1 }))).toBe('calm fox: failed.');
});

test('between two runs of a queue nothing is said', () => {
  const before = run('calm fox', { state: 'done', ended: 1, summary: { final } as RunSummary });
  expect(announcement(before, undefined)).toBe('');
  expect(announcement(run('new owl', { state: 'running' }), before)).toBe('calm fox: done, 81.3 % of 2,000 test pictures right. new owl, starting');
});

test('the run that goes on says its phase, and once how the one before has ended', () => {
  const before = run('calm fox', { state: 'stopped', ended: 1, lastStep: 12 });
  expect(announcement(run('new owl', { state: 'running' }), before)).toBe('calm fox: stopped at step 12, not evaluated on the test pictures. new owl, starting');
  expect(announcement(run('new owl', { state: 'paused', phase: 'train' }), before)).toBe('new owl, train, paused');
});
