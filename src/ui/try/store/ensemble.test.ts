import { expect, test } from 'vitest';
import { defined } from '../../../numbers/defined';
import { mostProbable } from '../../../train/probable.meta';
import type { Prediction } from '../../../train/protocol';
import { besideBest, ensembleAmong, membersOf } from './ensemble';
import type { Candidate } from './tryout';

const candidate = (key: string, more: Partial<Candidate> = {}): Candidate => ({ key, name: key, method: 'lora', setting: key, parameters: 1, head: 0, run: null, imported: null, base: false, ...more });
const says = (labels: string[], ...rows: number[][]): Prediction[] => rows.map((row, i) => ({ name: String(i), top: mostProbable(row, labels, 5), probabilities: Float32Array.from(row), error: '' }));
const [xy, yx] = [['x', 'y'], ['y', 'x']];

test('those of the same classes answer together, in whatever order they have them: not the model itself, nor places between', () => {
  const shown = [candidate('base', { base: true }), candidate('a'), candidate('at', { at: 0.5 }), candidate('b'), candidate('c'), candidate('late')];
  const labels = { base: xy, a: xy, at: xy, b: ['p', 'q'], c: yx };
  expect(membersOf(shown, labels)?.map(({ key }) => key)).toEqual(['a', 'c']);
  expect(membersOf(shown.slice(0, 4), labels)).toBeNull();
});

test('the mean of probabilities is held against the best member, by the same pictures', () => {
  const members = [candidate('a'), candidate('c')];
  const labels = { a: xy, c: yx };
  const results = { a: says(xy, [0.9, 0.1], [0.4, 0.6], [0.6, 0.4]), c: says(yx, [0.6, 0.4], [0.3, 0.7], [0.9, 0.1]) };
  const together = ensembleAmong(members, results, labels);
  expect(together.rows.map(({ top }) => top.map(({ label, probability }) => [label, Number(probability.toFixed(6))]))).toEqual([[['x', 0.65], ['y', 0.35]], [['x', 0.55], ['y', 0.45]], [['y', 0.65], ['x', 0.35]]]);
  // a is right once, c twice, both together always.
  const found = besideBest(together, results, { title: '', names: ['0', '1', '2'], truths: ['x', 'x', 'y'], notes: [] })!;
  expect([found.best.key, found.right, Number(found.apart.difference.toFixed(6))]).toEqual(['c', 1, 0.333333]);
  expect(found.apart.low).toBeLessThan(0);
  expect(besideBest(together, results, { title: '', names: ['0'], truths: null, notes: [] })).toBeNull();
  defined(results.a[1]).error = 'broken';
  delete defined(results.a[1]).probabilities;
  expect(ensembleAmong(members, results, labels).rows[1]).toEqual({ name: '1', top: [], error: 'broken' });
});
