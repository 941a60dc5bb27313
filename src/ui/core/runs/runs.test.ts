import { beforeEach, expect, test } from 'vitest';
import type { Evaluation, RunSpec } from '../../../train/protocol';
import { standardTrain } from '../settings/fields';
import { afterReturn, askingIn, better, followed, keptOf, makeRun, putRuns, removeRun, testEvaluation, toggleRuns, updateRun, useRuns, type Run } from './runs';

const spec = (id: string, val_fraction = 0.1): RunSpec => ({ id, name: id, model: 'm', data: 'd', method: { method: 'lora' }, train: { ...standardTrain(false), val_fraction } });
const run = (id: string, created: number, change: Partial<Run> = {}): Run => ({ ...makeRun(spec(id), { modelTitle: 'm', dataTitle: 'd', classes: [] }, 'me', created), ...change });
const evaluation = (split: Evaluation['split'], step: number, accuracy: number): Evaluation => ({ step, split, loss: 1, accuracy, count: 10, per_class: [], confusion: [] });

beforeEach(() => useRuns.setState(useRuns.getInitialState(), true));

test('runs stand oldest first, and one with a known id is replaced', () => {
  putRuns([run('b', 2), run('a', 1)]);
  putRuns([run('b', 2, { lastStep: 7 })]);
  expect(useRuns.getState().runs.map(({ id, lastStep }) => [id, lastStep])).toEqual([['a', 0], ['b', 7]]);
});

test('a removed run is neither selected nor hidden any more', () => {
  putRuns([run('a', 1)]);
  toggleRuns(['a']);
  useRuns.setState({ selected: 'a' });
  removeRun('a');
  expect(useRuns.getState()).toMatchObject({ runs: [], selected: '', hidden: [] });
});

test('changing one run leaves the others as they are', () => {
  putRuns([run('a', 1), run('b', 2)]);
  const before = useRuns.getState().runs[0];
  updateRun('b', { state: 'running' });
  expect(useRuns.getState().runs[0]).toBe(before);
});

test('after a reload a run in progress is interrupted, unless its tab still lives', () => {
  const running = run('a', 1, { state: 'running', owner: 'gone' });
  expect(afterReturn(running, false, 'me')).toMatchObject({ state: 'interrupted', owner: '' });
  expect(afterReturn(running, true, 'me')).toBe(running);
  expect(afterReturn(run('w', 2, { owner: 'gone' }), false, 'me')).toMatchObject({ state: 'waiting', owner: 'me' });
  const done = run('d', 3, { state: 'done', owner: '' });
  expect(afterReturn(done, false, 'me')).toBe(done);
});

test('a run that its page left asks in Train alone, one whose device was lost everywhere, one of a class nowhere', () => {
  const lost = { kind: 'device-lost', message: '', kept: '', details: '' } as const;
  const runs = [run('left', 1, { state: 'interrupted' }), run('lost', 2, { state: 'interrupted', error: lost }), run('class', 3, { state: 'interrupted', error: lost, room: 'ABC234' }), run('done', 4, { state: 'done' })];
  expect([true, false].map((inTrain) => askingIn(runs, inTrain).map(({ id }) => id))).toEqual([['left', 'lost'], ['lost']]);
});

test('a run is followed on held-back pictures where there are any, and its result is that on the test pictures', () => {
  const evaluations = [evaluation('val', 10, 0.5), evaluation('val', 20, 0.7), evaluation('test', 20, 0.6)];
  const held = run('a', 1, { evaluations });
  expect(followed(held).map(({ accuracy }) => accuracy)).toEqual([0.5, 0.7]);
  expect(testEvaluation(held)?.accuracy).toBe(0.6);
  expect(testEvaluation(run('b', 2, { evaluations: evaluations.slice(0, 2) }))).toBe(null);
});

test('of two equal evaluations the earlier one is the better', () => {
  const [one, two] = [evaluation('val', 10, 0.5), evaluation('val', 20, 0.5)];
  expect(better(null, one)).toBe(one);
  expect(better(one, two)).toBe(one);
});

test('an evaluation that is no number gives way to one that is, and takes the place of none', () => {
  const [number, none] = [evaluation('val', 10, 0.5), evaluation('val', 20, NaN)];
  expect([better(none, number), better(number, none), better(none, { ...none, step: 30 })]).toEqual([number, number, none]);
  const text = (loss: number) => ({ ...evaluation('val', 10, 0.5), loss, scores: { perplexity: Math.exp(loss) } });
  const [low, lost] = [text(2), text(NaN)];
  expect([better(lost, low), better(low, lost)]).toEqual([low, low]);
});

test('the best evaluation is kept, and the last where there are too few pictures to choose by', () => {
  const at = (step: number, accuracy: number, count: number): Evaluation => ({ step, split: 'val', loss: 1, accuracy, count, per_class: [1, 1, 1], confusion: [] });
  const of = (count: number, train: object = {}) => keptOf(run('a', 1, { spec: { ...run('a', 1).spec, train: { ...run('a', 1).spec.train, val_fraction: 0.1, ...train } } }), [at(1, 1, count), at(2, 0.5, count)])?.step;
  expect([of(2), of(4), of(5), of(30), of(2, { early_stopping_patience: 2 })]).toEqual([2, 2, 1, 1, 1]);
});
