import { expect, test } from 'vitest';
import type { Baseline } from '../store/baselines';
import { runRecord } from '../../testing/runRecord';
import { setCurve } from '../store/metrics';
import { runOf } from '../store/runRecords';
import { accuracyScale, baselineSeries, lossSeries } from './curves';

const set = (split: 'test' | 'val', accuracy: number) => ({ split, accuracy, count: 10, per_class: [accuracy] });
const baselines: Baseline[] = [
  { key: 'a', model: 'CLIP', prompts: 1, test: set('test', 0.5), val: set('val', 0.25) },
  { key: 'b', model: 'CLIP', prompts: 7, test: set('test', 0.5) },
  { key: 'c', model: 'CLIP', prompts: 7, val: set('val', 0.75) },
];

test('of many lines each method has one with its name', () => {
  const runs = ['randlora', 'lora', 'vera', 'dora'].flatMap((method) => [0, 1].map((seed) => {
    const { run, curve } = runOf(runRecord({}, { seed }, { method, r: 8 }), `${method} ${seed}`);
    setCurve(run.id, curve);
    return run;
  }));
  const named = (selected = '') => lossSeries(runs, { axis: 'step', rawValues: false, smoothing: 0, current: '', selected }).filter((one) => one.named).map(({ id }) => id);
  expect(named()).toEqual(['randlora 0', 'lora 0', 'vera 0', 'dora 0']);
  expect(named('lora 1')).toEqual(['randlora 0', 'lora 0', 'lora 1', 'vera 0', 'dora 0']);
});

test('each zero-shot accuracy on the images of the plot is one line with its value in words', () => {
  const drawn = (...splits: ('val' | 'test')[]) => baselineSeries(baselines, new Set(splits)).map(({ label, detail, constant }) => [label, detail, constant]);
  expect(drawn('test')).toEqual([['Zero-shot', '50.0', true]]);
  expect(drawn('val')).toEqual([['Zero-shot', '25.0', true], ['Zero-shot', '75.0', true]]);
  expect(drawn('val', 'test').length).toBe(3);
  const { min, max } = accuracyScale(baselineSeries(baselines, new Set(['val'])));
  expect([min <= 0.25, max >= 0.75]).toEqual([true, true]);
});
