import { expect, test } from 'vitest';
import { stops, toCsv, valueOf, type Series } from './series';

const line = (id: string, x: number[], y: number[]): Series => ({ id, method: id, label: id, detail: '', x, y, marks: false, live: false, strong: false, named: true });

test('the cursor stops wherever any line has a point', () => {
  expect(stops([line('a', [1, 3], [0, 0]), line('b', [2, 3], [0, 0])])).toEqual([1, 2, 3]);
});

test('a line has no value before its start or after its end', () => {
  const one = line('a', [1, 3], [10, 30]);
  expect([0, 1, 2, 3, 4].map((x) => valueOf(one, x))).toEqual([null, 10, 10, 30, null]);
});

test('the file of numbers has a row for each stop and quotes names', () => {
  expect(toCsv('step', [line('a', [1, 2], [10, 20]), line('b, c', [2], [5])])).toBe('step,a,"b, c"\n1,10,\n2,20,5\n');
});
