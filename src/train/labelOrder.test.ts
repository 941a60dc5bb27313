import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { directions, doubtOf, labelOrder, type FeatureRows } from './labelOrder';

const rows = (lists: readonly (readonly number[])[]): FeatureRows => ({ count: lists.length, width: lists[0]?.length ?? 2, values: Float32Array.from(lists.flat()) });
const far = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((v, i) => Math.fround(v) - Math.fround(defined(b[i]))));

/** The same by its definition: before each choice the distances of all that are left to all that are chosen or labelled are measured anew. */
function byDefinition(pool: number[][], labelled: number[][], most: number, doubts: number[]): number[] {
  const order: number[] = [];
  while (order.length < Math.min(most, pool.length)) {
    const centres = [...labelled, ...order.map((i) => defined(pool[i]))];
    const scores = pool.map((row, i) => (order.includes(i) ? -1 : defined(doubts[i]) * (centres.length > 0 ? Math.min(...centres.map((one) => far(row, one))) : 1)));
    order.push(scores.indexOf(Math.max(...scores)));
  }
  return order;
}

const point = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 2 });
test('the order is that of its definition, also among equal scores and copies', () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), fc.array(point, { maxLength: 4 }), fc.integer({ min: 0, max: 14 }), fc.array(fc.constantFrom(0, 0.25, 0.5, 1), { minLength: 12, maxLength: 12 }), (pool, labelled, most, doubts) => {
      expect(labelOrder(rows(pool), rows(labelled), most, doubts)).toEqual(byDefinition(pool, labelled, most, doubts));
      expect(labelOrder(rows(pool), rows(labelled), most)).toEqual(byDefinition(pool, labelled, most, pool.map(() => 1)));
    }),
    { seed: 40, numRuns: 300 },
  );
});

test('what is far comes first, what is sure and what is there already come last', () => {
  const pool = rows([[0, 0], [1, 0], [5, 0], [5, 0], [0, 4]]);
  expect(labelOrder(pool, rows([[0, 0]]), 5)).toEqual([2, 4, 1, 0, 3]);
  expect(labelOrder(pool, rows([[0, 0]]), 5, [1, 1, 0, 0, 1])).toEqual([4, 1, 0, 2, 3]);
  expect(labelOrder(pool, { count: 0, width: 2, values: new Float32Array() }, 2)).toEqual([0, 2]);
});

test('doubt is one where two classes are as likely, and none where one is sure', () => {
  expect(doubtOf([0.5, 0.5, 0])).toBe(1);
  expect(doubtOf([0, 1, 0])).toBe(0);
  expect(doubtOf([0.2, 0.7, 0.1])).toBeCloseTo(0.5, 12);
  expect(doubtOf([0.25, 0.25, 0.25, 0.25])).toBe(1);
});

test('directions are from the mean of all lists, and of length 1', () => {
  const [one, other] = directions([rows([[11, 10], [10, 12]]), rows([[9, 10], [10, 8]])]);
  expect([...defined(one).values]).toEqual([1, 0, 0, 1]);
  expect([...defined(other).values]).toEqual([-1, 0, 0, -1]);
  // All alike: there is no direction.
  expect([...defined(directions([rows([[3, 3], [3, 3]])])[0]).values]).toEqual([0, 0, 0, 0]);
});
