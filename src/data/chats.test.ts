import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { memoryTree } from '../io/fileTree';
import { openContinuations, type ContinuationDataset } from './continuations';
import { openLabelled } from './index';
import { checkTexts } from './textHealth';

const utf8 = (text: string) => new TextEncoder().encode(text);
const open = (files: Record<string, string | Uint8Array>, column?: string) => openContinuations(memoryTree('talks', Object.fromEntries(Object.entries(files).map(([path, text]) => [path, typeof text === 'string' ? utf8(text) : text]))), { column });
const lines = (rows: readonly unknown[], column = 'messages') => rows.map((row) => JSON.stringify({ id: 1, [column]: row })).join('\n');
const turn = (role: string, content: unknown, more: object = {}) => ({ role, content, ...more });
const talk = (i: number) => [turn('system', 'Be brief.'), turn('user', `What is ${i}?`), turn('assistant', `It is ${i}.`), turn('user', 'Sure?'), turn('assistant', 'Yes.')];
const talks = Array.from({ length: 10 }, (_, i) => talk(i));
const messages = ({ train }: ContinuationDataset, i = 0) => train.text!(i).messages;

test('turns with a role and a content are a chat, of JSON lines, a JSON list, or JSON in a table', async () => {
  const set = await open({ 'train.jsonl': lines(talks), 'test.jsonl': lines(talks.slice(0, 2)) });
  expect(set).toMatchObject({ chat: true, of: 'messages', train: { count: 10 }, test: { count: 2 }, notes: [] });
  expect(set.train.text!(3)).toEqual({ first: 'What is 3?', second: 'It is 3.\nSure?\nYes.', messages: talk(3) });
  const list = await open({ 'talks.json': JSON.stringify(talks.map((row) => ({ messages: row, text: 'none of it' }))) });
  expect([list.chat, list.train.count + list.test.count]).toEqual([true, 10]);
  const csv = await open({ 'talks.csv': `n,conversation\n${talks.map((row, i) => `${i},"${JSON.stringify(row).replaceAll('"', '""')}"`).join('\n')}\n` });
  expect(csv).toMatchObject({ chat: true, of: 'conversation' });
  expect((await open({ 'a.jsonl': lines(talks, 'dialogue') }, 'dialogue')).chat).toBe(true);
});

test("ShareGPT's names, texts in pieces, and what else a turn holds", async () => {
  const shared = await open({ 'a.jsonl': lines(Array(5).fill([{ from: 'system', value: 's' }, { from: 'human', value: 'hi', weight: 1 }, { from: 'gpt', value: 'up' }]), 'conversations') });
  expect(messages(shared)).toEqual([turn('system', 's'), turn('user', 'hi'), turn('assistant', 'up')]);
  const calls = [{ type: 'function', function: { name: 'f', arguments: {} } }];
  const pieces = await open({ 'a.jsonl': lines(Array(5).fill([turn('user', [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }], { name: null }), turn('assistant', null, { tool_calls: calls }), turn('tool', '9', { name: 'f', tool_calls: null }), turn('assistant', 'c')])) });
  expect(messages(pieces)).toEqual([turn('user', 'ab'), turn('assistant', null, { tool_calls: calls }), turn('tool', '9', { name: 'f' }), turn('assistant', 'c')]);
});

test('rows of no use are left out, counted, and said by what is wrong with them; names of rows stay', async () => {
  const odd = [[turn('user', 'a')], [turn('user', ' '), turn('assistant', 'b')], [turn('user', 'a'), turn('narrator', 'b'), turn('assistant', 'c')], [turn('user', [{ type: 'image' }]), turn('assistant', 'b')], 'hello', [], null, [turn('assistant', '')]];
  const set = await open({ 'a.jsonl': lines([...talks.slice(0, 1), ...odd, ...talks.slice(1)]) });
  expect(set.train.count + set.test.count).toBe(10);
  expect(set.notes!).toEqual([
    '2 rows that are not lists of turns with a role and a content left out.',
    '1 chat without a turn of the assistant left out.',
    '2 chats with an empty turn left out.',
    '1 chat with a turn of narrator left out; system, user, assistant and tool are known.',
    '2 empty rows left out.',
  ]);
  const names = [set.train, set.test].flatMap((split) => Array.from({ length: split.count }, (_, i) => split.name!(i))).sort();
  expect(names).toContain('a.jsonl#0');
  expect(names).toContain('a.jsonl#17');
  await expect(open({ 'a.jsonl': lines(odd.slice(0, 2)) })).rejects.toThrow('talks holds no chat to learn from: 1 chat without a turn of the assistant left out. 1 chat with an empty turn left out.');
  await expect(open({ 'a.jsonl': lines(talks), 'b.jsonl': '{"text":"x"}' })).rejects.toThrow('keep them apart');
});

test('a column of plain texts by such a name is no chat', async () => {
  const set = await open({ 'a.jsonl': Array.from({ length: 5 }, (_, i) => JSON.stringify({ messages: `mail ${i}` })).join('\n') });
  expect([set.chat, set.of]).toEqual([undefined, 'messages']);
});

test('a table of chats opens as what is gone on with; a .json beside other files is none of the data', async () => {
  const tree = (files: Record<string, string>) => memoryTree('talks', Object.fromEntries(Object.entries(files).map(([path, text]) => [path, utf8(text)])));
  expect(await openLabelled(tree({ 'talks.json': JSON.stringify(talks.map((row) => ({ prompt: 'p', response: 'r', messages: row }))) }))).toMatchObject({ chat: true });
  expect(await openLabelled(tree({ 'a.jsonl': lines(talks), 'dataset_infos.json': '{}' }))).toMatchObject({ chat: true, train: { count: 8 } });
  expect(await openLabelled(tree({ 'a.txt': 'one\ntwo\nthree\nfour\nfive\n', 'about.json': '{}' }))).toMatchObject({ of: 'text' });
  await expect(openLabelled(tree({ 'a.json': '[1, 2]' }))).rejects.toThrow('entry 1 of its list is not an object');
  await expect(openLabelled(tree({ 'a.json': '[{' }))).rejects.toThrow('is not JSON');
});

test('chats are looked over by all that is said in them', async () => {
  const twice = [talk(0), talk(0), [turn('system', 'Be long.'), ...talk(0).slice(1)], talk(0).map(({ role, content }) => turn(role, String(content).toUpperCase()))];
  const louder = (i: number) => talk(i).map(({ role, content }) => turn(role, `${String(content)}!`));
  const { duplicates, near, leaks, nearLeaks } = await checkTexts(await open({ 'train.jsonl': lines([...twice, talk(8), talk(7)]), 'test.jsonl': lines([talk(9), talk(8), louder(7)]) }));
  // What is the same and what is nearly so are told apart, within a part and across.
  expect([duplicates.total, near.total, leaks.total, nearLeaks.total]).toEqual([1, 1, 1, 1]);
});

/** A parquet file of chats, as the hub's are: lists of structs, whose parts may be empty. */
function parquet(rows: readonly (readonly Record<string, unknown>[] | null)[], [role, content]: readonly [string, string], codec: 'SNAPPY' | 'UNCOMPRESSED', more: object = {}): Uint8Array {
  const text = (name: string) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }) as const;
  return new Uint8Array(
    parquetWriteBuffer({
      codec,
      rowGroupSize: 4,
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'n', type: 'INT64', repetition_type: 'OPTIONAL' },
        { name: 'scores', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
        { name: 'conversations', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', num_children: 3 },
        text(role), text(content), text('name'),
      ],
      columnData: [{ name: 'n', data: rows.map((_, i) => BigInt(i)) }, { name: 'scores', data: rows.map(() => [0.5]) }, { name: 'conversations', data: rows }],
      ...more,
    } as Parameters<typeof parquetWriteBuffer>[0]),
  );
}

test.each([['SNAPPY', ['role', 'content']], ['UNCOMPRESSED', ['role', 'content']], ['SNAPPY', ['from', 'value']]] as const)('lists of turns in parquet, %s, by %j', async (codec, names) => {
  const plain = talks.map((row, i) => row.slice(i % 2).map(({ role, content }) => ({ role, content: `${String(content)} ${i}` })));
  const rows = plain.map((row, i) => row.map(({ role, content }) => ({ [names[0]]: role, [names[1]]: content, ...(i === 5 && role === 'user' && { name: 'ann' }) })));
  const set = await open({ 'train.parquet': parquet([...rows, null, []], names, codec), 'test.parquet': parquet(rows.slice(0, 1), names, codec) });
  expect(set).toMatchObject({ chat: true, train: { count: 10 }, test: { count: 1 } });
  expect(Array.from({ length: 10 }, (_, i) => messages(set, i))).toEqual(plain.map((row, i) => row.map((one) => ({ ...one, ...(i === 5 && one.role === 'user' && names[0] === 'role' && { name: 'ann' }) }))));
  expect(set.notes!).toEqual(['2 empty rows left out.']);
});
