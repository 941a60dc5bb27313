import { beforeEach, expect, test, vi } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { Evaluation, RunSummary } from '../../../train/protocol';
import { evaluateStopped, lacksTest, useEvaluating } from './evaluating';
import { makeRun, putRuns, runById, testEvaluation, useRuns } from '../runs/runs';

const evaluateRun = vi.fn<(spec: unknown, files: unknown, step: number) => Promise<Evaluation>>();
vi.mock('../worker/client', () => ({ messageOf: (error: Error) => error.message, studio: () => ({ evaluateRun }) }));
vi.mock('../storage/database', () => ({ get: async () => [{ path: 'a', bytes: new Uint8Array(1) }], put: async () => true }));
vi.mock('../storage/keep', () => ({ keepRun: async () => {} }));

const evaluation = (step: number, split: 'test' | 'val') => ({ step, split, accuracy: 0.5, count: 10, per_class: [], confusion: [], loss: 1 }) satisfies Evaluation;
beforeEach(() => {
  useRuns.setState({ runs: [] });
  const run = makeRun({ id: 'r', name: 'calm fox', model: 'm', data: 'd', method: { method: 'lora', r: 2 }, train: completeTrain({ val_fraction: 0.1 }) }, { modelTitle: '', dataTitle: '', classes: [] }, '', 1);
  putRuns([{ ...run, state: 'stopped', lastStep: 12, best: evaluation(8, 'val'), evaluations: [evaluation(8, 'val')], adapterBytes: 9, summary: { final: null } as RunSummary }]);
});

test('a stopped run lacks its test until it is evaluated, with the weights that were kept', async () => {
  expect(lacksTest(runById('r')!)).toBe(true);
  evaluateRun.mockImplementation(async (_, __, step) => evaluation(step, 'test'));
  await evaluateStopped(runById('r')!);
  expect(evaluateRun.mock.lastCall![2]).toBe(8);
  expect(testEvaluation(runById('r')!)).toMatchObject({ step: 8, split: 'test', accuracy: 0.5 });
  expect(lacksTest(runById('r')!)).toBe(false);
  expect(runById('r')!.state).toBe('stopped');
});

test('where it fails, the run stays as it was and the reason is said', async () => {
  evaluateRun.mockRejectedValue(new Error('The data are not open any more.'));
  await evaluateStopped(runById('r')!);
  expect([useEvaluating.getState(), lacksTest(runById('r')!)]).toEqual([{ going: null, failed: { run: 'r', message: 'The data are not open any more.' } }, true]);
});
