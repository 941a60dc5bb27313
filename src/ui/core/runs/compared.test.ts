import { expect, test } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import type { MethodConfig } from '../../../train/protocol';
import { choicesOf, recordedFor } from './compared';
import { compareData, compareOwn, compareStarted, dataToCompare, useComparedData, wayOn } from './comparedData';
import { moreSeeds, seedsToCome } from './moreSeeds';
import { runOf } from './runRecords';
import type { Run } from './runs';
import { initialSettings, useSettings } from '../settings/settings';

let made = 0;
const run = (data: string, change: Partial<Run> = {}, seed = 0, method: MethodConfig = { method: 'lora', r: 8 }): Run => {
  const { run: one } = runOf(runRecord({ state: 'done', created: ++made }, { seed }, method), `run${made}`);
  return { ...one, ...change, spec: { ...one.spec, data } };
};
const recorded = [run('fashion', { id: 'recorded 0' })];

test('the runs that are listed are compared, also where pictures were dropped that none of them has seen', () => {
  const six = Array.from({ length: 6 }, (_, seed) => run('fashion', {}, seed));
  expect(dataToCompare(six, recorded, '', 'mine.zip')).toBe('fashion');
  expect(dataToCompare([...six, run('mine.zip', { state: 'running', summary: null, evaluations: [] })], recorded, '', 'mine.zip')).toBe('fashion');
  expect(dataToCompare([...six, run('mine.zip')], recorded, '', 'mine.zip')).toBe('mine.zip');
  expect(dataToCompare([...six, run('mine.zip')], recorded, '', 'fashion')).toBe('fashion');
  expect(dataToCompare([...six, run('mine.zip')], recorded, 'fashion', 'mine.zip')).toBe('fashion');
});

test('recorded runs are compared where they are asked for, on data that has no other runs; what leads to one’s own leads to those', () => {
  const own = [run('mine.zip')];
  expect(dataToCompare(own, recorded, 'fashion', 'mine.zip')).toBe('fashion');
  expect(choicesOf(own, recorded).map(({ id, runs }) => [id, runs])).toEqual([['mine.zip', 1], ['fashion', 0]]);
  expect(choicesOf([...own, run('fashion')], recorded).map(({ id, runs }) => [id, runs])).toEqual([['mine.zip', 1], ['fashion', 1]]);
  // Beside texts recorded pictures are no choice, unless they are what is shown.
  expect([recordedFor(recorded, 'texts', 'mine.csv'), recordedFor(recorded, 'texts', 'fashion'), recordedFor(recorded, 'pictures', 'mine.zip')].map(({ length }) => length)).toEqual([0, recorded.length, recorded.length]);
  const wantedBy = (data: string) => {
    compareData(data);
    compareOwn(own);
    return useComparedData.getState().wanted;
  };
  expect(['fashion', 'mine.zip'].map(wantedBy)).toEqual(['', 'mine.zip']);
  compareData('');
});

test('what was chosen to be compared gives way to runs that are started', () => {
  useSettings.setState({ data: 'mine.zip' });
  const wantedAfter = (data: string) => {
    compareData('fashion');
    compareStarted(data);
    return useComparedData.getState().wanted;
  };
  expect(['mine.zip', 'others.zip'].map(wantedAfter)).toEqual(['', 'others.zip']);
  useSettings.setState(initialSettings);
  compareData('');
});

test('without any run the recorded ones are compared, whatever data is chosen', () => {
  expect(dataToCompare([], recorded, '', 'mine.zip')).toBe('fashion');
  expect(dataToCompare([], [], '', 'mine.zip')).toBe('mine.zip');
  expect(dataToCompare([run('mine.zip', { state: 'running', summary: null, evaluations: [] })], recorded, '', 'mine.zip')).toBe('mine.zip');
});

test('a single run leads to its result, and only two of the same data to a comparison', () => {
  expect(wayOn([run('mine.zip')], 'mine.zip')).toBe('outcome');
  expect(wayOn([run('mine.zip'), run('fashion')], 'mine.zip')).toBe('outcome');
  expect(wayOn([run('mine.zip'), run('mine.zip', { state: 'stopped' })], 'mine.zip')).toBe('outcome');
  expect(wayOn([run('mine.zip'), run('mine.zip', {}, 1)], 'mine.zip')).toBe('compare');
  // Of what is chosen there are none yet: those that are there are shown.
  expect(wayOn([run('fashion'), run('fashion', {}, 1)], 'mine.zip')).toBe('compare');
});

test('two further seeds of every setting of one’s own, each that no run has yet', () => {
  const vera = { method: 'vera', r: 16 };
  const kept = [run('d'), run('d', {}, 1), run('d', {}, 5, vera), run('d', { state: 'waiting' }, 2), run('d', { theirs: { file: 'a', id: 'a', at: 0 } }, 0, { method: 'full' })];
  const specs = moreSeeds([...recorded, ...kept], kept);
  expect(specs.map(({ method, train, id, name }) => [method.method, train.seed, id, name])).toEqual([['lora', 3, '', ''], ['lora', 4, '', ''], ['vera', 0, '', ''], ['vera', 1, '', '']]);
  // A failed run of a seed is no result of it.
  expect(moreSeeds([run('d')], [run('d'), run('d', { state: 'failed' }, 1)]).map(({ train }) => train.seed)).toEqual([1, 2]);
});

test('seeds that were added are to come until they have ended', () => {
  const vera = { method: 'vera', r: 16 };
  const kept = [run('d'), run('d', { state: 'waiting' }, 1), run('d', { state: 'running' }, 2), run('d', { state: 'failed' }, 3), run('d', { state: 'waiting', deleted: 1 }, 4), run('d', { state: 'waiting' }, 0, vera)];
  expect(seedsToCome([...recorded, ...kept], kept).map(({ spec }) => spec.train.seed)).toEqual([1, 2]);
});
