import * as z from 'zod/mini';
import { jsonOf, quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { parseJson } from './checkpoint';
import { FormatError } from './formatError';

/** Tokens with their numbers, and which pairs are joined, the most frequent first. */
export interface BytePairs {
  vocabulary: ReadonlyMap<string, number>;
  merges: [string, string][];
}

/** Most tokens that a vocabulary may have, and bytes of one of its files. */
const MAX_TOKENS = 1_000_000;
export const MAX_VOCABULARY_BYTES = 64_000_000;

export const START = '<|startoftext|>';
export const END = '<|endoftext|>';
/** Suffix that CLIP's BPE puts behind the last letter of a word. */
export const WORD_END = '</w>';

/** CLIP's words: contractions, runs of letters, single digits, runs of anything else. */
export const WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** Merges that CLIP takes of `bpe_simple_vocab_16e6.txt`: 49152 tokens, less the bytes and the two special ones. */
const MERGES = 49_152 - 256 - 2;

/** The letters that stand for the 256 bytes, in the order of CLIP's vocabulary. Source: openai/CLIP simple_tokenizer.py. */
export function byteLetters(): string[] {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const printable = [...range(0x21, 0x7e), ...range(0xa1, 0xac), ...range(0xae, 0xff)];
  const rest = range(0, 255).filter((b) => !printable.includes(b));
  return [...printable.map((b) => String.fromCodePoint(b)), ...rest.map((_, i) => String.fromCodePoint(256 + i))];
}

/** The vocabulary that openai's and open_clip's code build from `bpe_simple_vocab_16e6.txt`: 49,408 tokens. Throws FormatError. */
export function simpleVocabulary(text: string): BytePairs {
  const merges = parseMerges(text, 'bpe_simple_vocab_16e6.txt').slice(0, MERGES);
  const letters = byteLetters();
  const tokens = [...letters, ...letters.map((l) => l + WORD_END), ...merges.map(([a, b]) => a + b), START, END];
  return { vocabulary: numbered(tokens.map((token, i) => [token, i]), 'bpe_simple_vocab_16e6.txt'), merges };
}

/** The vocabulary of `vocab.json` and `merges.txt`. Throws FormatError. */
export function filedVocabulary(vocabulary: Uint8Array, merges: string): BytePairs {
  const json = parseJson(vocabulary, 'vocab.json', z.record(z.string(), z.unknown()));
  return { vocabulary: numbered(Object.entries(json), 'vocab.json'), merges: parseMerges(merges, 'merges.txt') };
}

/** Lines of two tokens; a first line with `#version` is a header. Throws FormatError. */
function parseMerges(text: string, file: string): [string, string][] {
  const lines = text.split('\n');
  if (defined(lines[0]).includes('#version')) lines.shift();
  if (lines.length > MAX_TOKENS) throw new FormatError(`${file} has ${lines.length} lines, at most ${MAX_TOKENS} are accepted.`);
  return lines.flatMap((line) => {
    const plain = line.replace(/\r$/, '');
    return plain === '' ? [] : [pairOf(plain, file)];
  });
}

/** `a b`, or [a, b] as newer tokenizer.json files have it. Throws FormatError. */
export function pairOf(value: unknown, file: string): [string, string] {
  const pair: unknown = typeof value === 'string' ? value.split(' ') : value;
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((token) => typeof token === 'string' && token !== '')) throw new FormatError(`${file} has a merge ${quote(jsonOf(value))}, which is not two tokens.`);
  return pair as [string, string];
}

/** Tokens by name. Throws FormatError unless the numbers are 0 to n - 1, each once. */
export function numbered(entries: [string, unknown][], file: string): Map<string, number> {
  const n = entries.length;
  if (n === 0 || n > MAX_TOKENS) throw new FormatError(`${file} has ${n} tokens; between 1 and ${MAX_TOKENS} can be used.`);
  const taken = new Uint8Array(n);
  for (const [token, given] of entries) {
    const id = Number.isInteger(given) ? (given as number) : -1;
    if (id < 0 || id >= n) throw new FormatError(`${file} gives ${quote(token)} the number ${quote(jsonOf(given))}; ${n} tokens have numbers 0 to ${n - 1}.`);
    if (taken[id] === 1) throw new FormatError(`${file} gives ${quote(token)} the number ${id}, which another token has.`);
    taken[id] = 1;
  }
  const map = new Map(entries as [string, number][]);
  if (map.size < n) throw new FormatError(`${file} makes the same token twice.`);
  return map;
}
