import * as z from 'zod/mini';
import { quote } from '../errors/text';
import { WORDS, END, numbered, pairOf, START, WORD_END, type BytePairs } from './bytePairs';
import { parseJson } from './checkpoint';
import { FormatError } from './formatError';

const FILE = 'tokenizer.json';

const step = z.looseObject({ type: z.string() });
const file = z.looseObject({
  model: z.looseObject({
    type: z.nullish(z.string()),
    vocab: z.record(z.string(), z.unknown()),
    merges: z.array(z.unknown()).check(z.maxLength(1_000_000)),
    end_of_word_suffix: z.nullish(z.string()),
    continuing_subword_prefix: z.nullish(z.string()),
    byte_fallback: z.nullish(z.boolean()),
    ignore_merges: z.nullish(z.boolean()),
  }),
  normalizer: z.nullish(z.looseObject({ type: z.string(), normalizers: z.nullish(z.array(step)) })),
  pre_tokenizer: z.nullish(z.looseObject({ type: z.string(), pretokenizers: z.nullish(z.array(step)) })),
  added_tokens: z.nullish(z.array(z.looseObject({ content: z.string(), id: z.int() })).check(z.maxLength(1000))),
});

/** The regular expression by which a step of a pre-tokenizer splits; null where it has none. */
export function patternOf(split: Record<string, unknown> | undefined): string | null {
  const { Regex: pattern } = (split?.pattern ?? {}) as { Regex?: unknown };
  return typeof pattern === 'string' ? pattern : null;
}

/** The pairs of a `tokenizer.json`. Throws FormatError unless it does what CLIP's does: anything else would give other tokens. */
export function readTokenizerJson(bytes: Uint8Array): BytePairs {
  const { model, normalizer, pre_tokenizer, added_tokens } = parseJson(bytes, FILE, file);
  const refuse = (what: string): never => {
    throw new FormatError(`${FILE}: ${what}; CLIP's tokenizer is what can be used here.`);
  };
  if ((model.type ?? 'BPE') !== 'BPE') refuse(`the model is ${quote(String(model.type))}, not BPE`);
  if (model.end_of_word_suffix !== WORD_END) refuse(`end_of_word_suffix is ${quote(model.end_of_word_suffix ?? '')}, not ${WORD_END}`);
  if (model.continuing_subword_prefix) refuse(`continuing_subword_prefix is ${quote(model.continuing_subword_prefix)}`);
  if (model.byte_fallback || model.ignore_merges) refuse('byte_fallback or ignore_merges is set');
  const cleaning = normalizer ? (normalizer.normalizers ?? [normalizer]).map((n) => n.type).join(', ') : 'nothing';
  if (cleaning !== 'NFC, Replace, Lowercase') refuse(`texts are cleaned by ${quote(cleaning)}, not by NFC, Replace, Lowercase`);
  const splitting = pre_tokenizer
    ? (pre_tokenizer.pretokenizers ?? [pre_tokenizer])
    : // Stryker disable next-line ArrayDeclaration: what has no type is no step that is known
      [];
  const types = splitting.map((s) => s.type).join();
  const pattern = patternOf(splitting.find((s) => s.type === 'Split'));
  const known: (string | null)[] = [WORDS, `<\\|startoftext\\|>|<\\|endoftext\\|>|${WORDS}`];
  if (types !== 'Split,ByteLevel' || !known.includes(pattern)) refuse(`words are told apart by ${quote(pattern ?? types)}`);
  const own = Object.entries(model.vocab);
  const have = new Set(own.map(([token]) => token));
  const more = (added_tokens ?? []).filter((t) => !have.has(t.content)).map((t): [string, number] => [t.content, t.id]);
  return { vocabulary: numbered([...own, ...more], FILE), merges: model.merges.map((m) => pairOf(m, FILE)) };
}

/** Names of the special tokens; `pad` is null where texts are filled up with 0. */
export interface Special {
  start: string;
  end: string;
  pad: string | null;
}

const token = z.nullish(z.union([z.string(), z.looseObject({ content: z.string() })]));
const names = z.looseObject({ bos_token: token, eos_token: token, pad_token: token });

/** The special tokens as `tokenizer_config.json` or `special_tokens_map.json` name them, else CLIP's. Throws FormatError. */
export async function readSpecial(paths: readonly string[], read: (path: string) => Promise<Uint8Array>): Promise<Special> {
  const found = ['tokenizer_config.json', 'special_tokens_map.json'].find((path) => paths.includes(path));
  const given = found === undefined ? {} : parseJson(await read(found), found, names);
  const text = (t: z.output<typeof token>) => (typeof t === 'string' ? t : t?.content);
  const end = text(given.eos_token) ?? END;
  return { start: text(given.bos_token) ?? START, end, pad: text(given.pad_token) ?? end };
}
