import { expect, test } from 'vitest';
import { methodFields } from '../../adapters/fields';
import { offeredMethods } from '../../figures/methods';
import { analysable, leftOut } from './analyses';
import type { Run } from './runs';

const run = (method: string, change: Partial<Run> = {}): Run => ({ id: method, deleted: 0, adapterBytes: 100, state: 'done', spec: { model: 'm', data: 'd', method: { method } }, ...change }) as unknown as Run;
const found = (...runs: Run[]): string[] => analysable(runs, { model: 'm', data: 'd' }).map(({ id }) => id);

test('what has no update that could be added to a weight is not offered to landscapes and looks inside', () => {
  const merged = offeredMethods().filter((method) => !methodFields[method]!.unmerged);
  expect(merged.length).toBeLessThan(offeredMethods().length);
  expect(found(...offeredMethods().map((method) => run(method)))).toEqual(merged);
  // But named, where it is looked for.
  const others = offeredMethods().filter((method) => methodFields[method]!.unmerged);
  expect(leftOut([...others].reverse().map((method) => run(method)), { model: 'm', data: 'd' })).toEqual(others.map((method) => methodFields[method]!.title));
  expect(leftOut(merged.map((method) => run(method)), { model: 'm', data: 'd' })).toEqual([]);
});

test('nor is what has not ended, has left nothing, or is of another model or data', () => {
  expect(found(run('lora', { state: 'running' }), run('vera', { adapterBytes: 0 }), run('full', { deleted: 1 }), run('dora', { state: 'stopped' }))).toEqual(['dora']);
  expect(analysable([run('lora')], { model: 'other', data: 'd' })).toEqual([]);
});
