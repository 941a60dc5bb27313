import { expect, test } from 'vitest';
import { endNames, gutterOf } from './endNames';
import type { Series } from './series';

const line = (label: string, second: string, detail: string, rank: number): Series => ({ id: `${rank}`, method: 'lora', label, second, detail, rank, x: [0, 1], y: [0, 1], marks: true, live: false, strong: false, named: true });
/** The names of lines that end above one another, in this room. */
const namesOf = (series: Series[], rows: number, room = 12 * gutterOf(series)) => {
  const { names, left } = endNames(series, { room, height: 15 * rows, em: 12, family: 'sans-serif' }, (one) => 15 * one.rank!);
  return { written: names.map(({ one, words }) => [one.label, words.beside, words.below].filter(Boolean).join(' ')), tops: names.map(({ top }) => top), left: left?.text };
};

test('of lines that share a name what tells them apart comes before the value, on all lines of the chart alike', () => {
  const series = ['RandLoRA r 8', 'RandLoRA r 8', 'RandLoRA r 8', 'LoRA r 5', 'LoRA r 5', 'VeRA r 378', 'Full', 'Full', 'DoRA r 5'].map((label, i) => line(label, `seed ${i}`, `${70 + i}.0`, i));
  const { written } = namesOf(series, 10);
  expect(written).toHaveLength(9);
  for (const [i, words] of written.entries()) expect(words).toMatch(new RegExp(` seed ${i}(, ${70 + i}\\.0)?$`));
  // Short names leave room for the value.
  expect([written[0], written[6]]).toEqual(['RandLoRA r 8 seed 0', 'Full seed 6, 76.0']);
  // A room that is too narrow takes the first words, not the last.
  expect(namesOf([...series.slice(1), line('LoRA r 5', 'steps 120, recorded', '9.0', 9)], 10, 190).written.at(-1)).toBe('LoRA r 5 … 120, recorded');
  // And the last word alone, where there is no more room: cut at its end it would tell nothing apart.
  expect(namesOf([...series.slice(1), line('RandLoRA r 8', 'steps 20, yours', '9.0', 9)], 10, 150).written.at(-1)).toBe('RandLoRA r 8 … yours');
  // Where each has a name of its own it is followed by the value.
  expect(namesOf(series.map((one, i) => ({ ...one, label: `LoRA r ${i}` })), 10).written[0]).toBe('LoRA r 0 70.0');
});

test('as many lines are named as there are places, and the rest is counted in the last one', () => {
  const series = Array.from({ length: 20 }, (_, i) => line(`LoRA r ${i}`, '', `${i}.0`, 19 - i));
  expect(namesOf(series.slice(7), 15)).toMatchObject({ left: undefined, written: { length: 13 } });
  const { written, tops, left } = namesOf(series, 15);
  expect([written.length, written[0], written.at(-1), left]).toEqual([15, 'LoRA r 5 5.0', 'LoRA r 19 19.0', '+ 5 more']);
  expect(Math.max(...tops)).toBeLessThanOrEqual(14 * 15);
  // The chosen one has two lines where that leaves nobody out.
  const chosen = (lines: number, rows: number) => namesOf(Array.from({ length: lines }, (_, i) => ({ ...line('LoRA', `r ${i}`, `${i}.0`, i), strong: i === 0 })), rows);
  expect([chosen(4, 4).written[0], chosen(5, 4)]).toEqual(['LoRA 0.0 r 0', expect.objectContaining({ left: undefined, written: [0, 1, 2, 3, 4].map((i) => `LoRA r ${i}`) })]);
});

test('two lines of a name have their value beside it and their setting below, where there is room', () => {
  expect(namesOf([line('LoRA r 5', 'seed 0', '70.0', 0), line('LoRA r 5', 'seed 1', '71.0', 1)], 10).written).toEqual(['LoRA r 5 70.0 seed 0', 'LoRA r 5 71.0 seed 1']);
});
