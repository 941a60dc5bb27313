import { describe, expect, test } from 'vitest';
import { byteLetters, filedVocabulary, numbered, pairOf, simpleVocabulary, WORDS } from './bytePairs';
import { FormatError } from './formatError';

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

test("letters of the bytes are those of openai's bytes_to_unicode", () => {
  // list(bytes_to_unicode().values()), of which these are the ends of its three runs and of the rest.
  const letters = byteLetters();
  expect([letters.length, new Set(letters).size]).toEqual([256, 256]);
  expect([0, 93, 94, 105, 106, 187, 188, 189, 220, 221, 254, 255].map((i) => letters[i])).toEqual(['!', '~', '¡', '¬', '®', 'ÿ', 'Ā', 'ā', 'Ġ', 'ġ', 'ł', 'Ń']);
});

test('words are contractions, runs of letters, single digits, and runs of other signs', () => {
  expect("it's 42 né!? we'll".match(new RegExp(WORDS, 'gu'))).toEqual(['it', "'s", '4', '2', 'né', '!?', 'we', "'ll"]);
});

test("openai's vocabulary: bytes, bytes that end a word, what is joined, and two special tokens", () => {
  const { vocabulary, merges } = simpleVocabulary('#version: 0.2\np h\r\nph o</w>\n\n');
  expect(merges).toEqual([['p', 'h'], ['ph', 'o</w>']]);
  expect([vocabulary.size, vocabulary.get('!'), vocabulary.get('!</w>'), vocabulary.get('Ń</w>'), vocabulary.get('ph'), vocabulary.get('pho</w>'), vocabulary.get('<|startoftext|>'), vocabulary.get('<|endoftext|>')]).toEqual([516, 0, 256, 511, 512, 513, 514, 515]);
  // Of the file's lines as many as make 49,408 tokens.
  const many = Array.from({ length: 48_900 }, (_, i) => `a${i} b`).join('\n');
  const full = simpleVocabulary(`#version\n${many}`);
  expect([full.vocabulary.size, full.merges.length, full.vocabulary.get('<|endoftext|>')]).toEqual([49_408, 48_894, 49_407]);
  expect(simpleVocabulary('a b\nc\rd e').merges).toEqual([['a', 'b'], ['c\rd', 'e']]);
  expect(() => simpleVocabulary('a b c')).toThrow(/^bpe_simple_vocab_16e6.txt has a merge/);
  expect(() => simpleVocabulary('a b\na b')).toThrow(/^bpe_simple_vocab_16e6.txt makes/);
});

test('vocab.json and merges.txt', () => {
  const { vocabulary, merges } = filedVocabulary(json({ a: 1, b: 0, ab: 2 }), 'a b');
  expect([[...vocabulary], merges]).toEqual([[['a', 1], ['b', 0], ['ab', 2]], [['a', 'b']]]);
  expect(() => filedVocabulary(json([1]), '')).toThrow(FormatError);
  expect(() => filedVocabulary(json([1]), '')).toThrow(/vocab.json/);
  expect(() => filedVocabulary(json({ a: 1 }), '')).toThrow(/^vocab.json gives/);
  // As many lines as there may be are read, of which the first is no merge.
  expect(() => filedVocabulary(json({ a: 0 }), `a${'\n'.repeat(999_999)}`)).toThrow(/merges.txt has a merge/);
  expect(() => filedVocabulary(json({ a: 0 }), `a${'\n'.repeat(1_000_000)}`)).toThrow(/merges.txt has 1000001 lines, at most 1000000/);
  expect(() => filedVocabulary(json({ a: 0 }), 'a b\na')).toThrow(/merges.txt has a merge "\\"a\\""/);
});

describe('a pair', () => {
  test('is a text with one blank, or a list of two texts', () => {
    expect([pairOf('a b', 'f'), pairOf(['a', 'b c'], 'f')]).toEqual([['a', 'b'], ['a', 'b c']]);
  });
  test.each(['a', 'a b c', ' b', 'a ', '', null, 3, {}, [], ['a'], ['a', 'b', 'c'], ['', 'b'], ['a', ''], [1, 'b'], ['a', 1], { 0: 'a', 1: 'b', length: 2 }].map((value) => [value]))('%j is none', (value) => {
    expect(() => pairOf(value, 'f')).toThrow(/f has a merge/);
    expect(() => pairOf(value, 'f')).toThrow(FormatError);
  });
});

describe('numbers of tokens', () => {
  test('are 0 to n - 1, each once', () => {
    expect([...numbered([['b', 1], ['a', 0]], 'f')]).toEqual([['b', 1], ['a', 0]]);
  });
  test.each<[string, [string, unknown][], RegExp]>([
    ['none', [], /f has 0 tokens; between 1 and 1000000/], ['one below 0', [['a', -1]], /gives "a" the number "-1"; 1 tokens have numbers 0 to 0/], ['one too high', [['a', 0], ['b', 2]], /gives "b" the number "2"/], ['one that is the count', [['a', 1]], /gives "a" the number "1"/],
    ['half a number', [['a', 0.5], ['b', 1]], /gives "a" the number "0.5"/], ['a text', [['a', '0']], /gives "a" the number/], ['the same twice', [['a', 0], ['b', 0]], /gives "b" the number 0, which another token has/], ['a token twice', [['a', 0], ['a', 1]], /the same token twice/],
  ])('%s is refused', (_, entries, message) => {
    expect(() => numbered(entries, 'f')).toThrow(message);
    expect(() => numbered(entries, 'f')).toThrow(FormatError);
  });
  test('have a bound', () => {
    const many = (n: number) => new Array<[string, number]>(n).fill(['a', 0]);
    expect(() => numbered(many(1_000_000), 'f')).toThrow(/which another token has/);
    expect(() => numbered(many(1_000_001), 'f')).toThrow(/has 1000001 tokens/);
  });
});
