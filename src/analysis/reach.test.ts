import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { after, ALL, everything, numbersOfBases, ofBases, ofPair, ofRank, SIDE, STOPS, targetOf, withLengths, type Course, type Reached } from './reach.meta';

/** By numpy: benchmarks/reach.py, which solves the same problems from the same seeds. */
interface Row {
  error: number;
  rank: number;
  /** The first, second, 64th and 127th. */
  singular: number[];
}
interface Case extends Record<'lowRank' | 'ofBases' | 'ofPair' | 'withLengths', Row> {
  rank: number;
  course: Course;
  r: number;
  bases: number;
}
const numpy = JSON.parse(readFileSync(join(import.meta.dirname, '../testing/fixtures/reach.json'), 'utf8')) as { corner: number[]; cases: Case[] };

function isAsIn(found: Reached, row: Row): void {
  expect(found.error).toBeCloseTo(row.error, 6);
  expect(found.rank).toBe(row.rank);
  [0, 1, 63, 126].forEach((at, i) => expect(defined(found.singular[at])).toBeCloseTo(defined(row.singular[i]), 6));
}

test('the target has the entries and the singular values that numpy finds', () => {
  const { matrix } = targetOf(16, 'falling');
  [matrix[0], matrix[1], matrix[SIDE], matrix[SIDE + 1]].forEach((x, i) => expect(defined(x)).toBeCloseTo(defined(numpy.corner[i]), 9));
  expect(everything(targetOf(16, 'falling'))).toMatchObject({ numbers: ALL, error: 0, rank: 16 });
});

test.each(numpy.cases)('of rank $rank, $course, at r $r every form comes as near as by numpy', ({ rank, course, r, bases, ...rows }) => {
  const target = targetOf(rank, course);
  isAsIn(ofRank(target, r), rows.lowRank);
  isAsIn(after(ofBases(target, bases), 2), rows.ofBases);
  isAsIn(after(ofPair(target), 2), rows.ofPair);
  // There each turn has an exact decomposition, here one step towards it.
  const { error, rank: found } = after(withLengths(target, r), 60);
  expect(error).toBeGreaterThan(rows.withLengths.error - 1e-9);
  expect(error).toBeLessThan(rows.withLengths.error + 0.005);
  expect(Math.abs(found - rows.withLengths.rank)).toBeLessThan(2);
});

test('each stop compares forms with as many trained numbers, within 4 %', () => {
  for (const { r, bases } of STOPS) expect(Math.abs(numbersOfBases(bases) / (2 * SIDE * r) - 1), `r ${r}`).toBeLessThan(0.04);
  expect(STOPS.map(({ r }) => r)).toEqual([...STOPS.map(({ r }) => r)].sort((a, b) => a - b));
});

test('a product of two matrices stops at r, a sum of bases has all directions; who comes nearer depends on the target', () => {
  const [wide, narrow] = [targetOf(128, 'equal'), targetOf(8, 'equal')];
  expect([ofRank(wide, 32).rank, after(ofBases(wide, 2), 2).rank]).toEqual([32, 128]);
  expect(after(ofBases(wide, 2), 2).error).toBeLessThan(ofRank(wide, 32).error - 0.1);
  expect(ofRank(narrow, 8).error).toBeLessThan(1e-12);
  expect(after(ofBases(narrow, 9), 40).error).toBeGreaterThan(0.8);
  // With as many numbers as the matrix has, two factors reach half of its directions, and bases of rank 1 the matrix itself.
  expect(ofRank(wide, 64).error).toBeCloseTo(Math.SQRT1_2, 9);
  expect(after(ofBases(wide, 1)).error).toBeLessThan(1e-6);
});

test('every turn comes nearer, or settles', () => {
  const target = targetOf(96, 'equal');
  for (const turns of [ofBases(target, 9), ofPair(target), withLengths(target, 8)]) {
    const errors = Array.from({ length: 8 }, () => after(turns).error);
    expect(errors.slice(1).every((error, i) => error < defined(errors[i]) + 1e-9)).toBe(true);
  }
});
