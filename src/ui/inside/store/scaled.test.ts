import { expect, test } from 'vitest';
import type { Inside } from '../../../analysis/analysis.meta';
import { countsOf, leavesAlone, rankFor } from './scaled';

const made = (rank: number, intruders: number[][] | null) => ({
  updates: [intruders?.map((_, i) => ({ layer: String(i), shape: [96, 32], rank })) ?? []],
  ...(intruders && { intruders: [intruders.map((cosines, i) => ({ layer: String(i), cosines }))] }),
}) as unknown as Inside;

test('an adapter with scaled intruder dimensions has room for what is added: its rank and the most of a layer, no more than a layer has', () => {
  const few = made(5, [[0.9, 0.2, 0.4], [0.8, 0.5, 0.1]]);
  expect(countsOf(few, 0)).toEqual([2, 1]);
  expect(rankFor(few, 0)).toBe(7);
  expect(rankFor(made(31, [[0.1, 0.1, 0.1]]), 0)).toBe(32);
  expect(countsOf(made(5, null), 0)).toEqual([]);
});

test('what changes more than weights of layers leaves no such adapter', () => {
  expect(['lora', 'randlora', 'full', 'linear_probe', 'vpt', 'bitfit'].map(leavesAlone)).toEqual([true, true, false, false, false, false]);
});
