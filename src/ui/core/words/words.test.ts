import { afterEach, expect, test } from 'vitest';
import { counted, formatNumber, listOf, plural } from '../../../language/format';
import { byMedium, inMedium, speakOf } from '../../../language/medium';
import { paperWords } from '../../compare/words/paper';
import { amountOf } from './project';
import { healthWords } from './data';
import { runWords } from './run';
import { cameraWords } from './camera';
import { tryoutWords } from './tryout';
import { fairWords } from './fair';
import { tableWords, factWords } from './table';
import { methodWords, budgetWords } from './budget';
import { boardWords } from './board';

afterEach(() => speakOf('pictures'));

test('counts, numbers and lists in a sentence', () => {
  expect([0, 1, 1200].map((count) => counted(count, 'run', 'runs'))).toEqual(['0 runs', '1 run', '1,200 runs']);
  expect([plural(1, 'is', 'are'), plural(0.5, 'is', 'are')]).toEqual(['is', 'are']);
  expect([formatNumber(0.5), formatNumber(41000)]).toEqual(['0.5', '41,000']);
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listOf)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});

test('words follow what the page learns from; values, and words about pictures alone, stay', () => {
  const now = () => [healthWords.check, runWords.result('50', '10'), cameraWords.title, inMedium`An image of ${'My pictures'}`, byMedium({ pictures: 'Choose pictures', texts: 'Type a text' })];
  expect(now()).toEqual(['Check all pictures', '50 % of 10 test pictures right', 'Record pictures', 'An image of My pictures', 'Choose pictures']);
  speakOf('texts');
  expect(now()).toEqual(['Check all texts', '50 % of 10 test texts right', 'Record pictures', 'A text of My pictures', 'Type a text']);
  const results = (['next', 'words', 'numbers'] as const).map((of) => {
    speakOf(of);
    return runWords.result('50', '10');
  });
  expect(results).toEqual(['50 % of the tokens of 10 test texts right', '50 % of the words of 10 test texts right', 'Pearson correlation 50 % on 10 test texts']);
});

test('the English words are in place', () => {
  expect(runWords.waiting(1, '')).toBe('1 run waiting');
  expect(tryoutWords.start(3, true)).toBe('Classify with 3 models');
  expect((['none', 'mean', 'interval'] as const).map((over) => paperWords.ours('vit', 'Fashion', '500', over).split('pictures')[1])).toEqual(['.', '; means over seeds.', '; means and 95 % intervals over seeds.']);
  expect(fairWords.off(['VeRA', 'NoLA'], ['378', '40'], '40,960 to 45,056', 2)).toBe('VeRA and NoLA miss the budget (378 and 40 adapter parameters, the others 40,960 to 45,056) and are left out of the comparison at equal budgets.');
});

test('counts of runs say what they count: all that have ended, or those of one data set', () => {
  expect([runWords.finished(4, 0, 0, 1), runWords.finished(1, 2, 1, 3)]).toEqual(['4 runs finished', '1 run finished, 2 stopped, 1 failed, on 3 data sets']);
  const { all, some, of, inRows } = tableWords;
  expect([of(all(4), '', 0), inRows(of(all(40), 'Moods', 36), 9), of(some(2, 5), 'Moods', 0)]).toEqual(['4 runs', '40 runs on Moods (36 recorded) in 9 rows', '2 of 5 runs on Moods']);
});

test('a count of parameters is called the same wherever it stands: budgets and the table of methods leave a new head out, “trainable” does not', () => {
  const without = factWords.adapter!;
  expect([methodWords.columns.parameters, budgetWords.values.parameters(2000)]).toEqual([without, `2,000 ${without}`]);
  expect(budgetWords.labels.parameters).toContain(without);
  expect([factWords.trainable, boardWords.axes.trainable]).toEqual(['trainable parameters', 'trainable parameters']);
});

test('runs that wait are told apart from those that a project has', () => {
  expect(amountOf({ runs: 6, waiting: 6, data: 0, models: 0, edits: 0 })).toBe('6 runs and 6 waiting runs');
  expect(amountOf({ runs: 0, waiting: 0, data: 0, models: 0, edits: 0 })).toBe('no runs and no files of your own');
});
