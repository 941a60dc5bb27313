import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeShared, sharedPath } from '../testing/golden';
import { tinyMerges, tinyTokenizerJson } from '../testing/tinyTokenizer';
import { memoryTree } from './fileTree';
import { folderTree } from './fileTree.node';
import { FormatError } from './formatError';
import { gunzip } from './gunzip';
import { openTokenizer, type Tokenizer } from './tokenizer';

const text = (s: string) => new TextEncoder().encode(s);
const json = (v: unknown) => text(JSON.stringify(v));
const tiny = (files: Record<string, Uint8Array> = { 'tokenizer.json': tinyTokenizerJson() }) => openTokenizer(memoryTree('tiny', files));

/** A text after encoding and decoding, without the blanks around words: in lower case, what is not Unicode replaced. */
const plain = (s: string) => new TextDecoder().decode(text(s.normalize('NFC').toLowerCase())).replace(/\s+/g, '');

describeShared("CLIP's own vocabulary", 'models/clip-bpe/bpe_simple_vocab_16e6.txt.gz', () => {
  let tokenizer: Promise<Tokenizer> | undefined;
  const open = async () => (tokenizer ??= folderTree(sharedPath('models/clip-bpe')!).then(openTokenizer));

  test('49,408 tokens, filled up with 0', async () => {
    const { size, start, end, pad } = await open();
    expect({ size, start, end, pad }).toEqual({ size: 49_408, start: 49_406, end: 49_407, pad: 0 });
  });

  // The first two are known from openai's code; the others follow from them and its rules.
  test.each([
    ['a photo of a cat', [320, 1125, 539, 320, 2368]],
    ['hello world!', [3306, 1002, 256]],
    ['A  Photo\n of\ta CAT ', [320, 1125, 539, 320, 2368]],
    ['', []],
    ['   ', []],
  ])('%j', async (s, ids) => {
    expect((await open()).encode(s)).toEqual([49_406, ...ids, 49_407]);
  });

  test.each([
    ["it's a dog's life, isn't it?", "it 's a dog 's life , isn 't it ? "],
    ['CAFÉ cafe\u0301', 'café café '],
    ['🙂 smile', '🙂 smile '],
    ['2024: 10,5 %', '2 0 2 4 : 1 0 , 5 % '],
    ['日本語 text', '日本語 text '],
    ["they'll've don'tcha", "they 'll 've don 't cha "],
  ])('%j word by word', async (s, words) => {
    const t = await open();
    expect(t.decode(t.encode(s))).toBe(words.trim());
  });

  test('frequent words are one token, rare ones several', async () => {
    const t = await open();
    for (const word of ['dog', 'automobile', 'photograph', 'é']) expect(t.encode(word).length, word).toBe(3);
    expect(t.encode('pneumonoultramicroscopic').length).toBeGreaterThan(5);
  });

  test('too long a text is cut, with the end of text last; a short one is filled up', async () => {
    const t = await open();
    const long = t.rows(['cat '.repeat(500)], 77);
    expect([long.length, long[0], long[75], long[76]]).toEqual([77, 49_406, 2368, 49_407]);
    expect([...t.rows(['hello world!', 'a'], 8)]).toEqual([49_406, 3306, 1002, 256, 49_407, 0, 0, 0, 49_406, 320, 49_407, 0, 0, 0, 0, 0]);
    expect(t.encode('a'.repeat(3_000_000)).length).toBeGreaterThan(2);
  });

  test('the same from vocab.json and merges.txt, and from tokenizer.json', async () => {
    const t = await open();
    const packed = new Uint8Array(await (await folderTree(sharedPath('models/clip-bpe')!)).read('bpe_simple_vocab_16e6.txt.gz'));
    const merges = new TextDecoder().decode(await gunzip(packed, 1e8, 'x')).split('\n').slice(1, 1 + 48_894);
    const { simpleVocabulary } = await import('./bytePairs');
    const vocab = Object.fromEntries(simpleVocabulary(`#version\n${merges.join('\n')}`).vocabulary);
    const two = await tiny({ 'vocab.json': json(vocab), 'merges.txt': text(`#version: 0.2\n${merges.join('\n')}\n`) });
    const one = await tiny({ 'tokenizer.json': tinyTokenizerJson((j) => Object.assign(j.model!, { vocab, merges: merges.map((m) => m.split(' ')) })) });
    expect([two.pad, one.pad]).toEqual([49_407, 49_407]);
    for (const s of ['a photo of a cat', "the quick brown fox; isn't", 'naïve 🙂 42']) for (const other of [one, two]) expect(other.encode(s)).toEqual(t.encode(s));
  });
});

describe('a small tokenizer', () => {
  test('special tokens and padding as the config says', async () => {
    const t = await tiny();
    expect([t.size, t.start, t.end, t.pad]).toEqual([512 + tinyMerges.length + 2, 521, 522, 522]);
    expect(t.encode('photo of class')).toEqual([521, 515, 516, 520, 522]);
    const padded = await tiny({ 'tokenizer.json': tinyTokenizerJson(), 'tokenizer_config.json': json({ pad_token: { content: '!' }, eos_token: '<|endoftext|>' }) });
    expect([...padded.rows(['photo'], 5)]).toEqual([521, 515, 522, 0, 0]);
    await expect(tiny({ 'tokenizer.json': tinyTokenizerJson(), 'special_tokens_map.json': json({ pad_token: '<pad>' }) })).rejects.toThrow(/no token "<pad>"/);
  });

  test('any text: ids of the vocabulary, start first and end last, the same letters back, at any length', async () => {
    const t = await tiny();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 2, max: 90 }), (s, length) => {
        const ids = t.encode(s);
        expect([ids[0], ids.at(-1)]).toEqual([t.start, t.end]);
        expect(ids.every((id) => id >= 0 && id < t.size)).toBe(true);
        expect(t.decode(ids).replace(/\s+/g, '')).toBe(plain(s));
        const row = t.rows([s], length);
        expect(row.length).toBe(length);
        expect(row.includes(t.end)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['another model', (j) => Object.assign(j.model!, { type: 'WordPiece' }), /WordPiece/],
    ['no end of a word', (j) => Object.assign(j.model!, { end_of_word_suffix: null }), /end_of_word_suffix/],
    ['another pattern', (j) => Object.assign(j.pre_tokenizer!, { pretokenizers: [{ type: 'Split', pattern: { Regex: '(a+)+$' } }, { type: 'ByteLevel' }] }), /words are told apart by "\(a\+\)\+\$"/],
    ['a pattern that is no text', (j) => Object.assign(j.pre_tokenizer!, { pretokenizers: [{ type: 'Split', pattern: { Regex: { a: 1 } } }, { type: 'ByteLevel' }] }), /words are told apart by "Split,ByteLevel"/],
    ['other cleaning', (j) => Object.assign(j.normalizer!, { normalizers: [{ type: 'NFKC' }] }), /cleaned by "NFKC"/],
    ['a merge of three', (j) => Object.assign(j.model!, { merges: ['a b c'] }), /not two tokens/],
    ['numbers with a hole', (j) => Object.assign(j.model!, { vocab: { a: 0, b: 1e9 } }), /number/],
    ['no special tokens', (j) => Object.assign(j, { added_tokens: [], model: { ...j.model, vocab: { a: 0 }, merges: [] } }), /<\|startoftext\|>/],
  ] as [string, (j: Record<string, Record<string, unknown>>) => void, RegExp][])('refuses %s', async (_, change, message) => {
    const error = await tiny({ 'tokenizer.json': tinyTokenizerJson(change) }).catch((e: unknown) => e as Error);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(message);
  });

  test('damaged files give a FormatError, never another error', async () => {
    const good = tinyTokenizerJson();
    const merges = text(`#version: 0.2\n${tinyMerges.join('\n')}`);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 3 }), async (at, noise, which) => {
        const broken = good.slice();
        broken.set(noise.subarray(0, good.length - at), at);
        const files: Record<string, Uint8Array>[] = [{ 'tokenizer.json': broken }, { 'vocab.json': broken, 'merges.txt': merges }, { 'vocab.json': json({ a: 0 }), 'merges.txt': noise }, { 'bpe_simple_vocab_16e6.txt.gz': noise }];
        const result = await tiny(files[which]).catch((e: unknown) => e);
        if (result instanceof Error) expect(result, String(result)).toBeInstanceOf(FormatError);
        else expect((result as Tokenizer).encode('photo of a class').length).toBeGreaterThan(2);
      }),
      { numRuns: 200 },
    );
  });

  test('gzip that unpacks to too much is cut off', async () => {
    const packed = new Uint8Array(await new Response(new Blob([new Uint8Array(5_000_000)]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer());
    await expect(gunzip(packed, 1_000_000, 'x.gz')).rejects.toThrow(/more than 1000000 bytes/);
  });
});
