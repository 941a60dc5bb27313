import { parquetWriteBuffer } from 'hyparquet-writer';
import { memoryTree } from '../io/fileTree';
import { defined } from '../numbers/defined';
import type { Files, Parser } from '../testing/chaos/parser';
import { tinyJson } from '../testing/tiny';
import { walk } from '../testing/walk';
import { openContinuations } from './continuations';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const labelled = (line: (i: number) => string): Uint8Array => utf8(range(6).map(line).join('\n'));
const turns = (i: number) => [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: `tea ${i}?` }, { role: 'assistant', content: 'Fine.', tool_calls: null }];

const chats: Parser = {
  name: 'chats',
  samples: async (): Promise<Files[]> => [
    { 'train.jsonl': labelled((i) => JSON.stringify({ id: i, messages: turns(i) })), 'test.jsonl': labelled((i) => JSON.stringify({ messages: turns(i) })) },
    { 'talks.json': tinyJson(range(6).map((i) => ({ conversations: turns(i).map(({ role, content }) => ({ from: role === 'user' ? 'human' : 'gpt', value: content })) }))) },
    { 'talks.parquet': chatParquet('SNAPPY', 9) },
    { 'talks.parquet': chatParquet('UNCOMPRESSED', 5) },
  ],
  read: async (files) => walk(await openContinuations(memoryTree('set', files))),
  // A page may unpack to 64 times its bytes (`parquetPages.ts`).
  growth: 64,
};

/** Chats as the hub has them: lists of structs. */
function chatParquet(codec: 'SNAPPY' | 'UNCOMPRESSED', rows: number): Uint8Array {
  const text = (name: string) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }) as const;
  return new Uint8Array(
    parquetWriteBuffer({
      codec,
      rowGroupSize: 4,
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'messages', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', num_children: 3 },
        text('role'), text('content'), text('name'),
      ],
      columnData: [{ name: 'messages', data: range(rows).map((i) => (i === 3 ? null : turns(i).map(({ role, content }) => ({ role, content })))) }],
    }),
  );
}

const quiz = (i: number) => ({ question: `tea ${i}?`, choices: { text: ['fine', `not ${i}`, 'no'], label: ['A', 'B', 'C'] }, answerKey: defined('ABC'[i % 3]) });

const choices: Parser = {
  name: 'choices',
  samples: async (): Promise<Files[]> => [
    { 'train.jsonl': labelled((i) => JSON.stringify(quiz(i))), 'test.jsonl': labelled((i) => JSON.stringify({ question: `tea ${i}?`, choices: '["fine", "no"]', answerKey: i % 2 })) },
    { 'quiz.csv': utf8(`question,choice1,choice2,choice3,label\n${range(6).map((i) => `tea ${i}?,fine,no,${i % 2 ? 'so' : ''},${i % 2}`).join('\n')}`) },
    { 'quiz.parquet': quizParquet('SNAPPY', 9) },
    { 'quiz.parquet': quizParquet('UNCOMPRESSED', 6) },
  ],
  read: async (files) => walk(await openContinuations(memoryTree('set', files), { prompt: '{question}', answer: ' {choice}' })),
  growth: 64,
};

/** Questions as the hub has ARC's: a struct of two lists. */
function quizParquet(codec: 'SNAPPY' | 'UNCOMPRESSED', rows: number): Uint8Array {
  const text = (name: string) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }) as const;
  const list = (name: string) => [{ name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 }, { name: 'list', repetition_type: 'REPEATED', num_children: 1 }, text('element')] as const;
  const all = range(rows).map(quiz);
  return new Uint8Array(
    parquetWriteBuffer({
      codec,
      rowGroupSize: 4,
      schema: [{ name: 'root', num_children: 3 }, text('question'), { name: 'choices', repetition_type: 'OPTIONAL', num_children: 2 }, ...list('text'), ...list('label'), text('answerKey')],
      columnData: [{ name: 'question', data: all.map(({ question }) => question) }, { name: 'choices', data: all.map(({ choices }, i) => (i === 3 ? null : choices)) }, { name: 'answerKey', data: all.map(({ answerKey }) => answerKey) }],
    }),
  );
}

export const parsers = [chats, choices];
