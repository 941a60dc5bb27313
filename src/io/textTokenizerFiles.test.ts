import { describe, expect, test } from 'vitest';
import { wordTokenizer } from '../testing/tinyTexts';
import { memoryTree } from './fileTree';
import { FormatError } from './formatError';
import { openTextTokenizer, TextTokenizer } from './textTokenizer';

/** Contents of tokenizers' files, on hand-made ones; textTokenizer.golden.test.ts compares whole tokenizers with Hugging Face's library. */
type Json = Record<string, unknown> & { model: Record<string, unknown> };
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const vocabulary = Object.fromEntries(['[CLS]', '[PAD]', '[SEP]', '[UNK]', 'the', 'tea', 'was', 'long', '##s'].map((word, id) => [word, id]));
const [CLS, PAD, SEP, UNK, THE, TEA, WAS, LONG, S] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const added = (content: string, id: number) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false });
const words = (): Json => ({
  added_tokens: [added('[CLS]', CLS), added('[PAD]', PAD), added('[SEP]', SEP), added('[UNK]', UNK)],
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', SEP], cls: ['[CLS]', CLS] },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: vocabulary },
});
function make(change: (json: Json) => void = () => {}, config: object | null = {}, template?: string): TextTokenizer {
  const file = words();
  change(file);
  return new TextTokenizer(json(file), config && json(config), template === undefined ? null : new TextEncoder().encode(template));
}

describe('texts', () => {
  test('alone and in pairs, as BERT and RoBERTa have them', () => {
    const bert = make();
    expect(bert.plain('the teas was')).toEqual([THE, TEA, S, WAS]);
    expect(bert.plain('')).toEqual([]);
    expect(bert.encode('the tea')).toEqual({ ids: [CLS, THE, TEA, SEP], types: [0, 0, 0, 0], first: [1, 3] });
    expect(bert.encode('the tea', null)).toEqual(bert.encode('the tea'));
    expect(bert.encode('the tea', 'was long')).toEqual({ ids: [CLS, THE, TEA, SEP, WAS, LONG, SEP], types: [0, 0, 0, 0, 1, 1, 1], first: [1, 3] });
    expect(bert.encode('the', '')).toEqual({ ids: [CLS, THE, SEP, SEP], types: [0, 0, 0, 1], first: [1, 2] });
    const roberta = make((file) => (file.post_processor = { type: 'RobertaProcessing', sep: ['[SEP]', SEP], cls: ['[CLS]', CLS], trim_offsets: true, add_prefix_space: false }));
    expect(roberta.encode('the tea')).toEqual({ ids: [CLS, THE, TEA, SEP], types: [0, 0, 0, 0], first: [1, 3] });
    expect(roberta.encode('the', 'was')).toEqual({ ids: [CLS, THE, SEP, SEP, WAS, SEP], types: [0, 0, 0, 0, 0, 0], first: [1, 2] });
  });

  test('with nothing around them', () => {
    const nothing = { ids: [THE, WAS], types: [0, 1], first: [0, 1] };
    for (const post_processor of [null, { type: 'ByteLevel', trim_offsets: true }, { type: 'Sequence', processors: [] }, { type: 'Sequence', processors: [{ type: 'ByteLevel' }] }]) {
      const tokenizer = make((file) => (file.post_processor = post_processor));
      expect(tokenizer.encode('the', 'was')).toEqual(nothing);
      expect(tokenizer.encode('the')).toEqual({ ids: [THE], types: [0], first: [0, 1] });
    }
  });

  const template = { type: 'TemplateProcessing', single: [{ Sequence: { id: 'A', type_id: 3 } }, { SpecialToken: { id: 'end', type_id: 4 } }], pair: [{ SpecialToken: { id: 'end', type_id: 5 } }, { Sequence: { id: 'B', type_id: 6 } }, { Sequence: { id: 'A', type_id: 7 } }], special_tokens: { end: { id: 'end', ids: [SEP, PAD], tokens: ['[SEP]', '[PAD]'] } } };
  test.each([[template], [{ type: 'Sequence', processors: [{ type: 'ByteLevel' }, template] }]])('by a template, whose tokens may be several', (post_processor) => {
    const tokenizer = make((file) => (file.post_processor = post_processor));
    expect(tokenizer.encode('the tea')).toEqual({ ids: [THE, TEA, SEP, PAD], types: [3, 3, 4, 4], first: [0, 2] });
    expect(tokenizer.encode('the tea', 'was')).toEqual({ ids: [SEP, PAD, WAS, THE, TEA], types: [5, 5, 6, 7, 7], first: [3, 5] });
    expect(tokenizer.encode('the tea', null, 3).ids).toEqual([THE, SEP, PAD]);
    const without = make((file) => (file.post_processor = { ...template, single: template.single.slice(1) }));
    expect(without.encode('the tea')).toEqual({ ids: [SEP, PAD], types: [4, 4], first: [0, 0] });
  });

  test.each<[number, number, number, number, number]>([
    // Three tokens stand around two texts: Hugging Face's `truncate_encodings`, longest first.
    [10, 3, 9, 3, 3], [10, 2, 9, 4, 2], [2, 10, 9, 2, 4], [10, 3, 10, 4, 3], [3, 10, 10, 3, 4], [5, 5, 10, 3, 4], [5, 5, 9, 3, 3], [3, 4, 10, 3, 4], [3, 4, 9, 3, 3], [4, 3, 9, 3, 3], [3, 4, 3, 0, 0], [3, 4, 2, 0, 0], [3, 4, 4, 0, 1], [4, 3, 4, 1, 0], [0, 9, 8, 0, 5], [9, 0, 8, 5, 0], [9, 1, 5, 1, 1], [1, 9, 5, 1, 1], [7, 6, 8, 3, 2], [6, 7, 8, 2, 3],
  ])('%d and %d tokens, at most %d in all: %d and %d', (a, b, most, forA, forB) => {
    const { ids, first } = make().around(new Array<number>(a).fill(THE), new Array<number>(b).fill(WAS), most);
    expect([ids.filter((id) => id === THE).length, ids.filter((id) => id === WAS).length, first[1] - first[0]]).toEqual([forA, forB, forA]);
  });

  test('one text is cut to what is left', () => {
    const lengths = [0, 1, 2, 3, 5, 6, 99].map((most) => make().around([4, 5, 6], null, most).ids.length);
    expect(lengths).toEqual([2, 2, 2, 3, 5, 5, 5]);
  });

  test('of a long one a million letters are looked at', () => {
    // White space takes no token, and is no work either.
    const tokenizer = make();
    expect(tokenizer.plain(`${' '.repeat(999_997)}tea`)).toEqual([TEA]);
    expect(tokenizer.plain(`${' '.repeat(1_000_000)}tea`)).toEqual([]);
  });

  test('come back, with special tokens where they are asked for', () => {
    const tokenizer = make();
    expect([tokenizer.decode([CLS, THE, TEA, S, SEP]), tokenizer.decode([CLS, THE, SEP], { special: true }), tokenizer.decode([]), tokenizer.decode([CLS])]).toEqual(['the teas', '[CLS] the [SEP]', '', '']);
    expect(() => tokenizer.decode([0.5])).toThrow(/[^.]\.$/);
    // Blanks in front of signs stay.
    expect(make((file) => Object.assign(file, { model: { ...file.model, vocab: { ...vocabulary, '.': 9 } }, decoder: { type: 'WordPiece', prefix: '##', cleanup: false } })).decode([TEA, 9])).toBe('tea .');
  });
});

describe('what files name', () => {
  test('size, special tokens, and those that are added', () => {
    const plain = make();
    expect([plain.size, plain.pad, plain.bos, plain.eos, plain.mask, plain.unk, [...plain.added]]).toEqual([9, null, null, null, null, UNK, [CLS, PAD, SEP, UNK]]);
    const full = make(() => {}, { pad_token: '[PAD]', bos_token: '[CLS]', eos_token: { content: '[SEP]' }, mask_token: 'tea', unk_token: '[UNK]', sep_token: null, cls_token: 'nowhere' });
    expect([full.pad, full.bos, full.eos, full.mask]).toEqual([PAD, CLS, SEP, TEA]);
    expect(full.chat.tokens).toEqual({ pad_token: '[PAD]', bos_token: '[CLS]', eos_token: '[SEP]', mask_token: 'tea', unk_token: '[UNK]', cls_token: 'nowhere' });
    expect(make(() => {}, { pad_token: 'nowhere' }).pad).toBeNull();
    expect(make(() => {}, null).pad).toBeNull();
    expect(make(() => {}, { sep_token: '[SEP]', additional: '[PAD]', bos_token: 3 }).chat.tokens).toEqual({ sep_token: '[SEP]' });
    const more = make((file) => (file.added_tokens = [added('<x>', 20), added('<y>', 11)]));
    expect([more.size, [...more.added]]).toEqual([21, [20, 11]]);
    expect(make(({ model }) => (model.vocab = { ...vocabulary, last: 30 })).size).toBe(31);
    expect(make((file) => Object.assign(file, { added_tokens: [], post_processor: null, model: { ...file.model, vocab: { '[UNK]': 0 } } })).size).toBe(1);
  });

  test('what stands for what is not known: a number, or a name', () => {
    const unigram = (more: object) => make((file) => Object.assign(file, { model: { type: 'Unigram', vocab: [['<u>', 0], ['\u2581', -1], ['tea', -2]], ...more }, added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null }));
    const one = unigram({ unk_id: 0 });
    expect([one.size, one.unk]).toEqual([3, 0]);
    expect(make(({ model }) => (model.unk_id = 4)).unk).toBe(4);
    const bpe = (more: object) => make((file) => Object.assign(file, { model: { type: 'BPE', vocab: { a: 0, '<u>': 1 }, merges: [], ...more }, added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null }));
    expect([bpe({}).unk, bpe({ unk_token: null }).unk, bpe({ unk_token: 3 }).unk]).toEqual([null, null, null]);
  });

  test('templates of chats: a file of its own goes before the config', () => {
    expect(make().chat.template).toBeUndefined();
    expect(make(() => {}, { chat_template: 'a' }).chat.template).toBe('a');
    expect(make(() => {}, { chat_template: 'a' }, 'bé').chat.template).toBe('bé');
  });

  test('a folder of them', async () => {
    const folder: Record<string, Uint8Array> = { ...wordTokenizer(), 'tokenizer_config.json': json({ chat_template: 'a', pad_token: '[PAD]' }) };
    const open = (files: Record<string, Uint8Array>, size?: number) => {
      const tree = memoryTree('m', files);
      return openTextTokenizer(size === undefined ? tree : { ...tree, size: async (path) => (path === 'tokenizer.json' ? size : tree.size(path)) });
    };
    expect([(await open(folder)).pad, (await open(folder)).chat.template]).toEqual([1, 'a']);
    expect((await open({ ...folder, 'chat_template.jinja': new TextEncoder().encode('b') })).chat.template).toBe('b');
    const { 'tokenizer.json': file } = folder;
    if (!file) throw new Error('no tokenizer.json');
    expect((await open({ 'tokenizer.json': file })).pad).toBeNull();
    await expect(open({ 'tokenizer_config.json': json({}) })).rejects.toThrow(/"m" has no tokenizer.json/);
    await expect(open(folder, 64_000_001)).rejects.toThrow(/has 64000001 bytes, at most 64000000/);
    expect((await open(folder, 64_000_000)).pad).toBe(1);
  });
});

describe('files that cannot be used', () => {
  const metaspace = (more: object) => ({ type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', ...more });
  const levels = (n: number) => ({ type: 'Sequence', pretokenizers: new Array<object>(n).fill({ type: 'ByteLevel', add_prefix_space: false, use_regex: false }) });
  const replace = (content: string, pattern: object) => ({ type: 'Replace', pattern, content });
  test.each<[string, (json: Json) => void, RegExp]>([
    ['no JSON object', (file) => delete (file as Partial<Json>).model, /"model"/], ['no vocabulary', ({ model }) => (model.vocab = null), /no vocabulary/], ['a vocabulary that is a text', ({ model }) => (model.vocab = 'x'), /no vocabulary/], ['a vocabulary by name of pieces', ({ model }) => (model.type = 'Unigram'), /no vocabulary/],
    ['half a number', ({ model }) => (model.vocab = { a: 0.5 }), /gives "a" the number "0.5"/], ['a number below 0', ({ model }) => (model.vocab = { a: 0, b: -1 }), /gives "b" the number "-1"/], ['a number that is a text', ({ model }) => (model.vocab = { a: '0' }), /gives "a" the number/],
    ['no added tokens', (file) => (file.added_tokens = null), /"added_tokens"/], ['an added token without a number', (file) => (file.added_tokens = [{ content: 'a' }]), /"added_tokens.0.id"/], ['an added token without a text', (file) => (file.added_tokens = [{ id: 1 }]), /"added_tokens.0.content"/],
    ['two letters for a blank', (file) => (file.pre_tokenizer = metaspace({ replacement: 'ab' })), /^tokenizer.json puts "\\"ab\\"" in the place of a space/], ['a number for a blank', (file) => (file.decoder = metaspace({ str_rep: 3 })), /puts "3" in the place/], ['a list within a list', (file) => (file.pre_tokenizer = { type: 'Sequence', pretokenizers: [{ type: 'Sequence', pretokenizers: [metaspace({ replacement: [] })] }] }), /in the place of a space/],
    ['letters again and again', (file) => (file.pre_tokenizer = levels(8)), /more than 4096 times/], ['thousands for one', (file) => (file.normalizer = replace('x'.repeat(4097), { String: 'a' })), /more than 4096/], ['thousands for what a pattern finds', (file) => (file.normalizer = replace('x'.repeat(4097), { Regex: 'aa' })), /more than 4096/], ['thousands for nothing', (file) => (file.normalizer = replace('x'.repeat(4097), { String: '' })), /more than 4096/],
    ['products of steps', (file) => (file.normalizer = { type: 'Sequence', normalizers: [replace('x'.repeat(64), { String: 'a' }), replace('x'.repeat(65), { String: 'a' })] }), /more than 4096/], ['more behind what is no text', (file) => (file.normalizer = { type: 'Sequence', normalizers: [{ ...replace('', { String: 'a' }), content: 5 }, replace('x'.repeat(4097), { String: 'a' })] }), /more than 4096/], ['in a decoder', (file) => (file.decoder = { type: 'Sequence', decoders: [replace('x'.repeat(4097), { String: 'a' })] }), /more than 4096/],
    ['a pre-tokenizer that there is not', (file) => (file.pre_tokenizer = { type: 'Nothing' }), /tokenizer.json cannot be used: .*\.$/], ['a template without its token', (file) => (file.post_processor = { type: 'TemplateProcessing', single: [{ SpecialToken: { id: 'x', type_id: 0 } }], pair: [], special_tokens: {} }), /names "x"/], ['a template of two without its token', (file) => (file.post_processor = { type: 'TemplateProcessing', single: [], pair: [{ SpecialToken: { id: 'constructor', type_id: 0 } }], special_tokens: {} }), /names "constructor"/],
    ['another kind of what stands around', (file) => (file.post_processor = { type: 'Other' }), /"post_processor/], ['a special token without numbers', (file) => (file.post_processor = { type: 'TemplateProcessing', single: [], pair: [], special_tokens: { x: { id: 'x' } } }), /"post_processor/], ['a template of a third text', (file) => (file.post_processor = { type: 'TemplateProcessing', single: [{ Sequence: { id: 'C', type_id: 0 } }], pair: [], special_tokens: {} }), /"post_processor/],
  ])('%s', (_, change, message) => {
    expect(() => make(change)).toThrow(FormatError);
    expect(() => make(change)).toThrow(message);
  });

  test.each<[string, (json: Json) => void]>([
    ['a letter outside the plane for a blank', (file) => (file.pre_tokenizer = metaspace({ replacement: '\u{1F600}' }))], ['no letter for a blank', (file) => (file.pre_tokenizer = metaspace({ str_rep: null }))], ['a step that has long words, but puts them nowhere', (file) => (file.normalizer = { type: 'NFC', content: 'x'.repeat(5000) })], ['seven times bytes', (file) => (file.pre_tokenizer = levels(7))],
    ['thousands for one', (file) => (file.normalizer = replace('x'.repeat(4096), { String: 'a' }))], ['more for two', (file) => (file.normalizer = replace('x'.repeat(8192), { String: 'ab' }))], ['less again', (file) => (file.normalizer = { type: 'Sequence', normalizers: [replace('', { String: 'aaaaaaaa' }), replace('x'.repeat(4096), { String: 'a' })] })],
    ['steps of two kinds, each at its most', (file) => Object.assign(file, { normalizer: replace('x'.repeat(4096), { String: 'a' }), pre_tokenizer: levels(7) })], ['a step for no pattern that is not done', (file) => (file.normalizer = { type: 'NFC', normalizers: [{ type: 'Replace', pattern: null, content: 'x' }] })], ['two letters where no blank is meant', (file) => (file.decoder = { type: 'WordPiece', prefix: '##', cleanup: true, replacement: 'ab' })],
  ])('%s is fine', (_, change) => {
    expect(() => make(change)).not.toThrow();
  });

  test('a config that is none', () => {
    expect(() => make(() => {}, [])).toThrow(/^tokenizer_config.json: /);
    for (const pad_token of [3, {}, { content: 3 }]) expect(() => make(() => {}, { pad_token })).toThrow(/"pad_token/);
    expect(() => make(() => {}, { model_max_length: 'x' })).toThrow(/"model_max_length"/);
    expect(make(() => {}, { pad_token: null, eos_token: null, model_max_length: 1e30 }).pad).toBeNull();
  });
});
