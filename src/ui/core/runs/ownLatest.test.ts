import { expect, test } from 'vitest';
import { ownLatest } from './ownLatest';
import type { Run } from './runs';

const run = (id: string, data: string, accuracy: number, more: object = {}) => ({ id, state: 'done', adapterBytes: 1, lastStep: 1, evaluations: [], spec: { data, method: { method: 'lora' } }, summary: { final: { split: 'test', accuracy } }, ...more }) as unknown as Run;
const own = (runs: Run[]) => ownLatest(runs, (data) => data !== 'signs')?.id;

test('the latest result on pictures of one’s own is of the newest data, and there of the model that leaves', () => {
  expect(own([run('a', 'cups', 0.9), run('b', 'photos', 0.7), run('c', 'photos', 0.6), run('d', 'signs', 1)])).toBe('b');
  // One that leaves as no page is a result all the same.
  expect(own([run('a', 'photos', 0.9, { spec: { data: 'photos', method: { method: 'hydralora' } } })])).toBe('a');
  expect(own([run('a', 'signs', 1), run('b', 'photos', 1, { state: 'stopped' }), run('c', 'photos', 1, { theirs: true }), run('d', 'photos', 1, { deleted: 1 }), run('e', 'photos', 1, { summary: null })])).toBeUndefined();
});
