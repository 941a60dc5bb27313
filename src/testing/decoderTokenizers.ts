import { byteLetters } from '../io/bytePairs';
import { tinyJson } from './tiny';

/** Small tokenizers of the kinds that models have which go on with texts. */

type Json = Record<string, unknown>;

const added = (content: string, id: number, more: object = {}) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false, ...more });
const files = (json: Json, config: Json): Record<string, Uint8Array> => ({ 'tokenizer.json': tinyJson({ version: '1.0', ...json }), 'tokenizer_config.json': tinyJson(config) });

const words = (digits: string) => `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
const bytes = (use_regex: boolean) => ({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex });
const split = (digits: string) => ({ type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: words(digits) }, behavior: 'Isolated', invert: false }, bytes(false)] });

/** Settings around the bytes, by the model whose tokenizer has them. */
const kinds = {
  'GPT-2': { pre_tokenizer: bytes(true), ignore_merges: false },
  'Qwen2': { pre_tokenizer: split('\\p{N}'), ignore_merges: false, normalizer: { type: 'NFC' } },
  'Llama': { pre_tokenizer: split('\\p{N}{1,3}'), ignore_merges: true, bos: true },
};

const joined = ['t h', 'th e', '\u0120 the', 'i n', '\u0120 a', 'o n', 'r e', '\u0120 w', 'a n', '\u0120a n', '\u0120an d', '\u0120 s', 'e r', '\u0120w a', '\u0120wa s', '1 2', '12 3'];

/** Bytes that are joined within words: 256, what they make, and three special tokens. `change` may alter the file, which is made anew each time. */
export function byteLevelTokenizer(kind: keyof typeof kinds, change: (json: Json & { model: Json }) => void = () => {}): Record<string, Uint8Array> {
  const { pre_tokenizer, ignore_merges, normalizer = null, bos = false } = { normalizer: undefined, bos: undefined, ...structuredClone(kinds[kind]) };
  const tokens = [...byteLetters(), ...joined.map((merge) => merge.replace(' ', ''))];
  const special = ['<|begin|>', '<|stop|>', '<|fill|>'].map((content, i) => added(content, tokens.length + i));
  const [start] = special;
  const json = {
    added_tokens: special,
    normalizer,
    pre_tokenizer,
    post_processor: bos ? { type: 'TemplateProcessing', single: [{ SpecialToken: { id: start!.content, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [], special_tokens: { [start!.content]: { id: start!.content, ids: [start!.id], tokens: [start!.content] } } } : null,
    decoder: bytes(true),
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '', fuse_unk: false, byte_fallback: false, ignore_merges, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: joined },
  };
  change(json);
  return files(json, { bos_token: '<|begin|>', eos_token: '<|stop|>', pad_token: '<|fill|>', chat_template: '{{ messages[0].content }}' });
}

/** Pieces of SentencePiece and bytes, in the order in which they are joined: all of two and three letters that these words have. */
const spoken = ['\u2581the', '\u2581and', '\u2581was', '\u2581tea', '\u2581an', 'ing'];

/** Pieces with marks for blanks, as Phi-3 has them, of which every pair of neighbours is a merge that makes another. `change` may alter the file. */
export function pieceTokenizer(change: (json: Json & { model: Json }) => void = () => {}): Record<string, Uint8Array> {
  const letters = ['\u2581', ...'abcdefghijklmnopqrstuvwxyz.,'];
  const parts = spoken.flatMap((word) => Array.from({ length: word.length - 1 }, (_, i) => word.slice(0, i + 2)));
  const more = [...new Set(parts)].sort((a, b) => a.length - b.length);
  const byte = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`);
  const tokens = ['<unk>', '<s>', '</s>', ...byte, ...more, ...letters];
  const have = new Set([...more, ...letters]);
  const merges = more.flatMap((token) => Array.from({ length: token.length - 1 }, (_, i) => [token.slice(0, i + 1), token.slice(i + 1)]).filter(([a, b]) => have.has(a!) && have.has(b!)));
  const behind = tokens.length;
  const json = {
    added_tokens: [added('<unk>', 0), added('<s>', 1), added('</s>', 2, { rstrip: true, special: false }), added('<|endoftext|>', behind), added('<|user|>', behind + 1, { rstrip: true }), added('<|end|>', behind + 2, { rstrip: true })],
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '\u2581' }, { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' }] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '\u2581' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
    model: { type: 'BPE', dropout: null, unk_token: '<unk>', continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: true, byte_fallback: true, ignore_merges: false, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
  };
  change(json);
  return files(json, { bos_token: '<s>', eos_token: '<|endoftext|>', pad_token: '<|endoftext|>', unk_token: '<unk>' });
}

/** The files of such a tokenizer for each family of `decoderConfigs`, of 320 tokens at most. */
export const decoderTokenizers: Record<string, () => Record<string, Uint8Array>> = {
  'GPT-2': () => byteLevelTokenizer('GPT-2'),
  'Llama': () => byteLevelTokenizer('Llama'),
  'Qwen2': () => byteLevelTokenizer('Qwen2'),
  'Phi-3': () => pieceTokenizer(),
};
