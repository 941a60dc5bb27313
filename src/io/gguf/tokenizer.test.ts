import { expect, test } from 'vitest';
import { defined } from '../../numbers/defined';
import { byteLevelTokenizer, pieceTokenizer } from '../../testing/decoderTokenizers';
import { tinyJson } from '../../testing/tiny';
import { wordTokenizer } from '../../testing/tinyTexts';
import { FormatError } from '../formatError';
import { TextTokenizer } from '../textTokenizer';
import { ggufTokenizer, type TokenizerInput } from './tokenizer';
import type { GgufValue } from './write';

const SIZE = 320;
function settingsOf(files: Record<string, Uint8Array>, more: Partial<TokenizerInput> = {}): Record<string, GgufValue[1]> {
  const [json, settings] = [defined(files['tokenizer.json']), files['tokenizer_config.json'] ?? null];
  const made = ggufTokenizer({ json, tokenizer: new TextTokenizer(json, settings), size: SIZE, name: 'some', ...more });
  return Object.fromEntries(Object.entries(made).map(([key, [, value]]) => [key.replace('tokenizer.ggml.', ''), value]));
}
const vocabulary = (files: Record<string, Uint8Array>) => (JSON.parse(new TextDecoder().decode(files['tokenizer.json'])) as { model: { vocab: Record<string, number> } }).model.vocab;

test.each([
  ['GPT-2', 'gpt-2', false],
  ['Qwen2', 'qwen2', false],
  ['Llama', 'llama-bpe', true],
] as const)('bytes joined as %s does it', (kind, pre, begins) => {
  const files = byteLevelTokenizer(kind);
  const made = settingsOf(files);
  const [tokens, types] = [made.tokens as string[], made.token_type as Int32Array];
  expect(made).toMatchObject({ 'model': 'gpt2', pre, 'add_bos_token': begins, 'add_eos_token': false, 'tokenizer.chat_template': '{{ messages[0].content }}', 'general.name': 'some' });
  for (const [token, id] of Object.entries(vocabulary(files))) expect([tokens[id], types[id]]).toEqual([token, 1]);
  for (const [key, token] of [['bos_token_id', '<|begin|>'], ['eos_token_id', '<|stop|>'], ['padding_token_id', '<|fill|>']] as const) expect([tokens[made[key] as number], types[made[key] as number]]).toEqual([token, 3]);
  expect((made.merges as string[]).slice(0, 3)).toEqual(['t h', 'th e', '\u0120 the']);
  expect([tokens.length, types.length, tokens.at(-1), types.at(-1)]).toEqual([SIZE, SIZE, `[PAD${SIZE - 1}]`, 5]);
});

test('words that are tokens are joined all the same where the folder says so', () => {
  expect(settingsOf(byteLevelTokenizer('Llama', ({ model }) => (model.ignore_merges = false))).pre).toBe('smaug-bpe');
});

test('pieces have scores in the order of their merges, and blanks behind added tokens go with the name', () => {
  const files = pieceTokenizer();
  const made = settingsOf(files);
  const [tokens, types, scores] = [made.tokens as string[], made.token_type as Int32Array, made.scores as Float32Array];
  const id = (token: string) => tokens.indexOf(token);
  expect(made).toMatchObject({ 'model': 'llama', 'pre': 'default', 'add_space_prefix': true, 'add_bos_token': false, 'unknown_token_id': 0, 'bos_token_id': 1, 'eos_token_id': id('<|endoftext|>'), 'general.name': 'Phi-3 some' });
  expect(['<unk>', '<s>', '</s>', '<0x0A>', '\u2581the', '<|user|>'].map((token) => types[id(token)])).toEqual([2, 3, 4, 6, 1, 3]);
  expect(['\u2581t', 'in', '\u2581the'].map((token) => defined(scores[id(token)]))).toEqual([...['\u2581t', 'in', '\u2581the'].map((token) => defined(scores[id(token)]))].sort((a, b) => b - a));
  expect(settingsOf(files, { name: 'my-Phi3' })['general.name']).toBe('my-Phi3');
  // Elsewhere such a name would drop blanks, or end the program.
  expect(settingsOf(byteLevelTokenizer('GPT-2'), { name: 'of phi-3 and PHI3' })['general.name']).toBe('of Phi 3 and Phi 3');
});

test('what begins and ends a text comes from the config where the tokenizer does not say', () => {
  const files = { ...byteLevelTokenizer('GPT-2'), 'tokenizer_config.json': tinyJson({ chat_template: [{ name: 'tools', template: 'b' }, { name: 'default', template: 'a' }] }) };
  expect(settingsOf(files, { bos: 4, eos: 5 })).toMatchObject({ 'bos_token_id': 4, 'eos_token_id': 5, 'tokenizer.chat_template': 'a' });
  expect(() => settingsOf(files)).toThrow('tokenizer_config.json names no eos_token, and in llama.cpp one ends a text.');
});

type Change = Parameters<typeof byteLevelTokenizer>[1];
const around = (ids: number[]) => ({ type: 'TemplateProcessing', single: [{ SpecialToken: { id: 'x', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [], special_tokens: { x: { id: 'x', ids, tokens: [] } } });
test.each<[string, Change, RegExp]>([
  ['pieces within words', ({ model }) => (model.continuing_subword_prefix = '##'), /pieces within a word begin with "##"/],
  ['ends of words', ({ model }) => (model.end_of_word_suffix = '</w>'), /words end with "<\/w>"/],
  ['other cleaning', (json) => (json.normalizer = { type: 'Lowercase' }), /texts are cleaned by "Lowercase"/],
  ['other words', (json) => (json.pre_tokenizer = { type: 'Whitespace' }), /words are told apart by "Whitespace"/],
  ['a blank in front', (json) => (json.pre_tokenizer = { type: 'ByteLevel', add_prefix_space: true, use_regex: true }), /told apart by "ByteLevel"/],
  ['whole words', ({ model }) => (model.ignore_merges = true), /told apart by "ByteLevel"/],
  ['several tokens around', (json) => (json.post_processor = around([1, 2])), /2 tokens stand around each text/],
  ['a number beyond those of the model', ({ model }) => (model.vocab = { ...(model.vocab as object), more: SIZE }), /gives "more" the number 320, and the model has 320 tokens/],
  ['a token twice', ({ model }) => (model.vocab = { ...(model.vocab as object), '<|stop|>': 300 }), /has the token "<\|stop\|>" twice/],
  ['added tokens with blanks', (json) => (defined((json.added_tokens as { lstrip: boolean }[])[0]).lstrip = true), /some added tokens take blanks/],
])('bytes with %s are refused', (_, change, message) => {
  const files = byteLevelTokenizer('GPT-2', change);
  expect(() => settingsOf(files)).toThrow(FormatError);
  expect(() => settingsOf(files)).toThrow(message);
});

test.each<[string, Change, RegExp]>([
  ['no mark in front, and words', (json) => (json.pre_tokenizer = { type: 'Whitespace' }), /texts are prepared by "Prepend, Replace, Whitespace"/],
  ['a byte that is missing', ({ model }) => delete (model.vocab as Record<string, number>)['<0x0A>'], /no token "<0x0A>" for a byte/],
  ['a pair that is not joined', ({ model }) => (model.merges as unknown[]).shift(), /are not joined, although ".*" is a token/],
  ['a token that is joined at two times', ({ model }) => (model.merges as unknown[]).push((model.merges as unknown[])[0]), /is joined early of some pieces and late of others/],
])('pieces with %s are refused', (_, change, message) => {
  expect(() => settingsOf(pieceTokenizer(change))).toThrow(message);
});

test('a tokenizer of words is refused', () => {
  expect(() => settingsOf({ ...wordTokenizer(), 'tokenizer_config.json': tinyJson({ eos_token: '[SEP]' }) })).toThrow(/its model is "WordPiece"/);
});
