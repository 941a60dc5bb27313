import { expect, test } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import type { MethodConfig } from '../../../train/protocol';
import { ranksOf } from '../../../numbers/stats';
import { acrossData } from './acrossData';
import { runOf } from './runRecords';
import type { Run } from './runs';

let ids = 0;
/** A finished run at a rate of its own. */
function run(data: string, method: MethodConfig, accuracy: number, seed = 0): Run {
  const made = runOf(runRecord({}, { seed, lr: 0.001 * (1 + data.length) }), `${++ids}`).run;
  const final = { ...made.summary!.final!, accuracy };
  return { ...made, dataTitle: data.toUpperCase(), spec: { ...made.spec, data, method }, summary: { ...made.summary!, final }, evaluations: [final] };
}
const lora = { method: 'lora', r: 8 };
const vera = { method: 'vera', r: 256 };
const full = { method: 'full' };

test('equal values share the mean of their places', () => {
  // As scipy.stats.rankdata of the negative values has it.
  expect(ranksOf([3, 5, 5, 1])).toEqual([3, 1.5, 1.5, 4]);
});

test('settings stand on all their data sets with their mean and mean rank, at whatever rate; one that lacks a data set has none', () => {
  const runs = [run('a', lora, 0.8), run('a', lora, 0.9, 1), run('a', vera, 0.7), run('a', full, 0.95), run('bb', lora, 0.5), run('bb', vera, 0.6)];
  const found = acrossData(runs)!;
  expect(found.data.map(({ title }) => title)).toEqual(['A', 'BB']);
  expect(found.rows.map(({ method, accuracy, mean, rank }) => [method, accuracy.map((one) => one?.mean ?? null), mean, rank])).toEqual([
    ['lora', [expect.closeTo(0.85, 12), 0.5], expect.closeTo(0.675, 12), 1.5],
    ['vera', [0.7, 0.6], expect.closeTo(0.65, 12), 1.5],
    ['full', [0.95, null], null, null],
  ]);
});

test('one data set, or one setting in common, makes no table', () => {
  expect(acrossData([run('a', lora, 0.8), run('a', vera, 0.7)])).toBeNull();
  expect(acrossData([run('a', lora, 0.8), run('a', vera, 0.7), run('b', lora, 0.7)])).toBeNull();
});
