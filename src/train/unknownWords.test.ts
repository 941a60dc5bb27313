import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { TextTokenizer } from '../io/textTokenizer';
import { UnknownWords } from './unknownWords';

const models = `${import.meta.dirname}/../../public/models`;
const bundled = async (model: string) => new UnknownWords(new TextTokenizer(await readFile(`${models}/${model}/tokenizer.json`), await readFile(`${models}/${model}/tokenizer_config.json`)));

test('words that are spelled out, or that a tokenizer cannot read, are told; its own, in any case that it reads, and pieces of them are not', async () => {
  const pieces = await bundled('bert-nano');
  expect(pieces.in('the coat was poor', 'The BREAD is great, and 12 cups')).toEqual([]);
  expect(pieces.in('the coat was xyzzy', 'bad xyzzy 日本語 théory')).toEqual(['xyzzy', 'bad', '日本語', 'théory']);
  expect(pieces.in('the coat was 😀😀 👍🏽')).toEqual(['😀😀', '👍🏽']);
  expect(pieces.in(null)).toEqual([]);
});

test('of byte pairs as well, at the beginning of a text and within it', async () => {
  const bytes = await bundled('llama-nano');
  // A picture in bytes is one that larger models of the kind know.
  expect(bytes.in('poor lily took the cups 😀')).toEqual([]);
  expect(bytes.in('Machine learning is GREAT 日本語')).toEqual(['Machine', 'learning', 'GREAT', '日本語']);
});

test('a script with a token for each sign is known, and one in bytes is not', () => {
  const by = (each: number) => new UnknownWords({ unk: null, plain: (text) => [...text.trim()].flatMap(() => Array.from({ length: each }, () => 7)) });
  expect(by(1).in('日本語 word')).toEqual(['word']);
  expect(by(3).in('日本語')).toEqual(['日本語']);
});
