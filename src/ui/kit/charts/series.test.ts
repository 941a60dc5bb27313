import { expect, test } from 'vitest';
import { intervalAt, pointAt, readAt, stops, toCsv, valueOf, type Series } from './series';

const heads = { x: 'step', y: 'loss', bounds: ['ci95_low', 'ci95_high'], setting: 'setting' };
const line = (id: string, x: number[], y: number[]): Series => ({ id, method: id, label: id, detail: '', x, y, marks: false, live: false, strong: false, named: true });

test('the cursor stops wherever any line has a point', () => {
  expect(stops([line('a', [1, 3], [0, 0]), line('b', [2, 3], [0, 0])])).toEqual([1, 2, 3]);
});

test('a line has no value before its start or after its end', () => {
  const one = line('a', [1, 3], [10, 30]);
  expect([0, 1, 2, 3, 4].map((x) => valueOf(one, x))).toEqual([null, 10, 10, 30, null]);
});

test('a readout says what was measured there: nothing between markers, and of a dense line where its value is of', () => {
  const evaluated = { ...line('own', [20, 40], [0.6, 0.7]), marks: true };
  expect([20, 25, 40].map((x) => readAt(evaluated, x))).toEqual([{ value: 0.6, x: 20 }, null, { value: 0.7, x: 40 }]);
  expect(readAt(line('loss', [1, 2.5], [3, 2]), 2)).toEqual({ value: 3, x: 1 });
  expect(readAt({ ...line('zero-shot', [0], [0.5]), constant: true }, 7)).toEqual({ value: 0.5, x: 7 });
  expect(readAt({ ...line('seed', [1], [3]), faint: true }, 1)).toBeNull();
});

test('the file of numbers has a row for each stop and quotes names', () => {
  expect(toCsv([line('a', [1, 2], [10, 20]), line('b, c', [2], [5])], heads)).toBe('step,"a, loss","b, c, loss"\n1,10,\n2,20,5\n');
  // As it is read off the chart, whose axis is in percent; below zero it is a number still.
  expect(toCsv([line('-a', [1000], [-0.57])], { ...heads, y: 'accuracy, %' }, true)).toBe('step,"\'-a, accuracy, %"\n1000,-57\n');
});

test('a baseline holds everywhere: at the cursor, in the table and in the file; it has no place of its own, which a log axis could not show', () => {
  const baseline = { ...line('zero-shot', [0], [0.5]), constant: true };
  expect([0, 1, 9].map((x) => [valueOf(baseline, x), pointAt(baseline, x)])).toEqual([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]);
  expect(toCsv([line('a', [1, 2], [10, 20]), baseline], heads)).toBe('step,"a, loss","zero-shot, loss"\n1,10,0.5\n2,20,0.5\n');
  // Its place is no place of the axis: at 0, a log axis has none.
  expect(stops([line('a', [1, 2], [10, 20]), baseline])).toEqual([1, 2]);
  expect(stops([baseline])).toEqual([0]);
});

test('intervals stand in the table and in the file beside their values', () => {
  const one = { ...line('a', [1, 2], [10, 20]), spread: [3, NaN] };
  expect(toCsv([one], heads)).toBe('step,"a, loss","a, ci95_low","a, ci95_high"\n1,10,7,13\n2,20,,\n');
  expect(intervalAt({ ...line('probe', [0], [0.5]), constant: true, spread: [0.1] }, 7)).toBe(0.1);
});

test('a column is called as its line, without its last value; what is written beside the points has a column', () => {
  const one = { ...line('LoRA', [1, 2], [10, 20]), detail: '20 ± 1', spread: [1, 1], words: ['r 1', 'r 2'] };
  const seed = { ...line('LoRA', [1, 2], [9, 21]), detail: 'seed 3', faint: true };
  expect(toCsv([one, seed], { ...heads, x: 'parameters' })).toBe('parameters,setting,"LoRA, loss","LoRA, ci95_low","LoRA, ci95_high","LoRA seed 3, loss"\n1,r 1,10,9,11,9\n2,r 2,20,19,21,21\n');
});
