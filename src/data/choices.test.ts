import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { memoryTree } from '../io/fileTree';
import { openContinuations, type ContinuationOptions } from './continuations';
import { openLabelled } from './index';
import { readingOf } from './kinds';
import type { Split } from './source';

const tree = (files: Record<string, string | Uint8Array>) => memoryTree('quiz', Object.fromEntries(Object.entries(files).map(([path, text]) => [path, typeof text === 'string' ? new TextEncoder().encode(text) : text])));
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const asked = (column: string): ContinuationOptions => ({ prompt: `{${column}}`, answer: ' {choice}' });
/** Right choice in each row of training and test, in this order, and the number of its choices. */
const rights = ({ train, test }: { train: Split; test: Split }) => [train, test].flatMap((split) => Array.from({ length: split.count }, (_, i) => split.text!(i))).map(({ second, choices }) => `${second!.trim()} of ${choices!.all.length}`);
/** One file to train on and one to test on, each with these rows. */
const opened = (rows: readonly object[], options: ContinuationOptions) => openContinuations(tree({ 'train.jsonl': lines(rows), 'test.jsonl': lines(rows.slice(0, 1)) }), options);

test('each choice goes on from the prompt by the template, and letters are those of the choice alone', async () => {
  const set = await opened([{ q: 'what', hint: 'h', choices: ['a kite', 'tea 🍵'], label: 1 }, { q: 'who', hint: 'g', choices: ['ann', 'bob'], label: 0 }], { prompt: 'Q: {q}', answer: ' {choice} ({hint}).' });
  expect(set.train.text!(0)).toEqual({ first: 'Q: what', second: ' tea 🍵 (h).', choices: { all: [' a kite (h).', ' tea 🍵 (h).'], letters: [6, 5], right: 1 } });
  expect(set.train.text!(0)).toBe(set.train.text!(0));
  expect(set).toMatchObject({ of: 'choices choices, the right one by label, counted from 0', notes: [] });
});

describe('the sets of the field', () => {
  test.each<[name: string, rows: object[], prompt: string, rights: string[], of: string]>([
    ['ARC', [{ question: 'q', choices: { text: ['w', 'x', 'y'], label: ['A', 'B', 'C'] }, answerKey: 'C' }, { question: 'r', choices: { text: ['u', 'v'], label: ['1', '2'] }, answerKey: '2' }], 'question', ['y of 3', 'v of 2', 'y of 3'], 'choices choices, the right one by answerKey'],
    ['ARC of its authors', [{ stem: 'q', choices: [{ text: 'w', label: 'A' }, { text: 'x', label: 'B' }], answerKey: 'B' }], 'stem', ['x of 2', 'x of 2'], 'choices choices, the right one by answerKey'],
    ['HellaSwag', [{ ctx: 'c', endings: ['a', 'b', 'c', 'd'], label: '3' }, { ctx: 'd', endings: ['e', 'f', 'g', 'h'], label: '0' }, { ctx: 'e', endings: ['a', 'b', 'c', 'd'], label: '' }], 'ctx', ['d of 4', 'e of 4', 'd of 4'], 'choices endings, the right one by label, counted from 0'],
    ['SWAG', [{ startphrase: 's', ending0: 'a', ending1: 'b', ending2: 'c', ending3: 'd', label: 2 }, { startphrase: 't', ending0: 'a', ending1: 'b', ending2: 'c', ending3: 'd', label: 0 }], 'startphrase', ['c of 4', 'a of 4', 'c of 4'], 'choices ending0 to ending3, the right one by label, counted from 0'],
    ['PIQA', [{ goal: 'g', sol1: 'a', sol2: 'b', label: 1 }, { goal: 'g', sol1: 'a', sol2: 'b', label: 0 }], 'goal', ['b of 2', 'a of 2', 'b of 2'], 'choices sol1 to sol2, the right one by label, counted from 0'],
    ['SIQA', [{ context: 'c', question: 'q', answerA: 'a', answerB: 'b', answerC: 'c', label: '3' }, { context: 'c', question: 'q', answerA: 'a', answerB: 'b', answerC: 'c', label: '1' }], 'context', ['c of 3', 'a of 3', 'c of 3'], 'choices answerA to answerC, the right one by label, counted from 1'],
    ['WinoGrande', [{ sentence: 's', option1: 'a', option2: 'b', answer: '2' }, { sentence: 's', option1: 'c', option2: 'd', answer: '1' }, { sentence: 's', option1: 'c', option2: 'd', answer: '' }], 'sentence', ['b of 2', 'c of 2', 'b of 2'], 'choices option1 to option2, the right one by answer, counted from 1'],
    ['COPA', [{ premise: 'p', choice1: 'a', choice2: 'b', label: 1 }, { premise: 'p', choice1: 'a', choice2: 'b', label: 0 }, { premise: 'p', choice1: 'a', choice2: 'b', label: -1 }], 'premise', ['b of 2', 'a of 2', 'b of 2'], 'choices choice1 to choice2, the right one by label, counted from 0'],
    ['MMLU in letters', [{ question: 'q', options: ['1', '2', '3'], answer: 'B' }, { question: 'q', options: '["4", "5"]', answer: '(a)' }], 'question', ['2 of 3', '4 of 2', '2 of 3'], 'choices options, the right one by answer'],
    ['sums, by the text itself', [{ question: 'q', choices: [3, 5, 7], answer: 5 }, { question: 'q', choices: ['1', '2'], answer: '2' }], 'question', ['5 of 3', '2 of 2', '5 of 3'], 'choices choices, the right one by answer'],
    ['words, by the text itself', [{ question: 'q', choices: ['no', ' yes'], gold: 'yes' }, { question: 'q', choices: ['no', 'yes', ''], gold: 'no' }], 'question', ['yes of 2', 'yes of 2'], 'choices choices, the right one by gold'],
  ])('%s', async (_, rows, prompt, wanted, of) => {
    const set = await opened(rows, asked(prompt));
    expect(rights(set)).toEqual(wanted);
    expect(set.of).toBe(of);
  });
});

test('columns of any name, where they are asked for; rows with fewer choices than others leave cells empty', async () => {
  const csv = 'stem,opt_a,opt_b,opt_c,pick\nx,one,two,,B\ny,one,two,three,C\n';
  const set = await openContinuations(tree({ 'train.csv': csv, 'test.csv': csv }), { prompt: '{stem}', choices: 'opt', right: 'pick' });
  expect(rights(set)).toEqual(['two of 2', 'three of 3', 'two of 2', 'three of 3']);
  expect(set.templates).toEqual({ prompt: '{stem}', answer: ' {choice}', choices: 'opt' });
  const list = await openContinuations(tree({ 'train.csv': 'stem,all,pick\nx,"[""one"",""two""]",1\ny,"[""one"",""two""]",2\nz,"[""one"",""two""]",1.0\n', 'test.csv': 'stem,all,pick\nx,"[""one"",""two""]",1\n' }), { prompt: '{stem}', choices: 'all', right: 'pick' });
  expect(rights(list)).toEqual(['one of 2', 'two of 2', 'one of 2', 'one of 2']);
  // A column that is called so is what it was.
  const own = await openContinuations(tree({ 'train.csv': 'q,choice\na,b\nc,d\n', 'test.csv': 'q,choice\na,b\n' }), asked('q'));
  expect(own.train.text!(0)).toEqual({ first: 'a', second: ' b' });
});

test('rows that cannot be chosen in are left out, counted, and said by what is wrong with them', async () => {
  const row = (choices: unknown, label: unknown, q = 'q') => ({ q, choices, label });
  const odd = [row(null, 0), row('red or blue', 0), row('[1, 2', 0), row([], 0), row(['one'], 0), row(Array(101).fill('x'), 0), row(['one', ' '], 0), row(['one', { a: 1 }], 0), row(['one', 'two'], null), row(['one', 'two'], 'three'), row(['one', 'two'], 2), row(['one', 'two'], 'Z'), row(['one', 'two'], -7), row(['one', 'two'], 0, ' ')];
  const set = await openContinuations(tree({ 'train.jsonl': lines([row(['one', 'two'], 0), ...odd, row(['one', 'two'], 1)]), 'test.jsonl': lines([row(['one', 'two'], 0)]) }), asked('q'));
  expect(rights(set)).toEqual(['one of 2', 'two of 2', 'one of 2']);
  expect(set.train.name!(1)).toBe('train.jsonl#15');
  expect(set.notes!).toEqual([
    '3 rows without a list of choices left out.',
    '3 rows with fewer than two choices, or more than 100, left out.',
    '2 rows with an empty choice left out.',
    '1 row that does not say which choice is right left out.',
    '4 rows whose right choice is none of their choices left out.',
    '1 empty row left out.',
  ]);
  await expect(opened(odd.slice(0, 1), asked('q'))).rejects.toThrow('quiz holds no choices to learn from: 2 rows without a list of choices left out.');
});

test('what is missing is said', async () => {
  const csv = { 'a.csv': 'q,a,b\nx,y,z\n' };
  const open = (options: ContinuationOptions, files: Record<string, string> = csv) => openContinuations(tree(files), options);
  await expect(open({ prompt: '{q}', choices: 'nothing' })).rejects.toThrow('a.csv has no column "nothing"; it has q, a, b.');
  await expect(open(asked('q'))).rejects.toThrow('a.csv does not say which columns are the choices: it has q, a, b.');
  await expect(open({ choices: 'a' })).rejects.toThrow('Choices need a prompt');
  await expect(open({ prompt: '{q}', answer: ' {a}', choices: 'a' })).rejects.toThrow('does not name the choice; write it as {choice}.');
  await expect(open({ prompt: '{q}', answer: ' {a}', right: 'b' })).rejects.toThrow('have no labels');
  await expect(open({ ...asked('q'), right: 'none' }, { 'a.csv': 'q,choice1,choice2\nx,y,z\n' })).rejects.toThrow('no column "none"');
  await expect(open(asked('q'), { 'a.csv': 'q,choice1,choice2\nx,y,z\n' })).rejects.toThrow('does not say which choice is right');
});

/** ARC as the hub has it: an optional struct of two lists. */
function arc(rows: readonly { text: string[]; label: string[] }[], keys: readonly string[]): Uint8Array {
  const text = (name: string) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }) as const;
  const list = (name: string) => [{ name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 }, { name: 'list', repetition_type: 'REPEATED', num_children: 1 }, text('element')] as const;
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [{ name: 'root', num_children: 4 }, text('question'), { name: 'choices', repetition_type: 'OPTIONAL', num_children: 2 }, ...list('text'), ...list('label'), ...list('tags'), text('answerKey')],
      columnData: [{ name: 'question', data: rows.map((_, i) => `q${i}`) }, { name: 'choices', data: rows }, { name: 'tags', data: rows.map(() => ['t']) }, { name: 'answerKey', data: keys }],
    } as Parameters<typeof parquetWriteBuffer>[0]),
  );
}

test('a struct of lists in parquet, as ARC has it, is found by itself', async () => {
  const rows = Array.from({ length: 6 }, (_, i) => ({ text: Array.from({ length: 2 + (i % 3) }, (_, k) => `${i}${k}`), label: ['A', 'B', 'C', 'D'].slice(0, 2 + (i % 3)) }));
  const keys = ['A', 'C', 'D', 'B', 'A', 'B'];
  const files = { 'train.parquet': arc(rows, keys), 'test.parquet': arc(rows.slice(0, 1), keys.slice(0, 1)) };
  const set = await openLabelled(tree(files));
  expect(rights(set)).toEqual(['00 of 2', '12 of 3', '23 of 4', '31 of 2', '40 of 3', '51 of 4', '00 of 2']);
  expect(readingOf(set)).toEqual({ reads: 'next', prompt: '{question}', answer: ' {choice}' });
  expect(rights(await openLabelled(tree(files), undefined, { prompt: '{question}?', choices: 'choices', columns: { label: 'answerKey' } }))).toHaveLength(7);
});
