import * as z from 'zod/mini';
import { quote } from '../../errors/text';
import { pairOf } from '../bytePairs';
import { templateOf } from '../chatFiles';
import { parseJson } from '../checkpoint';
import { FormatError } from '../formatError';
import type { TextTokenizer } from '../textTokenizer';
import { patternOf } from '../tokenizerJson';
import type { GgufValue } from './write';

const FILE = 'tokenizer.json';

const step = z.looseObject({ type: z.string() });
const added = z.looseObject({ content: z.string(), id: z.int().check(z.gte(0)), special: z.nullish(z.boolean()), lstrip: z.nullish(z.boolean()), rstrip: z.nullish(z.boolean()), single_word: z.nullish(z.boolean()) });
const file = z.looseObject({
  model: z.looseObject({
    type: z.nullish(z.string()),
    // Looked through when the tokenizer was opened.
    vocab: z.custom<Record<string, number>>(),
    merges: z.nullish(z.array(z.unknown()).check(z.maxLength(1_000_000))),
    unk_token: z.nullish(z.string()),
    continuing_subword_prefix: z.nullish(z.string()),
    end_of_word_suffix: z.nullish(z.string()),
    byte_fallback: z.nullish(z.boolean()),
    ignore_merges: z.nullish(z.boolean()),
  }),
  normalizer: z.nullish(z.looseObject({ type: z.string(), normalizers: z.nullish(z.array(step)) })),
  pre_tokenizer: z.nullish(z.looseObject({ type: z.string(), pretokenizers: z.nullish(z.array(step)) })),
  added_tokens: z.array(added),
});
type File = z.output<typeof file>;

type Merges = [string, string][];

/** llama.cpp's numbers of what a token is. */
const TYPES = { normal: 1, unknown: 2, control: 3, own: 4, unused: 5, byte: 6 } as const;

/** A score that nothing is joined by. */
const NO_SCORE = -1e6;

/** Stand-ins in pieces for a blank, and for a byte. */
const BLANK = '\u2581';
const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/** Pattern that splits words off, with `digits` for digits. */
const words = (digits: string): string => `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

/** Ways to split words off that llama.cpp has, and its names for them. The pattern is null where ByteLevel has its own; `whole`: a word that is a token stays one, whatever is joined. */
const splits: { pattern: string | null; whole: boolean; pre: string }[] = [
  { pattern: null, whole: false, pre: 'gpt-2' },
  { pattern: words('\\p{N}'), whole: false, pre: 'qwen2' },
  { pattern: words('\\p{N}{1,3}'), whole: true, pre: 'llama-bpe' },
  { pattern: words('\\p{N}{1,3}'), whole: false, pre: 'smaug-bpe' },
];

/** The added tokens behind which llama.cpp keeps blanks in a model whose name says Phi-3; behind all others it drops them then. It breaks off where one of these is missing, or </s>. */
const [STRIPS, KEPT] = [/phi-?3/i, ['<unk>', '<s>', '<|endoftext|>']];

export interface TokenizerInput {
  /** tokenizer.json. */
  json: Uint8Array;
  /** The same, opened. */
  tokenizer: TextTokenizer;
  /** Tokens of the model: those that the tokenizer lacks are told to be unused. */
  size: number;
  /** Tokens that begin and end a text by the model's config, if the tokenizer does not say. */
  bos?: number | null;
  eos?: number | null;
  /** Name to give the model. */
  name: string;
}

/**
 * A folder's tokenizer as the settings of a GGUF file, by which llama.cpp makes the tokens of a text that the folder makes:
 * byte-level BPE, or the pieces of SentencePiece, which tokenizer.json has as merges. Texts are not brought into the form NFC there.
 * The model's name is among them, for llama.cpp goes by it. Source: llama.cpp's src/llama-vocab.cpp and conversion scripts.
 * Throws FormatError of a tokenizer that it does not have.
 */
export function ggufTokenizer({ json, tokenizer, size, name, ...by }: TokenizerInput): Record<string, GgufValue> {
  const parsed = parseJson(json, FILE, file);
  const { model } = parsed;
  if ((model.type ?? 'BPE') !== 'BPE' || Array.isArray(model.vocab)) refuse(`its model is ${quote(String(model.type))}`);
  if (model.continuing_subword_prefix) refuse(`pieces within a word begin with ${quote(model.continuing_subword_prefix)}`);
  if (model.end_of_word_suffix) refuse(`words end with ${quote(model.end_of_word_suffix)}`);
  const merges = (model.merges ?? []).map((merge) => pairOf(merge, FILE));
  const { ids, first } = tokenizer.encode('');
  const [before, behind] = [ids.slice(0, first[0]), ids.slice(first[1])];
  if (before.length > 1 || behind.length > 1) refuse(`${ids.length} tokens stand around each text`);
  const [bos, eos] = [before[0] ?? tokenizer.bos ?? by.bos, behind[0] ?? tokenizer.eos ?? by.eos];
  // It would take the twelfth token.
  if (eos == null) throw new FormatError('tokenizer_config.json names no eos_token, and in llama.cpp one ends a text.');
  const { texts, types } = tokensOf(parsed, size);
  const chat = templateOf(tokenizer.chat);
  return {
    'general.name': ['string', nameFor(name, parsed)],
    ...(model.byte_fallback ? pieces(parsed, merges, texts) : byteLevel(parsed, merges)),
    'tokenizer.ggml.tokens': ['strings', texts],
    'tokenizer.ggml.token_type': ['i32s', types],
    ...(bos != null && { 'tokenizer.ggml.bos_token_id': ['u32', bos] as const }),
    'tokenizer.ggml.eos_token_id': ['u32', eos],
    ...(tokenizer.pad !== null && { 'tokenizer.ggml.padding_token_id': ['u32', tokenizer.pad] as const }),
    'tokenizer.ggml.add_bos_token': ['bool', before.length > 0],
    'tokenizer.ggml.add_eos_token': ['bool', behind.length > 0],
    ...(chat !== null && { 'tokenizer.chat_template': ['string', chat] as const }),
  };
}

function refuse(what: string): never {
  throw new FormatError(`${FILE}: ${what}; llama.cpp would make other tokens of a text.`);
}

/** All tokens by number, and what each is. */
function tokensOf({ model, added_tokens }: File, size: number): { texts: string[]; types: Int32Array } {
  const texts = Array.from({ length: size }, (_, id) => `[PAD${id}]`);
  const types = new Int32Array(size).fill(TYPES.unused);
  const set = (id: number, text: string, type: number) => {
    if (id >= size) throw new FormatError(`${FILE} gives ${quote(text)} the number ${id}, and the model has ${size} tokens.`);
    texts[id] = text;
    types[id] = type;
  };
  const bytes = new Set(Array.from({ length: 256 }, (_, byte) => byteToken(byte)));
  for (const [text, id] of Object.entries(model.vocab)) set(id, text, model.byte_fallback && bytes.has(text) ? TYPES.byte : TYPES.normal);
  for (const { content, id, special } of added_tokens) set(id, content, special ? TYPES.control : TYPES.own);
  const unknown = model.unk_token == null ? undefined : model.vocab[model.unk_token];
  // Stryker disable next-line ConditionalExpression: what is set at no number is no type of a token
  if (model.byte_fallback && unknown !== undefined) types[unknown] = TYPES.unknown;
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) throw new FormatError(`${FILE} has the token ${quote(text)} twice.`);
    seen.add(text);
  }
  return { texts, types };
}

/** Tokens are bytes, joined within words. */
function byteLevel({ model, normalizer, pre_tokenizer }: File, merges: Merges): Record<string, GgufValue> {
  if (normalizer && normalizer.type !== 'NFC') refuse(`texts are cleaned by ${quote(normalizer.type)}`);
  const steps = pre_tokenizer
    ? (pre_tokenizer.pretokenizers ?? [pre_tokenizer])
    : // Stryker disable next-line ArrayDeclaration: what has no type is no step that is known
      [];
  const [split, bytes] = steps.length === 2 ? steps : [undefined, ...steps];
  const pattern = patternOf(split);
  const isSplit = !split || (split.type === 'Split' && split.behavior === 'Isolated' && split.invert !== true && pattern !== null);
  const isBytes = steps.length <= 2 && bytes?.type === 'ByteLevel' && bytes.add_prefix_space === false && (bytes.use_regex ?? true) === !split;
  const known = isSplit && isBytes ? splits.find((one) => one.pattern === pattern && one.whole === (model.ignore_merges ?? false)) : undefined;
  if (!known) refuse(`words are told apart by ${quote(pattern ?? steps.map(({ type }) => type).join(', '))}`);
  return {
    'tokenizer.ggml.model': ['string', 'gpt2'],
    'tokenizer.ggml.pre': ['string', known.pre],
    'tokenizer.ggml.merges': ['strings', merges.map(([a, b]) => `${a} ${b}`)],
  };
}

/** Tokens are pieces of a text with marks for its blanks, and bytes where there is no piece. */
function pieces(file: File, merges: Merges, texts: string[]): Record<string, GgufValue> {
  const { model, normalizer, pre_tokenizer } = file;
  const cleaning = normalizer
    ? (normalizer.normalizers ?? [normalizer])
    : // Stryker disable next-line ArrayDeclaration: what has no type is no step that is known
      [];
  const marks = cleaning.at(-1)?.type === 'Replace' && (cleaning.at(-1)!.pattern as { String?: unknown } | null | undefined)?.String === ' ' && cleaning.at(-1)!.content === BLANK;
  const prefix = cleaning[0]?.type === 'Prepend' && cleaning[0].prepend === BLANK;
  if (!marks || cleaning.length !== (prefix ? 2 : 1) || pre_tokenizer) refuse(`texts are prepared by ${quote([...cleaning, ...(pre_tokenizer ? [pre_tokenizer] : [])].map(({ type }) => type).join(', '))}`);
  const missing = Array.from({ length: 256 }, (_, byte) => byteToken(byte)).find((token) => !Object.hasOwn(model.vocab, token));
  if (missing !== undefined) refuse(`there is no token ${quote(missing)} for a byte`);
  const unknown = model.unk_token == null ? undefined : model.vocab[model.unk_token];
  const scores = scoresOf(file, merges);
  return {
    'tokenizer.ggml.model': ['string', 'llama'],
    'tokenizer.ggml.pre': ['string', 'default'],
    'tokenizer.ggml.scores': ['f32s', Float32Array.from(texts, (text) => scores.get(text) ?? NO_SCORE)],
    ...(unknown !== undefined && { 'tokenizer.ggml.unknown_token_id': ['u32', unknown] as const }),
    'tokenizer.ggml.add_space_prefix': ['bool', prefix],
  };
}

/**
 * Scores of tokens, the highest of which are joined first, as merges say it by their order. By scores any two neighbours are
 * joined that make a token: throws FormatError where merges leave such a pair out, or join one token's pairs at different times.
 */
function scoresOf({ model: { vocab }, added_tokens }: File, merges: Merges): Map<string, number> {
  const scores = new Map<string, number>();
  const pairs = new Set<string>();
  // Stryker disable next-line StringLiteral: nothing has been joined before the first
  let last = '';
  for (const [a, b] of merges) {
    const made = a + b;
    if (made !== last && scores.has(made)) refuse(`${quote(made)} is joined early of some pieces and late of others`);
    if (made !== last) scores.set((last = made), -scores.size);
    pairs.add(`${a} ${b}`);
  }
  const apart = new Set(added_tokens.map(({ content }) => content));
  for (const token of Object.keys(vocab)) {
    if (apart.has(token)) continue;
    for (let at = 1; at < token.length; at++) {
      const [a, b] = [token.slice(0, at), token.slice(at)];
      if (Object.hasOwn(vocab, a) && Object.hasOwn(vocab, b) && !pairs.has(`${a} ${b}`)) refuse(`${quote(a)} and ${quote(b)} are not joined, although ${quote(token)} is a token`);
    }
  }
  return scores;
}

/** The model's name so that llama.cpp drops blanks behind added tokens, or keeps them, as the tokenizer does. */
function nameFor(name: string, { model, added_tokens }: File): string {
  if (!added_tokens.some(({ lstrip, rstrip, single_word }) => lstrip || rstrip || single_word)) return name.replaceAll(new RegExp(STRIPS, 'gi'), 'Phi 3');
  const there = new Set([...Object.keys(model.vocab), ...added_tokens.map(({ content }) => content)]);
  const alike = ['</s>', ...KEPT].every((token) => there.has(token)) && added_tokens.every(({ content, lstrip, rstrip, single_word }) => !lstrip && !single_word && (rstrip ?? false) === !KEPT.includes(content));
  if (!alike) refuse('some added tokens take blanks beside them along');
  return STRIPS.test(name) ? name : `Phi-3 ${name}`;
}
