import { expect, test } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { RunSpec } from '../../../train/protocol';
import { isNew, nextSeed, notComing } from './again';
import { makeRun, type Run } from './runs';
import { tabId } from '../storage/tabs';

const spec = (method: string, seed = 0, r = 4): RunSpec => ({ id: '', name: '', model: 'm', data: 'd', method: { method, r }, train: completeTrain({ steps: 60, seed }) });
const run = (of: RunSpec, change: Partial<Run> = {}): Run => ({ ...makeRun(of, { modelTitle: '', dataTitle: '', classes: [] }, tabId, 1), state: 'done', ...change });
const both = [spec('lora'), spec('vera')];

test('what was trained with these settings already is trained with the next seed, the same for all methods', () => {
  expect(nextSeed(both, [])).toBeNull();
  expect(nextSeed(both, [run(spec('lora'))])).toBeNull();
  expect(nextSeed([spec('lora', 0, 8)], both.map((one) => run(one)))).toBeNull();
  expect(nextSeed(both, both.map((one) => run(one)))).toBe(1);
  // One that waits will have its seed; one that failed has none.
  expect(nextSeed(both, [...both.map((one) => run(one)), run(spec('vera', 1), { state: 'waiting' }), run(spec('lora', 2), { state: 'failed' })])).toBe(2);
  expect(nextSeed([spec('lora', 7)], [run(spec('lora', 7))])).toBe(8);
  expect(nextSeed(both, both.map((one) => run(one, { deleted: 1 })))).toBeNull();
});

test('what was never trained to an end is new, as after other data were chosen; what was stopped or failed is not', () => {
  expect(isNew(both, [])).toBe(true);
  expect(isNew(both, [run(spec('lora'))])).toBe(true);
  expect(isNew(both, [run(spec('lora')), run(spec('vera'), { state: 'stopped' })])).toBe(false);
  expect(isNew(both, [run(spec('lora')), run(spec('vera'), { state: 'failed' })])).toBe(false);
  expect(isNew([{ ...spec('lora'), data: 'mine' }], [run(spec('lora'))])).toBe(true);
  expect(isNew(both, both.map((one) => run(one, { deleted: 1 })))).toBe(true);
  // Nothing can be trained.
  expect(isNew([], [])).toBe(false);
});

test('what waits or goes on already is not trained a second time', () => {
  const methods = (...runs: Run[]) => notComing(both, runs).map(({ method }) => method.method);
  expect(methods(run(spec('lora'), { state: 'running' }), run(spec('vera'), { state: 'waiting' }))).toEqual([]);
  expect(methods(run(spec('lora'), { state: 'done' }), run(spec('vera', 1), { state: 'waiting' }), run(spec('vera'), { state: 'waiting', deleted: 1 }))).toEqual(['lora', 'vera']);
  expect(methods(run(spec('lora'), { state: 'paused' }), run(spec('vera'), { state: 'interrupted' }))).toEqual(['vera']);
  // Another tab's are its own.
  expect(methods(run(spec('lora'), { state: 'running', owner: 'another' }))).toEqual(['lora', 'vera']);
});
