import { expect, test } from 'vitest';
import type { Baseline } from '../store/baselines';
import { accuracyScale, baselineSeries } from './curves';

const set = (split: 'test' | 'val', accuracy: number) => ({ split, accuracy, count: 10, per_class: [accuracy] });
const baselines: Baseline[] = [
  { key: 'a', model: 'CLIP', prompts: 1, test: set('test', 0.5), val: set('val', 0.25) },
  { key: 'b', model: 'CLIP', prompts: 7, test: set('test', 0.5) },
  { key: 'c', model: 'CLIP', prompts: 7, val: set('val', 0.75) },
];

test('each zero-shot accuracy on the images of the plot is one line with its value in words', () => {
  const drawn = (...splits: ('val' | 'test')[]) => baselineSeries(baselines, new Set(splits)).map(({ label, detail, constant }) => [label, detail, constant]);
  expect(drawn('test')).toEqual([['Zero-shot', '50.0', true]]);
  expect(drawn('val')).toEqual([['Zero-shot', '25.0', true], ['Zero-shot', '75.0', true]]);
  expect(drawn('val', 'test').length).toBe(3);
  const { min, max } = accuracyScale(baselineSeries(baselines, new Set(['val'])));
  expect([min <= 0.25, max >= 0.75]).toEqual([true, true]);
});
