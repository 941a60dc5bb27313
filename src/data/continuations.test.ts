import { expect, test } from 'vitest';
import { memoryTree } from '../io/fileTree';
import { openContinuations, type ContinuationOptions } from './continuations';
import type { Split } from './source';
import { Template } from './template';

const open = (files: Record<string, string>, options?: ContinuationOptions) => openContinuations(memoryTree('texts', Object.fromEntries(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]))), options);
const rows = (split: Split) => Array.from({ length: split.count }, (_, i) => split.text!(i));

test('a template has columns in braces, braces doubled, and ends of lines', () => {
  const template = new Template('{a} and { b }:\\n{{"{a}"}}');
  expect(template.columns).toEqual(['a', 'b']);
  expect(template.fill((column) => column.toUpperCase())).toBe('A and B:\n{"A"}');
});

test('prompts and answers of columns; rows without an answer, or with nothing to ask, are left out and counted', async () => {
  const csv = 'question,hint,answer\nwhat,,that\nwho, ann ,\n,,none\nwhere,here,there\n';
  const data = await open({ 'train.csv': csv, 'test.csv': 'question,hint,answer\nwhy,,so\n' }, { prompt: 'Q: {question} {hint}\\nA:', answer: ' {answer}.' });
  expect(rows(data.train)).toEqual([{ first: 'Q: what \nA:', second: ' that.' }, { first: 'Q: where here\nA:', second: ' there.' }]);
  expect(rows(data.test)).toEqual([{ first: 'Q: why \nA:', second: ' so.' }]);
  expect(data.notes!).toEqual(['2 empty rows left out.']);
  expect(data.train.text!(0)).toBe(data.train.text!(0));
});

test('a column of texts, or the lines of files where there is no table', async () => {
  const lines = await open({ 'train.txt': 'one\n\n two \r\n', 'valid.txt': 'three\n' });
  expect([rows(lines.train), rows(lines.test), lines.of]).toEqual([[{ first: 'one', second: null }, { first: ' two ', second: null }], [{ first: 'three', second: null }], 'text']);
  const column = await open({ 'a.jsonl': Array.from({ length: 10 }, (_, i) => JSON.stringify({ id: i, content: `text ${i}` })).join('\n'), 'readme.txt': 'no text' });
  expect([column.of, column.train.count, column.test.count, column.seeded]).toEqual(['content', 8, 2, true]);
  expect(rows((await open({ 'a.csv': 'id,song\n1,la\n2,le\n3,li\n4,lo\n' }, { column: 'song' })).train)[0]).toMatchObject({ second: null, first: expect.stringMatching(/^l/) as string });
});

test('what is wrong is said', async () => {
  const csv = { 'a.csv': 'q,a\nx,y\n' };
  await expect(open(csv, { prompt: '{nothing}', answer: '{a}' })).rejects.toThrow('a.csv has no column "nothing"; it has q, a.');
  await expect(open(csv, { prompt: '{q}', answer: 'yes' })).rejects.toThrow('names no column');
  await expect(open(csv, { prompt: '{q}' })).rejects.toThrow('give both, or neither');
  await expect(open(csv, { prompt: '{q}', answer: '{a}', column: 'q' })).rejects.toThrow('not both');
  await expect(open(csv, { column: 'nothing' })).rejects.toThrow('no column "nothing"');
  await expect(open(csv)).rejects.toThrow('does not say which column is the text');
  await expect(open({ 'a.csv': 'q,a\n,\n,y\n' }, { prompt: '{q}', answer: '{a}' })).rejects.toThrow('All rows of texts are empty.');
  await expect(open({ 'a.csv': 'text\nx\n' })).rejects.toThrow('too few to hold some back');
  await expect(open({ 'a.png': '' })).rejects.toThrow('holds no texts');
});
