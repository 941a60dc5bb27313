import { PAPER } from '../../../analysis/plane.meta';
import { beforeEach, expect, test } from 'vitest';
import type { Along, Inside, Landscape } from '../../../analysis/analysis.meta';
import { idsOf, keepAnalysis, keptAlong, keptOf } from './analyses';
import * as database from '../storage/database';
import { showKeptInside, tickedRuns, tickRun, useInside } from './inside';
import { chooseCorner, cornersNow, showKept, staysBefore, useLandscape } from './landscape';
import type { Run } from '../runs/runs';

const run = (id: string, method: string): Run => ({ id, name: id, state: 'done', spec: { model: 'm', data: 'd', method: { method } } }) as unknown as Run;
const three = [run('a', 'lora'), run('b', 'full'), run('c', 'randlora')];
const more = [...three, run('d', 'lora'), run('e', 'full'), run('f', 'randlora')];
const landscape = (ids: string[], measured = 4): Landscape => ({ format: 'fullrank-landscape', spec: { ...PAPER, images: 64, splits: ['train'] }, runs: ids.map((id) => ({ id, name: id })), measured }) as unknown as Landscape;
const inside = (ids: string[]): Inside => ({ ...landscape(ids), format: 'fullrank-inside' }) as unknown as Inside;
const shown = () => useLandscape.getState().shown && idsOf(useLandscape.getState().shown!).join('');

beforeEach(() => {
  useLandscape.setState({ chosen: ['', '', ''], shown: null, kept: [], status: 'idle' });
  useInside.setState({ ticks: {}, shown: null, kept: [], status: 'idle' });
});

test('what was measured stays while new runs come, and is there again after a reload; its runs stand at the corners', async () => {
  await keepAnalysis(landscape(['a', 'b', 'c']));
  await showKept(three);
  expect(shown()).toBe('abc');
  await showKept(more);
  expect(shown()).toBe('abc');
  expect(cornersNow(more).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  useLandscape.setState({ shown: null, kept: [] });
  await showKept(more);
  expect(shown()).toBe('abc');
  // Of other data there is none.
  await showKept([run('x', 'lora'), run('y', 'full'), run('z', 'randlora')]);
  expect(shown()).toBeNull();
});

test('of several the newest measured is shown, and each is a choice: by its corners too', async () => {
  await keepAnalysis(landscape(['d', 'e', 'f']));
  await database.put('analyses', 'landscape a b c', { ...landscape(['a', 'b', 'c']), kept_at: Date.now() + 1000 });
  await database.put('analyses', 'landscape d b c', landscape(['d', 'b', 'c']));
  expect((await keptOf('landscape', more)).map((made) => idsOf(made).join(''))).toEqual(['abc', 'def', 'dbc']);
  expect(await keptOf('landscape', three)).toHaveLength(1);
  await showKept(more);
  expect(shown()).toBe('abc');
  chooseCorner(cornersNow(more), 0, 'd');
  expect(shown()).toBe('dbc');
  // What was not measured leaves in sight what was.
  chooseCorner(cornersNow(more), 1, 'e');
  expect(shown()).toBe('dbc');
  expect(cornersNow(more).map(({ id }) => id)).toEqual(['d', 'e', 'c']);
});

test('a measurement without a point leaves what was shown; one of other runs that has points takes its place', () => {
  const before = landscape(['a', 'b', 'c'], 9);
  expect([staysBefore(before, before), staysBefore(landscape(['d', 'e', 'f'], 0), before), staysBefore(landscape(['d', 'e', 'f'], 3), before), staysBefore(landscape(['a', 'b', 'c'], 3), before)]).toEqual([true, true, false, true]);
});

test('an analysis stays while new runs come, and its runs stay ticked until others are', async () => {
  await keepAnalysis(inside(['a', 'b', 'c']));
  await keepAnalysis(inside(['a', 'b', 'c', 'd']));
  await database.put('analyses', 'inside a b c', { ...inside(['a', 'b', 'c']), kept_at: Date.now() + 1000 });
  await showKeptInside(more);
  const now = useInside.getState();
  expect(idsOf(now.shown!)).toEqual(['a', 'b', 'c']);
  expect(tickedRuns(more, now.ticks, now.shown).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(tickedRuns(more, now.ticks).map(({ id }) => id)).toEqual(['d', 'e', 'f']);
  tickRun(more, 'd', true);
  expect(idsOf(useInside.getState().shown!)).toEqual(['a', 'b', 'c', 'd']);
  tickRun(more, 'e', true);
  expect(idsOf(useInside.getState().shown!)).toEqual(['a', 'b', 'c', 'd']);
  expect(tickedRuns(more, useInside.getState().ticks).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('what was measured along an update is kept by its run, once from the base and once along intruder dimensions, and is of no landscape', async () => {
  const along = (what: Along['spec']['what'], seconds: number): Along => ({ format: 'fullrank-along', spec: { what }, runs: [{ id: 'a', name: 'a' }], seconds, notes: [] }) as unknown as Along;
  for (const made of [along('base', 1), along('intruders', 2), along('base', 3)]) await keepAnalysis(made);
  expect([(await keptAlong('base', 'a'))?.seconds, (await keptAlong('intruders', 'a'))?.seconds, await keptAlong('base', 'b')]).toEqual([3, 2, null]);
  expect((await keptOf('landscape', more)).every((made) => made.format === 'fullrank-landscape')).toBe(true);
});
