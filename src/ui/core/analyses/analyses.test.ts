import { expect, test } from 'vitest';
import { methodFields } from '../../../adapters/fields';
import { offeredMethods } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { analysable, keptElsewhere, leftOut } from './analyses';
import * as database from '../storage/database';
import type { Run } from '../runs/runs';

const run = (method: string, change: Partial<Run> = {}): Run => ({ id: method, deleted: 0, adapterBytes: 100, state: 'done', spec: { model: 'm', data: 'd', method: { method } }, ...change }) as unknown as Run;
const found = (...runs: Run[]): string[] => analysable(runs, { model: 'm', data: 'd' }).map(({ id }) => id);

test('what has no update that could be added to a weight is not offered to landscapes and looks inside', () => {
  const merged = offeredMethods().filter((method) => !defined(methodFields[method]).unmerged);
  expect(merged.length).toBeLessThan(offeredMethods().length);
  expect(found(...offeredMethods().map((method) => run(method)))).toEqual(merged);
  // But named, where it is looked for.
  const others = offeredMethods().filter((method) => defined(methodFields[method]).unmerged);
  expect(leftOut([...others].reverse().map((method) => run(method)), { model: 'm', data: 'd' })).toEqual(others.map((method) => defined(methodFields[method]).title));
  expect(leftOut(merged.map((method) => run(method)), { model: 'm', data: 'd' })).toEqual([]);
});

test('nor is what has not ended, has left nothing or was stopped before its first step, or is of another model or data', () => {
  expect(found(run('lora', { state: 'running' }), run('vera', { adapterBytes: 0 }), run('full', { deleted: 1 }), run('dora', { state: 'stopped', lastStep: 4 }), run('randlora', { state: 'stopped', lastStep: 0 }))).toEqual(['dora']);
  expect(analysable([run('lora')], { model: 'other', data: 'd' })).toEqual([]);
});

test('what is kept of runs on other data or another model is found, as long as all of its runs are there', async () => {
  const of = (id: string, data: string, change: Partial<Run> = {}): Run => ({ ...run('lora', change), id, spec: { ...run('lora').spec, data } });
  const runs = [of('a', 'pics'), of('b', 'pics'), of('c', 'pics'), of('x', 'd'), of('y', 'd'), of('z', 'd'), of('gone', 'other', { deleted: 1 })];
  for (const key of ['landscape a b c', 'landscape x y z', 'inside a b', 'landscape gone a b']) await database.put('analyses', key, {} as never);
  const ids = async (kind: 'landscape' | 'inside', data: string) => (await keptElsewhere(kind, runs, { model: 'm', data })).map(({ id }) => id);
  expect([await ids('landscape', 'd'), await ids('landscape', 'pics'), await ids('inside', 'pics'), await ids('inside', 'd')]).toEqual([['a'], ['x'], [], ['a']]);
});
