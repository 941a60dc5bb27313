import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { openDataset } from '../../data';
import { parseEdits } from '../../data/edits';
import type { Dataset, RgbImage } from '../../data/source';
import { openContinuations } from '../../data/continuations';
import { openTexts } from '../../data/texts';
import { ChatTemplate } from '../../io/chatTemplate';
import { memoryTree } from '../../io/fileTree';
import { openParquet } from '../../io/parquet';
import { readParquetTable } from '../../io/parquetTable';
import { ggufTokenizer } from '../../io/gguf/tokenizer';
import { openTextTokenizer } from '../../io/textTokenizer';
import { openTokenizer } from '../../io/tokenizer';
import { defined } from '../../numbers/defined';
import { chatMl, chatTokenizer } from '../tinyChats';
import { decoderTokenizers } from '../decoderTokenizers';
import { tinyMerges, tinyTokenizerJson } from '../tinyTokenizer';
import { tinyJson } from '../tiny';
import { likeCsv, moodCsv, wordTokenizer } from '../tinyTexts';
import type { Files, Parser } from './parser';

/** Parsers of data, and of tokenizers. */

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const picture = (i: number, length = 60): Uint8Array => Uint8Array.from({ length }, (_, k) => (i + k * (i % 3)) & 255);
/** The decoder of images is the browser's, and no part of this. */
const decode = async (bytes: Uint8Array): Promise<RgbImage> => ({ width: 1, height: 1, data: Uint8Array.of(bytes[0] ?? 0, 0, 0) });

/** As a training would: names, labels, and every image or text. */
async function walk({ train, val, test }: Dataset): Promise<void> {
  for (const split of [train, val, test]) {
    for (let i = 0; i < (split?.count ?? 0); i++) {
      split!.name?.(i);
      if (split!.text) split!.text(i);
      else await split!.image(i);
    }
  }
}

const pets = (): Record<string, Uint8Array> => Object.fromEntries(['train/cat', 'train/dog', 'test/cat', 'test/dog'].flatMap((folder, k) => range(1).map((i) => [`${folder}/${i}.png`, picture(k + i)])));

const zip: Parser = {
  name: 'zip',
  samples: async (): Promise<Files[]> => [
    { 'pets.zip': zipSync(pets(), { mtime: '2020-01-01' }) },
    { 'pets.zip': zipSync({ ...pets(), 'train/dog/long.png': new Uint8Array(5000) }, { level: 0, mtime: '2020-01-01' }) },
  ],
  async read(files) {
    await walk(await openDataset(memoryTree('drop', files), decode));
  },
  // What a file grows to is known when it has grown: up to 200 times from 1 MiB on (`zipTree.ts`).
  growth: 200,
};

function hubParquet(codec: 'SNAPPY' | 'UNCOMPRESSED', rows: number): Uint8Array {
  const huggingface = JSON.stringify({ info: { features: { image: { _type: 'Image' }, label: { names: ['cat', 'dog'], _type: 'ClassLabel' } } } });
  return new Uint8Array(
    parquetWriteBuffer({
      codec,
      rowGroupSize: 4,
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
        { name: 'note', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'image', data: range(rows).map((i) => ({ bytes: picture(i, 40), path: `${i}.png` })) },
        { name: 'label', data: range(rows).map((i) => (i === 3 ? null : BigInt(i % 2))) },
        { name: 'note', data: range(rows).map((i) => (i % 3 ? 'the same again' : `note ${i}`)) },
      ],
      kvMetadata: [{ key: 'huggingface', value: huggingface }],
    }),
  );
}

const parquet: Parser = {
  name: 'parquet',
  samples: async (): Promise<Files[]> => [{ 'train-00000-of-00001.parquet': hubParquet('SNAPPY', 9) }, { 'train-00000-of-00001.parquet': hubParquet('UNCOMPRESSED', 5) }],
  async read(files) {
    const tree = memoryTree('set', files);
    const path = defined(tree.paths()[0]);
    const file = await openParquet(tree, path);
    for (const group of file.groups.keys()) for (const { name, list } of file.columns) if (!list) await file.readGroup(group, name);
    const table = await readParquetTable(tree, path);
    for (const column of table.columns) for (let row = 0; row < table.rows; row++) table.cell(row, column);
    await walk(await openDataset(tree, decode));
  },
  // A page may unpack to 64 times its bytes (`parquetPages.ts`).
  growth: 64,
};

const images = Object.fromEntries(range(6).map((i) => [`${i}.png`, picture(i)]));
const labelled = (line: (i: number) => string): Uint8Array => utf8(range(6).map(line).join('\n'));

/** A table beside images, or one of texts. */
const openTable = async (files: Files): Promise<void> => walk(Object.keys(files).some((path) => path.endsWith('.png')) ? await openDataset(memoryTree('set', files), decode) : await openTexts(memoryTree('set', files)));

const csv: Parser = {
  name: 'CSV',
  samples: async (): Promise<Files[]> => [
    { ...images, 'metadata.csv': utf8(`file_name,label,split\n${range(6).map((i) => `${i}.png,"a ""big"", ${i % 2 ? 'cat' : 'dog'}",${i < 4 ? 'train' : 'test'}`).join('\n')}\n`) },
    { ...images, 'labels.tsv': utf8(`id\tdigit\n${range(6).map((i) => `${i}\t${i % 3}`).join('\r\n')}\n`) },
    { 'mood.csv': utf8(moodCsv(12, 1)) },
    { 'like.csv': utf8(likeCsv(12, 2)) },
  ],
  hit: /\.[ct]sv$/,
  read: openTable,
};

const jsonl: Parser = {
  name: 'JSONL',
  samples: async (): Promise<Files[]> => [
    { ...images, 'metadata.jsonl': labelled((i) => JSON.stringify({ file_name: `${i}.png`, label: i % 2 ? 'cat' : 'dog', more: { a: [i] } })) },
    { 'train.jsonl': labelled((i) => JSON.stringify({ text: `tea number ${i} was fine`, label: i % 2 })), 'test.jsonl': labelled((i) => JSON.stringify({ text: `film ${i}`, label: i % 2 })) },
  ],
  hit: /\.jsonl$/,
  read: openTable,
};

const clipTokenizer: Parser = {
  name: 'tokenizer, CLIP',
  samples: async (): Promise<Files[]> => {
    const { model } = JSON.parse(new TextDecoder().decode(tinyTokenizerJson())) as { model: { vocab: Record<string, number> } };
    return [
      { 'tokenizer.json': tinyTokenizerJson(), 'tokenizer_config.json': tinyJson({ bos_token: '<|startoftext|>', eos_token: { content: '<|endoftext|>' }, pad_token: null }) },
      { 'vocab.json': tinyJson(model.vocab), 'merges.txt': utf8(`#version: 0.2\n${tinyMerges.join('\n')}\n`) },
    ];
  },
  async read(files) {
    const tokenizer = await openTokenizer(memoryTree('model', files));
    tokenizer.decode(tokenizer.encode('A photo of\u200b CLASS nr. 12, Ünïcode 🐈', 77));
  },
};

const textTokenizer: Parser = {
  name: 'tokenizer, texts',
  samples: async (): Promise<Files[]> => {
    const { 'tokenizer.json': bytes, ...rest } = wordTokenizer();
    const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const pieces = { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }], special_tokens: { '[CLS]': { id: '[CLS]', ids: [0], tokens: ['[CLS]'] } } };
    const unigram = { type: 'Unigram', unk_id: 0, vocab: [['[CLS]', 0], ['[PAD]', 0], ['[SEP]', 0], ['[UNK]', 0], ['▁tea', -2], ['▁', -3], ['fi', -4], ['ne', -5]] };
    return [
      { 'tokenizer.json': bytes!, ...rest },
      { 'tokenizer.json': tinyJson({ ...json, post_processor: { type: 'Sequence', processors: [{ type: 'ByteLevel' }, pieces] } }), ...rest },
      { 'tokenizer.json': tinyJson({ ...json, model: unigram, normalizer: { type: 'NFKC' }, pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' }, decoder: { type: 'Metaspace', replacement: '▁' } }), ...rest },
      { 'tokenizer.json': tinyTokenizerJson((bytePairs) => Object.assign(bytePairs, { post_processor: null, decoder: { type: 'ByteLevel' } })), ...rest },
    ];
  },
  async read(files) {
    const tokenizer = await openTextTokenizer(memoryTree('model', files));
    tokenizer.decode(tokenizer.encode('The tea was lovely, Ünïcode 🐈 12', 'a day', 16).ids);
    tokenizer.encode('fine');
  },
};

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

const chatTemplate: Parser = {
  name: 'chat template',
  samples: async (): Promise<Files[]> => [
    { ...chatTokenizer([{ name: 'default', template: chatMl }]) },
    { ...chatTokenizer(), 'chat_template.jinja': utf8("{{- bos_token }}{% for m in messages %}{% set said = m.content | trim %}{% if m.role == 'assistant' %}A:{% generation %}{{ said + eos_token }}{% endgeneration %}{% elif loop.first or m.tool_calls is defined %}{{ raise_exception('no ' ~ m.role) if not m.content else said.split(' ')[0] | tojson }}{% endif %}{% endfor %}") },
  ],
  hit: /^(tokenizer_config\.json|chat_template\.jinja)$/,
  async read(files) {
    const { chat } = await openTextTokenizer(memoryTree('model', files));
    ChatTemplate.of(chat)?.render(turns(1).map(({ role, content }) => ({ role, content })), { asks: true });
  },
};

const ggufTokens: Parser = {
  name: 'tokenizer, GGUF',
  samples: async (): Promise<Files[]> => Object.values(decoderTokenizers).map((make) => make()),
  async read(files) {
    const tokenizer = await openTextTokenizer(memoryTree('model', files));
    ggufTokenizer({ json: defined(files['tokenizer.json']), tokenizer, size: 320, name: 'some' });
  },
};

const edits: Parser = {
  name: 'edits of data',
  samples: async (): Promise<Files[]> => [{ 'edits.json': tinyJson({ version: 1, disabled_classes: ['cat'], disabled: ['train/cat/0.png'], relabelled: [['train/dog/1.png', 'cat']], split: { seed: 3, train: 0.7, val: 0.1, test: 0.2 } }) }],
  read: (files) => parseEdits(new TextDecoder().decode(files['edits.json'])),
};

export const data = [zip, parquet, csv, jsonl, chats, choices, clipTokenizer, textTokenizer, chatTemplate, ggufTokens, edits];
