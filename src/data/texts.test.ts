import { expect, test } from 'vitest';
import { classTable } from '../testing/classTable';
import { memoryTree } from '../io/fileTree';
import { moodCsv, tinyTexts } from '../testing/tinyTexts';
import { openLabelled } from './index';
import { openUnlabelled } from './texts';

const rows = (split: { count: number; text?(i: number): unknown }) => Array.from({ length: split.count }, (_, i) => split.text!(i));

test('files are splits by their names, blanks around texts stay, rows without a label or a text do not', async () => {
  const data = await tinyTexts({
    'glue/train-00000-of-00001.jsonl': '{"sentence":" a film ","label":1,"idx":0}\n{"sentence":"dull","label":0,"idx":1}\n{"sentence":"  ","label":0,"idx":2}\n',
    'glue/validation.jsonl': '{"sentence":"fine","label":1,"idx":0}\n',
    'glue/test.jsonl': '{"sentence":"?","label":-1,"idx":0}\n',
  });
  expect([data.classes, data.labels, data.columns]).toEqual([['0', '1'], 'classes', { text: 'sentence', label: 'label' }]);
  expect(rows(data.train)).toEqual([{ first: ' a film ', second: null }, { first: 'dull', second: null }]);
  expect(rows(data.test)).toEqual([{ first: 'fine', second: null }]);
  expect(data.notes!.length).toBe(2);
  expect(() => data.train.image(0)).toThrow(/is a text/);
});

test('pairs by their usual names, or by those that are given', async () => {
  const csv = 'question,sentence,label\nq,s,yes\nq2,s2,no\nq3,s3,yes\nq4,s4,no\n';
  const usual = await tinyTexts({ 'a.csv': csv });
  expect(usual.columns).toEqual({ text: 'question', pair: 'sentence', label: 'label' });
  expect(usual.seeded).toBe(true);
  const given = await tinyTexts({ 'a.csv': csv }, { columns: { text: 'sentence', pair: 'question' } });
  expect(rows(given.train)[0]).toMatchObject({ first: expect.stringMatching(/^s/) as string, second: expect.stringMatching(/^q/) as string });
  await expect(tinyTexts({ 'a.csv': csv }, { columns: { label: 'class' } })).rejects.toThrow('has no column "class"');
});

test('a column of texts may be called what every object has', async () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    const csv = `${name},label\nThe first text.,yes\nA second text.,no\nThe third text.,yes\nA fourth text.,no\n`;
    expect((await tinyTexts({ 'a.csv': csv })).columns).toEqual({ text: name, label: 'label' });
    expect((await openUnlabelled(memoryTree('own', { 'a.csv': new TextEncoder().encode(csv) }))).count).toBe(4);
  }
});

test('what is neither whole nor a word is a number', async () => {
  const csv = 'sentence1,sentence2,score\na,b,1\na,c,2.5\nb,c,4\nc,d,3.25\nd,e,0\n';
  const data = await tinyTexts({ 'a.csv': csv });
  expect([data.labels, data.classes]).toEqual(['numbers', ['score']]);
  expect([...rows(data.train), ...rows(data.test)].map((row) => (row as { number: number }).number).sort()).toEqual([0, 1, 2.5, 3.25, 4]);
  await expect(tinyTexts({ 'a.csv': 'text,label\na,x\nb,y\n' }, { labels: 'numbers' })).rejects.toThrow('which is not a number');
});

test('words and tags, as lists or with blanks between', async () => {
  const data = await tinyTexts({ 'train.csv': 'tokens,tags\n"Ann is here","PER O O"\n"[""in"",""Rome""]","[""O"",""LOC""]"\n', 'test.csv': 'tokens,tags\nRome,LOC\n' }, { labels: 'words' });
  expect(data.classes).toEqual(['LOC', 'O', 'PER']);
  expect(rows(data.train)).toEqual([
    { first: 'Ann is here', second: null, words: ['Ann', 'is', 'here'], tags: [2, 1, 1] },
    { first: 'in Rome', second: null, words: ['in', 'Rome'], tags: [1, 0] },
  ]);
});

test('classes that files name: two sets of them, a label that is none of them, and an index beyond them are refused', async () => {
  const [judged, felt] = [['unacceptable', 'acceptable'], ['negative', 'positive']];
  const table = (names: string[], ...labels: number[]) => classTable(labels.map((label, i) => [`text ${i}`, label] as const), names);
  await expect(tinyTexts({ 'cola/train.parquet': table(judged, 0, 1), 'sst2/train.parquet': table(felt, 1, 0) })).rejects.toThrow('sst2/train.parquet names other classes than cola/train.parquet; they are sets of their own, so open one folder at a time');
  const both = await tinyTexts({ 'train-0.parquet': table(felt, 0, 1), 'train-1.parquet': table(felt, 1, 0, -1), 'test.csv': 'sentence,label\nfine,positive\npoor,negative\n' });
  expect([both.classes, [...both.train.labels], [...both.test.labels], both.notes!.length]).toEqual([felt, [0, 1, 1, 0], [1, 0], 1]);
  await expect(tinyTexts({ 'test.parquet': table(felt, 0, 1), 'train.csv': 'sentence,label\nfine,positive\npoor,bad\n' })).rejects.toThrow('train.csv (row 2) has the label "bad", which is none of the classes that test.parquet names (negative, positive).');
  await expect(tinyTexts({ 'train.parquet': table(felt, 0, 1, 7) })).rejects.toThrow('train.parquet has label 7, but 2 classes are named (labels 0 to 1).');
});

test('what cannot be learned from is said of texts', async () => {
  await expect(tinyTexts({ 'train.csv': 'text,label\na,x\nb,x\n', 'test.csv': 'text,label\na,x\nc,y\n' })).rejects.toThrow('All 2 training texts of texts are of one class (x); add texts of another.');
  await expect(tinyTexts({ 'train.csv': 'text,label\na,x\n', 'test.csv': 'text,label\na,x\nc,y\n' })).rejects.toThrow('only one training text;');
  await expect(tinyTexts({ 'test.csv': 'text,label\na,x\nc,y\n' })).rejects.toThrow('no training text;');
});

test('one class, no table and no label are said', async () => {
  await expect(tinyTexts({ 'a.csv': 'text,label\na,x\nb,x\n' })).rejects.toThrow('only one class');
  await expect(tinyTexts({ 'a.txt': 'text' })).rejects.toThrow('holds no table of texts');
  await expect(tinyTexts({ 'a.csv': 'text,label\na,\n' })).rejects.toThrow('holds no labelled text');
  expect((await tinyTexts({ 'a.csv': moodCsv(30, 1) })).test.count).toBe(6);
});

test('a long table: more rows than a call has room for as arguments', async () => {
  const count = 150_000;
  const data = await tinyTexts({ 'a.csv': `text,label\n${Array.from({ length: count }, (_, i) => `t${i},${i % 2}`).join('\n')}\n` });
  expect(data.train.count + data.test.count).toBe(count);
});

test('a table without words is no set of texts, unless a column is called as texts are', async () => {
  const open = (csv: string) => openLabelled(memoryTree('sizes', { 'sizes.csv': new TextEncoder().encode(csv) }));
  const rows = '1.8,70\n1.6,55\n1.7,61\n1.9,82\n';
  await expect(open(`height,weight\n${rows}`)).rejects.toThrow('sizes.csv has no column of texts: of height, weight, none is called');
  await expect(open(`height,label\n${rows}`)).rejects.toThrow('has no column of texts');
  await expect(open('height\n1.8\n1.6\n1.7\nNaN\n')).rejects.toThrow('has no column of texts');
  expect((await open(`text,weight\n${rows}`)).train.count).toBeGreaterThan(0);
  expect((await open('said,height\nten,1\ntwo,2\nsix,3\nall,4\n')).train.count).toBeGreaterThan(0);
});

test('a cell that is nested too deep to be written is shown as dots (found by the mutated files: chats, round 6496)', async () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const data = await tinyTexts({ 'a.jsonl': ['a', 'b', 'c', 'd'].map((label, i) => `{"text":"${label} ${i}","label":"${i % 2}","more":${deep}}`).join('\n') });
  expect(data.table).toMatchObject({ columns: ['text', 'label', 'more'], rows: [['a 0', '0', '…'], ['b 1', '1', '…'], ['c 2', '0', '…']] });
});
