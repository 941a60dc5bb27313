import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Split, TextRow } from '../data/source';
import { ChatTemplate, type Message } from '../io/chatTemplate';
import { TextTokenizer } from '../io/textTokenizer';
import { defined } from '../numbers/defined';
import { chatIds, chatTokenizer } from '../testing/tinyChats';
import { askedInChat, chatRow } from './chatTokens';
import { ContinuationTokens, surveyed } from './continuationFeed';

const { templates, tokens } = JSON.parse(readFileSync(new URL('../testing/fixtures/chats.json', import.meta.url), 'utf8')) as { templates: Record<string, string>; tokens: Record<string, string> };
const files = chatTokenizer();
const tokenizer = new TextTokenizer(defined(files['tokenizer.json']), defined(files['tokenizer_config.json']));
const decoded = (ids: readonly number[]) => tokenizer.decode(ids, { special: true });
const of = (name: string) => new ChatTemplate(defined(templates[name]), tokens);

/** Parts of a chat that count, turn by turn. */
function counted(template: ChatTemplate, ...says: string[]): string[] {
  const { ids, counts } = chatRow(tokenizer, template, chat(...says));
  return counts.map(([from, to]) => decoded(ids.slice(from, to)));
}
const chat = (...says: string[]): Message[] => says.map((content, i) => ({ role: i % 2 ? 'assistant' : 'user', content }));

describe('the assistant\'s turns, and what ends them, count', () => {
  test.each([
    ['chatml', ['up<|im_end|>\n', 'b\n c<|im_end|>\n']],
    ['headers', ['up<|eot|>', 'b\n c<|eot|>']],
    // A chat ends with a token of its own, behind the last turn alone.
    ['ends in eos', ['up<|end|>', 'b\n c<|end|></s>']],
    ['blocks', ['up</s>\n\n', 'b\n c</s>\n\n']],
    ['marked', ['up<|eot|>', 'b\n c<|eot|>']],
    ['marked plainly', ['up !\n', 'b\n c !\n']],
  ])('%s', (name, wanted) => {
    expect(counted(of(name), 'hi', 'up', 'a', 'b\n c')).toEqual(wanted);
    expect(counted(of(name), 'hi', 'up', 'a')).toEqual(wanted.slice(0, 1));
  });

  test('what the template marks is what its plain form finds', () => {
    const unmarked = new ChatTemplate(defined(templates['marked']).replace(/\{%- (end)?generation %\}/g, ''), tokens);
    for (const says of [['hi', 'up'], ['hi', '  up ', 'a', '\n b'], ['hi', 'up', 'a']]) expect(counted(unmarked, ...says)).toEqual(counted(of('marked'), ...says));
  });

  test('a text begins as its template says, and with nothing besides', () => {
    const { ids } = chatRow(tokenizer, of('headers'), chat('hi', 'up'));
    expect(tokenizer.encode('hi').ids[0]).toBe(chatIds['<s>']);
    expect(ids.slice(0, 2)).toEqual([chatIds['<s>'], chatIds['<|head|>']]);
    expect(chatRow(tokenizer, of('chatml'), chat('hi', 'up')).ids[0]).toBe(chatIds['<|im_start|>']);
  });

  test('an answer that begins with a new line counts from the token that it grows together with', () => {
    const { ids, counts } = chatRow(tokenizer, of('chatml'), chat('hi', '\n\nup'));
    expect(decoded(ids.slice(...defined(counts[0])))).toBe('\n\n\nup<|im_end|>\n');
  });

  test('answers that the template writes otherwise inside a chat are missed, and it is said', () => {
    const row = chatRow(tokenizer, of('thinks'), chat('hi', '<think>\na\n</think>\n\nup', 'b', 'down'));
    expect([row.counts.map(([from, to]) => decoded(row.ids.slice(from, to))), row.missed]).toEqual([['<think>\n\n</think>\n\ndown<|im_end|>\n'], 1]);
  });

  test('a chat that the assistant begins', () => {
    expect(counted(of('chatml'), 'x').length).toBe(0);
    const row = chatRow(tokenizer, of('ends in eos'), [{ role: 'assistant', content: 'hi' }, ...chat('a', 'up')]);
    expect([row.counts.length, row.missed]).toEqual([2, 0]);
  });
});

test('chats that are refused, cut or without an answer within reach are left out, and each is said', () => {
  const rows = [chat('hi', 'up'), [{ role: 'system', content: 'x' }, ...chat('hi', 'up')], chat('hi hi hi hi hi hi hi hi hi hi', 'up'), chat('hi', 'up up up up up up up up up up up')].map((messages): TextRow => ({ first: '', second: '', messages }));
  const split: Split = { count: rows.length, labels: new Uint16Array(rows.length), text: (i) => defined(rows[i]), image: () => ({ width: 1, height: 1, data: new Uint8Array(3) }) };
  // <s> < t u r n > u s e r \n hi < / t u r n > \n < t u r n > m o d e l \n are 37.
  const found = surveyed(split, new ContinuationTokens(tokenizer, of('alternates')), 44, 'train');
  expect([found.split.count, found.longest, found.refusal]).toEqual([2, 44, expect.anything()]);
  expect(found.notes).toEqual([
    expect.stringMatching(/^train: 1 of 4 texts are longer than 44 tokens and end there; \d+ tokens are cut\.$/),
    'train: 1 of 4 texts are left out, because nothing of their answer is within 44 tokens.',
    'train: 1 of 4 chats are left out. The chat template refuses it: System role not supported',
  ]);
});

test('a typed sentence is a user\'s turn, of which the assistant goes on until it ends its own', () => {
  const asked = (name: string) => {
    const { ids, end } = askedInChat(tokenizer, of(name), 'hi');
    return [decoded(ids), end];
  };
  expect(asked('headers')).toEqual(['<s><|head|>user<|/head|>\n\nhi<|eot|><|head|>assistant<|/head|>\n\n', chatIds['<|eot|>']]);
  expect(asked('ends in eos')).toEqual(['<|user|>\nhi<|end|><|assistant|>\n', chatIds['<|end|>']]);
  expect(asked('marked')[1]).toBe(chatIds['<|eot|>']);
  // One whose turns end by letters alone has no such token.
  expect(askedInChat(tokenizer, new ChatTemplate("{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}", tokens), 'hi').end).toBe(null);
});
