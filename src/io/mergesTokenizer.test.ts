import { gzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { tinyMerges, tinyTokenizerJson } from '../testing/tinyTokenizer';
import { WORDS } from './bytePairs';
import { memoryTree } from './fileTree';
import { FormatError } from './formatError';
import { openTokenizer } from './tokenizer';
import { patternOf } from './tokenizerJson';

/** Quick tests of CLIP's tokenizer on a small vocabulary; tokenizer.test.ts has random texts and CLIP's own words. */
const text = (s: string) => new TextEncoder().encode(s);
const json = (v: unknown) => text(JSON.stringify(v));
const open = (files: Record<string, Uint8Array>, size?: number) => {
  const tree = memoryTree('tiny', files);
  return openTokenizer(size === undefined ? tree : { ...tree, size: async () => size });
};
const TINY = { 'tokenizer.json': tinyTokenizerJson() };
const [START, END] = [521, 522];
/** Tokens by letter: the letters of bytes begin with "!", those that end a word 256 behind them. */
const letter = (c: string, ends = false) => c.charCodeAt(0) - 33 + (ends ? 256 : 0);

describe('texts', () => {
  test.each<[string, number[]]>([
    // ph, pho, phot, photo</w>, of</w>, cl, cla, clas, class</w> are 512 to 520. The library splits "photo" so.
    ['photo of class', [515, 516, 520]], ['  Photo\n\tOF  CLASS ', [515, 516, 520]], ['photo', [515]], ['', []], ['  ', []],
    ['a', [letter('a', true)]], ['ab', [letter('a'), letter('b', true)]], ['1 2', [letter('1', true), letter('2', true)]], ['12', [letter('1', true), letter('2', true)]], ['?!', [letter('?'), letter('!', true)]],
    ["of's", [516, letter("'"), letter('s', true)]], ["'ve'll", [letter("'"), letter('v'), letter('e', true), letter("'"), letter('l'), letter('l', true)]], ['of,of', [516, letter(',', true), 516]],
    // The special tokens stand for themselves.
    ['of<|endoftext|>of', [516, END, 516]],
  ])('%j', async (given, ids) => {
    const tokenizer = await open(TINY);
    expect(tokenizer.encode(given)).toEqual([START, ...ids, END]);
  });

  test('in the form NFC, and byte by byte', async () => {
    const tokenizer = await open(TINY);
    expect(tokenizer.encode('e\u0301')).toEqual(tokenizer.encode('é'));
    expect(tokenizer.encode('É')).toEqual(tokenizer.encode('é'));
    // c3 a9, whose letters are the 130th and the 105th of the bytes.
    expect(tokenizer.encode('é')).toEqual([START, 94 + 12 + 0xc3 - 0xae, 94 + 0xa9 - 0xa1 + 256, END]);
  });

  test('are cut, filled up, and looked at for so many letters', async () => {
    const tokenizer = await open(TINY);
    expect([Infinity, 5, 4, 3, 2, 1].map((length) => tokenizer.encode('photo of class', length))).toEqual([[START, 515, 516, 520, END], [START, 515, 516, 520, END], [START, 515, 516, END], [START, 515, END], [START, END], [START, END]]);
    expect([...tokenizer.rows(['of', 'photo of class'], 4)]).toEqual([START, 516, END, END, START, 515, 516, END]);
    expect(tokenizer.encode('a '.repeat(10_001)).length).toBe(10_002);
    expect(tokenizer.encode(' \n '.repeat(30_000) + 'of')).toEqual([START, 516, END]);
  });

  test('come back without special tokens and numbers that there are not', async () => {
    const tokenizer = await open(TINY);
    expect([tokenizer.decode([START, 515, 516, END]), tokenizer.decode([515, -1, 523, 9999, 516]), tokenizer.decode([START, END]), tokenizer.decode([]), tokenizer.decode([letter('?', true)])]).toEqual(['photo of', 'photo of', '', '', '?']);
    expect(tokenizer.decode([0])).toBe('!');
    // No sign moves to the word before it.
    expect(tokenizer.decode(tokenizer.encode("of, photo. of 's"))).toBe("of , photo . of 's");
    expect(tokenizer.decode([tokenizer.size - 1])).toBe('');
  });
});

describe('files', () => {
  const bpe = `#version: 0.2\n${tinyMerges.join('\n')}\n`;
  const vocab = () => (JSON.parse(new TextDecoder().decode(TINY['tokenizer.json'])) as { model: { vocab: object } }).model.vocab;
  const ids = async (files: Record<string, Uint8Array>) => {
    const tokenizer = await open(files);
    const { pad, size, start, end } = tokenizer;
    return { pad, size, start, end, ids: tokenizer.encode('photo') };
  };
  const want = { size: 523, start: START, end: END, ids: [START, 515, END] };

  test('of every kind say the same; openai fills up with 0, others with the end', async () => {
    expect(await ids(TINY)).toEqual({ ...want, pad: END });
    expect(await ids({ 'vocab.json': json(vocab()), 'merges.txt': text(bpe) })).toEqual({ ...want, pad: END });
    expect(await ids({ 'bpe_simple_vocab_16e6.txt': text(bpe) })).toEqual({ ...want, pad: 0 });
    expect(await ids({ 'bpe_simple_vocab_16e6.txt.gz': gzipSync(text(bpe)) })).toEqual({ ...want, pad: 0 });
    // tokenizer.json goes first, then vocab.json, then text before gzip.
    const broken = json('broken');
    expect(await ids({ ...TINY, 'vocab.json': broken, 'merges.txt': broken, 'bpe_simple_vocab_16e6.txt': broken })).toEqual({ ...want, pad: END });
    expect(await ids({ 'vocab.json': json(vocab()), 'merges.txt': text(bpe), 'bpe_simple_vocab_16e6.txt': broken })).toEqual({ ...want, pad: END });
    expect(await ids({ 'bpe_simple_vocab_16e6.txt': text(bpe), 'bpe_simple_vocab_16e6.txt.gz': broken })).toEqual({ ...want, pad: 0 });
  });

  test('special tokens as they are named, in the file that comes first', async () => {
    const named = async (config: object, map?: object) => {
      const { start, end, pad } = await open({ ...TINY, 'tokenizer_config.json': json(config), ...(map && { 'special_tokens_map.json': json(map) }) });
      return [start, end, pad];
    };
    expect(await named({})).toEqual([START, END, END]);
    expect(await named({ bos_token: '!', eos_token: { content: 'a' }, pad_token: null })).toEqual([0, letter('a'), letter('a')]);
    expect(await named({ pad_token: 'b' }, { pad_token: 'c' })).toEqual([START, END, letter('b')]);
    const { pad } = await open({ ...TINY, 'special_tokens_map.json': json({ pad_token: { content: 'c' } }) });
    expect(pad).toBe(letter('c'));
    await expect(named({ bos_token: 'nowhere' })).rejects.toThrow(/no token "nowhere"/);
    for (const bos_token of [3, { content: 3 }, {}]) await expect(named({ bos_token })).rejects.toThrow(/^tokenizer_config.json: "bos_token/);
  });

  test('that are missing, too large, no text or no gzip are refused', async () => {
    await expect(open({ 'vocab.json': json({}) })).rejects.toThrow(/"tiny" has no tokenizer/);
    await expect(open(TINY, 64_000_001)).rejects.toThrow(/tokenizer.json has 64000001 bytes, at most 64000000/);
    expect((await open(TINY, 64_000_000)).size).toBe(523);
    const latin = Uint8Array.of(0x61, 0x20, 0xe9);
    await expect(open({ 'vocab.json': json(vocab()), 'merges.txt': latin })).rejects.toThrow('merges.txt is not text in UTF-8.');
    await expect(open({ 'bpe_simple_vocab_16e6.txt': latin })).rejects.toThrow('bpe_simple_vocab_16e6.txt is not text in UTF-8.');
    await expect(open({ 'bpe_simple_vocab_16e6.txt.gz': latin })).rejects.toThrow(/bpe_simple_vocab_16e6.txt.gz cannot be unpacked/);
  });
});

type Json = Record<string, Record<string, unknown>>;
const changed = (change: (json: Json) => void) => open({ 'tokenizer.json': tinyTokenizerJson(change) });

describe('tokenizer.json', () => {
  test.each<[string, (json: Json) => void]>([
    ['no type', ({ model }) => delete model?.type], ['no prefix', ({ model }) => delete model?.continuing_subword_prefix], ['a special pattern', ({ pre_tokenizer }) => Object.assign(pre_tokenizer ?? {}, { pretokenizers: [{ type: 'Split', pattern: { Regex: "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" } }, { type: 'ByteLevel' }] })],
    ['pairs as lists', ({ model }) => Object.assign(model ?? {}, { merges: tinyMerges.map((merge) => merge.split(' ')) })], ['flags that are off', ({ model }) => Object.assign(model ?? {}, { byte_fallback: false, ignore_merges: null })], ['no added tokens', (j) => Object.assign(j, { added_tokens: null })],
    ['special tokens that are added alone', (j) => { for (const name of ['<|startoftext|>', '<|endoftext|>']) delete (j.model?.vocab as Record<string, number>)[name]; }],
  ])('with %s does the same', async (_, change) => {
    const tokenizer = await changed(change);
    expect([tokenizer.size, ...tokenizer.encode('photo of')]).toEqual([523, START, 515, 516, END]);
  });

  const set = (key: string, value: unknown) => (j: Json) => Object.assign(j.model ?? {}, { [key]: value });
  const split = (...steps: object[]) => (j: Json) => Object.assign(j, { pre_tokenizer: { type: 'Sequence', pretokenizers: steps } });
  const cleaned = (...types: string[]) => (j: Json) => Object.assign(j, { normalizer: { type: 'Sequence', normalizers: types.map((type) => ({ type })) } });
  test.each<[string, (json: Json) => void, RegExp]>([
    ['another model', set('type', 'Unigram'), /the model is "Unigram"/], ['no end of words', set('end_of_word_suffix', ''), /end_of_word_suffix is ""/], ['another end of words', set('end_of_word_suffix', '##'), /end_of_word_suffix is "##"/], ['a prefix', set('continuing_subword_prefix', '##'), /continuing_subword_prefix is "##"/],
    ['bytes as tokens', set('byte_fallback', true), /byte_fallback or ignore_merges/], ['words that stay whole', set('ignore_merges', true), /byte_fallback or ignore_merges/],
    ['no cleaning', (j) => Object.assign(j, { normalizer: null }), /cleaned by "nothing"/], ['one step of it', (j) => Object.assign(j, { normalizer: { type: 'NFC' } }), /cleaned by "NFC"/], ['another order', cleaned('Replace', 'NFC', 'Lowercase'), /cleaned by "Replace, NFC, Lowercase"/],
    ['no splitting', (j) => Object.assign(j, { pre_tokenizer: null }), /told apart by ""/], ['bytes alone', (j) => Object.assign(j, { pre_tokenizer: { type: 'ByteLevel' } }), /told apart by "ByteLevel"/], ['another pattern', split({ type: 'Split', pattern: { Regex: 'a' } }, { type: 'ByteLevel' }), /told apart by "a"/],
    ['a text as the pattern', split({ type: 'Split', pattern: { String: 'a' } }, { type: 'ByteLevel' }), /told apart by "Split,ByteLevel"/], ['no pattern', split({ type: 'Split' }, { type: 'ByteLevel' }), /told apart by "Split,ByteLevel"/], ['another order of steps', split({ type: 'ByteLevel' }, { type: 'Split', pattern: { Regex: 'a' } }), /told apart by "a"/], ["CLIP's steps in another order", split({ type: 'ByteLevel' }, { type: 'Split', pattern: { Regex: WORDS } }), /^tokenizer.json: words are told apart by/],
    ['steps without a type', split({}), /"pre_tokenizer.pretokenizers.0.type"/], ['steps that are no list', (j) => Object.assign(j, { pre_tokenizer: { type: 'Sequence', pretokenizers: 'Split' } }), /"pre_tokenizer.pretokenizers"/], ['cleaning that is no list', (j) => Object.assign(j, { normalizer: { type: 'Sequence', normalizers: 'NFC' } }), /"normalizer.normalizers"/],
    ['a merge of three', set('merges', ['a b c']), /not two tokens/], ['too many merges', set('merges', new Array(1_000_001).fill(0)), /"model.merges"/], ['too many added tokens', (j) => Object.assign(j, { added_tokens: new Array(1001).fill({ content: 'a', id: 0 }) }), /"added_tokens"/], ['an added token with half a number', (j) => Object.assign(j, { added_tokens: [{ content: 'a', id: 0.5 }] }), /"added_tokens.0.id"/],
    ['an added token with a number of another', (j) => Object.assign(j, { added_tokens: [{ content: 'new', id: 0 }] }), /gives "new" the number 0, which another token has/],
  ])('%s is refused', async (_, change, message) => {
    await expect(changed(change)).rejects.toThrow(FormatError);
    await expect(changed(change)).rejects.toThrow(message);
  });

  test('the pattern of a step', () => {
    expect([patternOf(undefined), patternOf({}), patternOf({ pattern: null }), patternOf({ pattern: { String: 'a' } }), patternOf({ pattern: { Regex: 3 } }), patternOf({ pattern: { Regex: 'b' } })]).toEqual([null, null, null, null, null, 'b']);
  });
});
