import { expect, test } from 'vitest';
import { paperWords } from './paper';
import { t } from '../strings';
import { pseudoLetters, type Language } from '../../language/language';
import { catalog, listOf, say, textOf } from '../../language/say';
import { amountOf } from './project';

const pseudo: Language = { locale: 'en', lists: 'en-GB', letters: pseudoLetters };
const waiting = '{0, plural, one {# run} other {# runs}} waiting{is1, select, true {, {1}} other {}}';

test('a message has its values in place: plurals, choices, numbers, lists, and what is left out where there is nothing', () => {
  const of = say<[count: number, left: string]>(waiting);
  expect([of(1, ''), of(1200, '2 min'), of(0, '')]).toEqual(['1 run waiting', '1,200 runs waiting, 2 min', '0 runs waiting']);
  expect(say<[what: 'a' | 'b', n: number]>('{0, select, a {first} other {second}} of {1}')('b', 41000)).toBe('second of 41,000');
  expect(say<[names: string[]]>('Ahead: {0}.')(['LoRA', 'VeRA', 'DoRA'])).toBe('Ahead: LoRA, VeRA and DoRA.');
  expect([[], ['a'], ['a', 'b']].map((parts) => listOf(parts))).toEqual(['', 'a', 'a and b']);
  expect(say<[text: string]>('Put \'{}\' where <b> stands: {0}')('{1} <i>')).toBe('Put {} where <b> stands: {1} <i>');
});

test('another language has its own messages, plural forms, numbers and lists; what it lacks stays English', () => {
  const polish: Language = {
    locale: 'pl',
    texts: { Runs: 'Przebiegi', '{0, plural, one {# run} other {# runs}} of {1}': '{1}: {0, plural, one {# przebieg} few {# przebiegi} other {# przebiegów}}' },
  };
  const of = say<[count: number, names: string[]]>('{0, plural, one {# run} other {# runs}} of {1}', polish);
  expect([1, 3, 5].map((count) => of(count, ['Ala', 'Jan']))).toEqual(['Ala i Jan: 1 przebieg', 'Ala i Jan: 3 przebiegi', 'Ala i Jan: 5 przebiegów']);
  expect(say<[n: number]>('{0} of all', polish)(0.5)).toBe('0,5 of all');
  expect(catalog({ title: 'Runs', list: [['Runs', 'Keys']] }, polish)).toEqual({ title: 'Przebiegi', list: [['Przebiegi', 'Keys']] });
});

test('the pseudo-language changes all letters of texts and messages, and no value', () => {
  expect(textOf('Runs, 3', pseudo)).toBe('⟦Ŕúñš⟧, 3');
  expect(say<[count: number, left: string]>(waiting, pseudo)(2, 'Mia')).toBe('2 ⟦ŕúñš⟧ ⟦ŵáíţíñğ⟧, Mia');
  const words = catalog({ a: 'Open', deep: { b: ['Close'], of: say<[name: string]>('Open {0}', pseudo) } }, pseudo);
  expect([words.a, words.deep.b[0], words.deep.of('LoRA')]).toEqual(['⟦Óþéñ⟧', '⟦Çĺóšé⟧'.replace('ĺ', 'ļ'), '⟦Óþéñ⟧ LoRA']);
  // Words that are made of others are not changed twice.
  expect(catalog({ words }, pseudo).words.a).toBe('⟦Óþéñ⟧');
});

test('the English words are in place', () => {
  expect(t.run.waiting(1, '')).toBe('1 run waiting');
  expect(t.tryout.start(3, true)).toBe('Classify with 3 models');
  expect((['none', 'mean', 'interval'] as const).map((over) => paperWords.ours('vit', 'Fashion', '500', over).split('pictures')[1])).toEqual(['.', '; means over seeds.', '; means and 95 % intervals over seeds.']);
  expect(t.fair.off(['VeRA', 'NoLA'], ['378', '40'], '40,960 to 45,056', 2)).toBe('VeRA and NoLA miss the budget (378 and 40 adapter parameters, the others 40,960 to 45,056) and are left out of the comparison at equal budgets.');
});

test('counts of runs say what they count: all that have ended, or those of one data set', () => {
  expect([t.run.finished(4, 0, 0, 1), t.run.finished(1, 2, 1, 3)]).toEqual(['4 runs finished', '1 run finished, 2 stopped, 1 failed, on 3 data sets']);
  const { all, some, of, inRows } = t.table;
  expect([of(all(4), '', 0), inRows(of(all(40), 'Moods', 36), 9), of(some(2, 5), 'Moods', 0)]).toEqual(['4 runs', '40 runs on Moods (36 recorded) in 9 rows', '2 of 5 runs on Moods']);
});

test('a count of parameters is called the same wherever it stands: budgets and the table of methods leave a new head out, “trainable” does not', () => {
  const without = t.facts.adapter!;
  expect([t.methods.columns.parameters, t.budget.values.parameters(2000)]).toEqual([without, `2,000 ${without}`]);
  expect(t.budget.labels.parameters).toContain(without);
  expect([t.facts.trainable, t.board.axes.trainable]).toEqual(['trainable parameters', 'trainable parameters']);
});

test('runs that wait are told apart from those that a project has', () => {
  expect(amountOf({ runs: 6, waiting: 6, data: 0, models: 0, edits: 0 })).toBe('6 runs and 6 waiting runs');
  expect(amountOf({ runs: 0, waiting: 0, data: 0, models: 0, edits: 0 })).toBe('no runs and no files of your own');
});
