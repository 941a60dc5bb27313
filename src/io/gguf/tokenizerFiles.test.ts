import { describe, expect, test } from 'vitest';
import { byteLevelTokenizer, pieceTokenizer } from '../../testing/decoderTokenizers';
import { tinyJson } from '../../testing/tiny';
import { FormatError } from '../formatError';
import { TextTokenizer } from '../textTokenizer';
import { ggufTokenizer, type TokenizerInput } from './tokenizer';

/** Settings written for small tokenizers, and refusals, case by case. */
type Json = Parameters<NonNullable<Parameters<typeof byteLevelTokenizer>[1]>>[0];
type Files = Record<string, Uint8Array>;
const SIZE = 320;
function made(files: Files, more: Partial<TokenizerInput> = {}) {
  const { 'tokenizer.json': json, 'tokenizer_config.json': settings = null } = files;
  if (!json) throw new Error('no tokenizer.json');
  return ggufTokenizer({ json, tokenizer: new TextTokenizer(json, settings), size: SIZE, name: 'some', ...more });
}
const values = (files: Files, more?: Partial<TokenizerInput>): Record<string, unknown> => Object.fromEntries(Object.entries(made(files, more)).map(([key, [, value]]) => [key.replace('tokenizer.ggml.', ''), value]));
const config = (files: Files, more: object): Files => ({ ...files, 'tokenizer_config.json': tinyJson(more) });
const gpt2 = (change?: (json: Json) => void) => byteLevelTokenizer('GPT-2', change);
const BEGIN = 273;
const STOP = 274;
const FILL = 275;

test('texts and numbers of settings', () => {
  expect(values(gpt2())).toMatchObject({ model: 'gpt2', pre: 'gpt-2' });
  expect(values(pieceTokenizer())).toMatchObject({ model: 'llama', pre: 'default' });
});

test('settings and their types', () => {
  const types = (files: Files) => Object.fromEntries(Object.entries(made(files)).map(([key, [type]]) => [key, type]));
  const common = { 'general.name': 'string', 'tokenizer.ggml.model': 'string', 'tokenizer.ggml.pre': 'string', 'tokenizer.ggml.tokens': 'strings', 'tokenizer.ggml.token_type': 'i32s', 'tokenizer.ggml.bos_token_id': 'u32', 'tokenizer.ggml.eos_token_id': 'u32', 'tokenizer.ggml.padding_token_id': 'u32', 'tokenizer.ggml.add_bos_token': 'bool', 'tokenizer.ggml.add_eos_token': 'bool' };
  expect(types(gpt2())).toEqual({ ...common, 'tokenizer.ggml.merges': 'strings', 'tokenizer.chat_template': 'string' });
  expect(types(pieceTokenizer())).toEqual({ ...common, 'tokenizer.ggml.scores': 'f32s', 'tokenizer.ggml.unknown_token_id': 'u32', 'tokenizer.ggml.add_space_prefix': 'bool' });
  expect(types(config(gpt2(), { eos_token: '<|stop|>' }))).toEqual(Object.fromEntries(Object.entries({ ...common, 'tokenizer.ggml.merges': 'strings' }).filter(([key]) => !/bos_token_id|padding/.test(key))));
});

describe('what begins and ends a text', () => {
  const around = (single: object[]) => gpt2((json) => (json.post_processor = { type: 'TemplateProcessing', single, pair: [], special_tokens: { b: { id: 'b', ids: [BEGIN], tokens: [] }, e: { id: 'e', ids: [FILL], tokens: [] } } }));
  const [b, text, e] = [{ SpecialToken: { id: 'b', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: 'e', type_id: 0 } }];
  const marks = (files: Files, more?: Partial<TokenizerInput>) => {
    const { bos_token_id, eos_token_id, add_bos_token, add_eos_token } = values(files, more);
    return [bos_token_id, eos_token_id, add_bos_token, add_eos_token];
  };
  test('is what stands there, then what the tokenizer names, then what the model names', () => {
    expect(marks(around([text]))).toEqual([BEGIN, STOP, false, false]);
    expect(marks(around([b, text, e]))).toEqual([BEGIN, FILL, true, true]);
    expect(marks(around([text, e]))).toEqual([BEGIN, FILL, false, true]);
    expect(marks(config(around([b, text]), {}), { bos: 7, eos: 8 })).toEqual([BEGIN, 8, true, false]);
    expect(marks(config(around([text, e]), {}), { bos: 7, eos: 8 })).toEqual([7, FILL, false, true]);
    expect(marks(config(gpt2(), {}), { eos: 0 })).toEqual([undefined, 0, false, false]);
    expect(marks(config(gpt2(), {}), { bos: 0, eos: 8 })).toEqual([0, 8, false, false]);
    expect(marks(gpt2(), { bos: 7, eos: 8 })).toEqual([BEGIN, STOP, false, false]);
  });
  test('is one token each', () => {
    expect(() => marks(around([b, b, text]))).toThrow(/2 tokens stand around/);
    expect(() => marks(around([text, e, e]))).toThrow(/2 tokens stand around/);
    expect(() => marks(config(gpt2(), { bos_token: '<|begin|>' }))).toThrow(/no eos_token/);
    expect(() => marks(config(gpt2(), {}), { eos: null })).toThrow(FormatError);
  });
});

describe('tokens', () => {
  const kinds = (files: Files, more?: Partial<TokenizerInput>) => {
    const { tokens, token_type } = values(files, more) as { tokens: string[]; token_type: Int32Array };
    return (token: string) => [tokens.indexOf(token), token_type[tokens.indexOf(token)]];
  };
  test('are normal, control, own or unused', () => {
    const kind = kinds(gpt2((json) => (json.added_tokens as object[]).push({ id: 280, content: '<own>', special: false }, { id: 281, content: '<self>' })));
    expect(['!', 'th', '<|begin|>', '<own>', '<self>', '[PAD276]', '[PAD282]', '[PAD319]'].map(kind)).toEqual([[0, 1], [256, 1], [BEGIN, 3], [280, 4], [281, 4], [276, 5], [282, 5], [319, 5]]);
  });
  test('of pieces are unknown and bytes besides; elsewhere they are like others', () => {
    const kind = kinds(pieceTokenizer());
    expect(['<unk>', '<s>', '</s>', '<0x00>', '<0xFF>', '\u2581'].map(kind).map(([, type]) => type)).toEqual([2, 3, 4, 6, 6, 1]);
    const plain = kinds(gpt2(({ model }) => Object.assign(model, { unk_token: '!', vocab: { ...(model.vocab as object), '<0x00>': 300 } })));
    expect(['!', '<0x00>'].map(plain)).toEqual([[0, 1], [300, 1]]);
    expect(values(pieceTokenizer(({ model }) => (model.unk_token = null)))).not.toHaveProperty('unknown_token_id');
    expect(values(pieceTokenizer(({ model }) => (model.unk_token = 'nowhere')))).not.toHaveProperty('unknown_token_id');
    // A token that is called null is none that is missing.
    const called = pieceTokenizer(({ model }) => Object.assign(model, { unk_token: null, vocab: { ...(model.vocab as object), null: 310 } }));
    expect(values(called)).not.toHaveProperty('unknown_token_id');
    expect(kinds(called)('null')).toEqual([310, 1]);
  });
  test('have numbers of the model, each a text of its own', () => {
    expect(kinds(gpt2(), { size: 276 })('<|fill|>')).toEqual([FILL, 3]);
    expect(() => values(gpt2(), { size: 275 })).toThrow(/"<\|fill\|>" the number 275, and the model has 275 tokens/);
    expect(() => values(gpt2(({ model }) => (model.vocab = { ...(model.vocab as object), '[PAD310]': 300 })))).toThrow(/"\[PAD310\]" twice/);
  });
});

describe('bytes', () => {
  const BYTES = { type: 'ByteLevel', add_prefix_space: false, use_regex: true };
  const steps = (...pretokenizers: object[]) => ({ type: 'Sequence', pretokenizers });
  const SPLIT = (json: Json) => (json.pre_tokenizer as { pretokenizers: [object, object] }).pretokenizers;
  const qwen = (change: (split: Record<string, unknown>, bytes: Record<string, unknown>, json: Json) => void = () => {}) => byteLevelTokenizer('Qwen2', (json) => {
    const [split, bytes] = SPLIT(json);
    change(split as Record<string, unknown>, bytes as Record<string, unknown>, json);
  });
  const pre = (files: Files) => values(files).pre;
  test('ways to split that llama.cpp has', () => {
    expect([pre(gpt2()), pre(gpt2((json) => (json.pre_tokenizer = steps(BYTES)))), pre(gpt2((json) => (json.pre_tokenizer = { type: 'ByteLevel', add_prefix_space: false }))), pre(qwen()), pre(qwen((_s, _b, json) => (json.normalizer = null))), pre(qwen((split) => delete split.invert))]).toEqual(['gpt-2', 'gpt-2', 'gpt-2', 'qwen2', 'qwen2', 'qwen2']);
    expect([pre(byteLevelTokenizer('Llama')), pre(byteLevelTokenizer('Llama', ({ model }) => delete model.ignore_merges))]).toEqual(['llama-bpe', 'smaug-bpe']);
    expect(values(gpt2(({ model }) => Object.assign(model, { type: null, merges: [['t', 'h'], ['th', 'e']] }))).merges).toEqual(['t h', 'th e']);
    expect(values(gpt2(({ model }) => (model.merges = []))).merges).toEqual([]);
    const { 'tokenizer.json': json } = gpt2(({ model }) => delete model.merges);
    expect(values(gpt2(), { json }).merges).toEqual([]);
  });
  test.each<[string, () => Files, RegExp]>([
    ['steps that are no list', () => gpt2((json) => (json.pre_tokenizer = { ...BYTES, pretokenizers: 'a' })), /^tokenizer.json: "pre_tokenizer.pretokenizers"/], ['cleaning that is no list', () => gpt2((json) => (json.normalizer = { type: 'NFC', normalizers: 'a' })), /^tokenizer.json: "normalizer.normalizers"/],
    ['a step without a type', () => gpt2((json) => (json.normalizer = { type: 'NFC', normalizers: [{}] })), /"normalizer.normalizers.0.type"/], ['a flag that is none', () => gpt2(({ model }) => (model.ignore_merges = 'no')), /"model.ignore_merges"/], ['a token that drops blanks now and then', () => gpt2((json) => Object.assign((json.added_tokens as object[])[0] ?? {}, { lstrip: 'no' })), /"added_tokens.0.lstrip"/],
    ['pieces of words', () => gpt2(({ model }) => Object.assign(model, { type: 'WordPiece', unk_token: '!' })), /its model is "WordPiece"/], ['no steps', () => gpt2((json) => (json.pre_tokenizer = null)), /told apart by ""/], ['three steps', () => gpt2((json) => (json.pre_tokenizer = steps(BYTES, BYTES, BYTES))), /told apart by "ByteLevel, ByteLevel, ByteLevel"/], ['two steps of bytes', () => gpt2((json) => (json.pre_tokenizer = steps(BYTES, { ...BYTES, use_regex: false }))), /told apart by "ByteLevel, ByteLevel"/],
    ['bytes that do not split', () => gpt2((json) => (json.pre_tokenizer = { ...BYTES, use_regex: false })), /told apart by "ByteLevel"/], ['bytes that split again', () => qwen((_, bytes) => (bytes.use_regex = true)), /told apart by/], ['bytes that split by themselves', () => qwen((_, bytes) => delete bytes.use_regex), /told apart by/], ['a blank in front', () => qwen((_, bytes) => (bytes.add_prefix_space = true)), /told apart by/],
    ['a blank that is not said', () => gpt2((json) => (json.pre_tokenizer = { type: 'ByteLevel', use_regex: true })), /told apart by/], ['splits that go', () => qwen((split) => (split.behavior = 'Removed')), /told apart by/], ['the other side of splits', () => qwen((split) => (split.invert = true)), /told apart by/], ['another pattern', () => qwen((split) => (split.pattern = { Regex: 'a' })), /told apart by "a"/],
    ['a text to split by', () => qwen((split) => (split.pattern = { String: 'a' })), /told apart by "Split, ByteLevel"/], ['another step', () => qwen((split) => (split.type = 'Punctuation')), /told apart by/], ['no bytes', () => gpt2((json) => (json.pre_tokenizer = { type: 'Whitespace' })), /told apart by "Whitespace"/], ['words that stay whole', () => qwen((_s, _b, json) => (json.model.ignore_merges = true)), /told apart by/],
    ['other cleaning', () => gpt2((json) => (json.normalizer = { type: 'NFKC' })), /cleaned by "NFKC"/], ['a prefix within words', () => gpt2(({ model }) => (model.continuing_subword_prefix = '##')), /begin with "##"/], ['an end of words', () => gpt2(({ model }) => (model.end_of_word_suffix = '</w>')), /end with "<\/w>"/],
    ['a merge of three', () => gpt2(({ model }) => (model.merges = [['t', 'h', 'e']])), /not two tokens/],
  ])('%s: refused', (_, files, message) => {
    expect(() => values(files())).toThrow(message);
    expect(() => values(files())).toThrow(FormatError);
  });
});

describe('pieces', () => {
  type Step = Record<string, unknown>;
  const cleaned = (change: (steps: [Step, Step]) => unknown) => pieceTokenizer((json) => (json.normalizer = change((json.normalizer as { normalizers: [Step, Step] }).normalizers)));
  test('with and without a mark in front', () => {
    expect([values(pieceTokenizer()).add_space_prefix, values(cleaned(([, replace]) => replace)).add_space_prefix, values(cleaned(([, replace]) => ({ type: 'Sequence', normalizers: [replace] }))).add_space_prefix]).toEqual([true, false, false]);
  });
  test('have scores by the order in which they are made, others one that nothing is joined by', () => {
    const { tokens, scores } = values(pieceTokenizer()) as { tokens: string[]; scores: Float32Array };
    const score = (token: string) => scores[tokens.indexOf(token)];
    const { model } = JSON.parse(new TextDecoder().decode(pieceTokenizer()['tokenizer.json'])) as { model: { merges: [string, string][] } };
    const order = [...new Set(model.merges.map(([a, b]) => a + b))];
    expect(order.map(score)).toEqual(order.map((_, i) => -i));
    expect(['<unk>', '<0x41>', '\u2581', 'a', `[PAD${SIZE - 1}]`].map(score)).toEqual(new Array(5).fill(-1e6));
  });
  test('may be made in two ways, one after the other, and of an empty text there is nothing to join', () => {
    const files = pieceTokenizer(({ model }) => {
      const vocab = model.vocab as Record<string, number>;
      ['abc', 'bc', 'ab', 'abcd', ''].forEach((text, i) => (vocab[text] = 310 + i));
      (model.merges as [string, string][]).unshift(['a', 'b'], ['b', 'c'], ['ab', 'c'], ['a', 'bc'], ['abc', 'd']);
    });
    const { tokens, scores } = values(files) as { tokens: string[]; scores: Float32Array };
    expect(['ab', 'bc', 'abc', 'abcd'].map((token) => scores[tokens.indexOf(token)])).toEqual([0, 1, 2, 3].map((place) => -place));
  });
  test.each<[string, () => Files, RegExp]>([
    ['another mark', () => cleaned(([prepend, replace]) => ({ type: 'Sequence', normalizers: [prepend, { ...replace, content: '_' }] })), /prepared by "Prepend, Replace"/], ['another blank', () => cleaned(([prepend, replace]) => ({ type: 'Sequence', normalizers: [prepend, { ...replace, pattern: { String: '  ' } }] })), /prepared by/], ['a pattern for blanks', () => cleaned(([prepend, replace]) => ({ type: 'Sequence', normalizers: [prepend, { ...replace, pattern: { Regex: ' ' } }] })), /prepared by/],
    ['another step at the end', () => cleaned(([prepend, replace]) => ({ type: 'Sequence', normalizers: [replace, prepend] })), /prepared by "Replace, Prepend"/], ['another step in front', () => cleaned(([, replace]) => ({ type: 'Sequence', normalizers: [{ type: 'NFC' }, replace] })), /prepared by "NFC, Replace"/], ['another prefix', () => cleaned(([prepend, replace]) => ({ type: 'Sequence', normalizers: [{ ...prepend, prepend: '_' }, replace] })), /prepared by/], ['three steps', () => cleaned(([prepend, replace]) => ({ type: 'Sequence', normalizers: [prepend, { type: 'NFC' }, replace] })), /prepared by/],
    ['no cleaning', () => cleaned(() => null), /prepared by ""/], ['words', () => pieceTokenizer((json) => (json.pre_tokenizer = { type: 'Whitespace' })), /prepared by "Prepend, Replace, Whitespace"/],
    ['the first byte missing', () => pieceTokenizer(({ model }) => delete (model.vocab as Record<string, number>)['<0x00>']), /no token "<0x00>"/], ['the last byte missing', () => pieceTokenizer(({ model }) => delete (model.vocab as Record<string, number>)['<0xFF>']), /no token "<0xFF>"/],
    ['a pair that is not joined', () => pieceTokenizer(({ model }) => (model.merges as unknown[]).pop()), /are not joined, although/], ['a token that is joined at two times', () => pieceTokenizer(({ model }) => (model.merges as unknown[]).push((model.merges as unknown[])[0])), /joined early of some pieces/],
  ])('%s: refused', (_, files, message) => {
    expect(() => values(files())).toThrow(message);
    expect(() => values(files())).toThrow(FormatError);
  });
  test('say by a pattern what a blank is', () => {
    // The library would say so on the console.
    const { 'tokenizer.json': json } = cleaned(([prepend, replace]) => ({ type: 'Sequence', normalizers: [prepend, { ...replace, pattern: null }] }));
    expect(() => values(pieceTokenizer(), { json })).toThrow(FormatError);
  });
  test('an added token may look like two pieces', () => {
    expect(() => values(pieceTokenizer(({ model }) => (model.vocab = { ...(model.vocab as object), ab: 310 })))).toThrow(/"a" and "b" are not joined, although "ab"/);
    expect(() => values(pieceTokenizer((json) => {
      (json.model.vocab as Record<string, number>).ab = 310;
      (json.added_tokens as object[]).push({ id: 310, content: 'ab', special: true, lstrip: false, rstrip: true, single_word: false, normalized: false });
    }))).not.toThrow();
  });
});

describe('the name', () => {
  const name = (files: Files, given: string) => values(files, { name: given })['general.name'];
  test('is another one where it would drop blanks, and says Phi-3 where they are to be dropped', () => {
    expect(['some', 'phi-3', 'my Phi3 and PHI-3-mini', 'phi4'].map((given) => name(gpt2(), given))).toEqual(['some', 'Phi 3', 'my Phi 3 and Phi 3-mini', 'phi4']);
    expect(['some', 'a phi-3', 'PHI3', 'phi 3'].map((given) => name(pieceTokenizer(), given))).toEqual(['Phi-3 some', 'a phi-3', 'PHI3', 'Phi-3 phi 3']);
  });
  type Added = { content: string; lstrip: boolean; rstrip: boolean; single_word: boolean };
  const marked = (change: (tokens: Added[], json: Json) => void) => pieceTokenizer((json) => change(json.added_tokens as Added[], json));
  const of = (tokens: Added[], content: string): Added => tokens.find((token) => token.content === content) ?? { content: '', lstrip: false, rstrip: false, single_word: false };
  test('says so too where nothing is said of blanks behind those that keep them', () => {
    const files = marked((tokens) => {
      for (const token of tokens) if (!token.rstrip) delete (token as Partial<Added>).rstrip;
    });
    expect(name(files, 'some')).toBe('Phi-3 some');
  });
  test.each<[string, () => Files]>([
    ['in front', () => marked((tokens) => (of(tokens, '<|user|>').lstrip = true))], ['whole words', () => marked((tokens) => (of(tokens, '<|user|>').single_word = true))], ['behind one that keeps them', () => marked((tokens) => (of(tokens, '<s>').rstrip = true))], ['not behind one that drops them', () => marked((tokens) => (of(tokens, '<|end|>').rstrip = false))],
    ['without a token that it asks for', () => marked((tokens, json) => { json.added_tokens = tokens.filter(({ content }) => content !== '<|endoftext|>'); })],
  ])('blanks %s cannot be said', (_, files) => {
    expect(() => values(config(files(), { eos_token: '<|end|>' }))).toThrow(/take blanks beside them along/);
  });
});
