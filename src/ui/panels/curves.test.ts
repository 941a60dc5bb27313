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

test('an axis of accuracy is never tighter than its pictures can tell', () => {
  const at = (accuracy: number) => baselineSeries([{ key: 'a', model: 'CLIP', prompts: 1, val: set('val', accuracy) }], new Set(['val']));
  const stepOf = ({ ticks }: { ticks: number[] }) => ticks[1] - ticks[0];
  for (const accuracy of [0, 0.5, 1]) {
    const scale = accuracyScale(at(accuracy), 10);
    expect(stepOf(scale)).toBeGreaterThanOrEqual(0.1);
    expect([scale.min >= 0, scale.max <= 1, scale.min <= accuracy, scale.max >= accuracy]).toEqual([true, true, true, true]);
  }
  expect(accuracyScale(at(1), 2)).toMatchObject({ min: 0, max: 1 });
  expect(stepOf(accuracyScale(at(1), 1000))).toBeLessThan(0.02);
});
