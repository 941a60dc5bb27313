import type { TextTokenizer } from '../io/textTokenizer';
import { UsageError, wholeFrom, type Flag, type Given } from './command';

/** Flags of the commands that go on with texts without drawing. */
export const searchFlags: Flag[] = [
  { name: 'max_new_tokens', kind: 'integer', default: 20, min: 1, help: 'Maximum number of new tokens.' },
  { name: 'eos_token_id', kind: 'text', value: 'A,B', help: 'Tokens that end a text; those of config.json when left out, none when empty.' },
  { name: 'num_beams', kind: 'integer', default: 1, min: 1, help: 'Number of beams; 1 means no beam search.' },
  { name: 'length_penalty', kind: 'number', default: 1, help: 'Beam search: the score of a text is divided by its length to this power.' },
  { name: 'no_repeat_ngram_size', kind: 'integer', default: 0, min: 0, help: 'Beam search: no sequence of this many tokens occurs twice; 0 means no restriction.' },
];

/** What they say. */
export interface Search {
  max_new_tokens: number;
  num_beams: number;
  length_penalty: number;
  no_repeat_ngram_size: number;
}

/** Throws UsageError. */
export const searchFrom = (given: Given): Search => ({
  max_new_tokens: wholeFrom(given, 'max_new_tokens', 1, 1e6) ?? 20,
  num_beams: wholeFrom(given, 'num_beams', 1, 64) ?? 1,
  length_penalty: numberFrom(given, 'length_penalty', -100, 100) ?? 1,
  no_repeat_ngram_size: wholeFrom(given, 'no_repeat_ngram_size', 0, 1e6) ?? 0,
});

/** Tokens that end a text: as given, else the checkpoint's, or the tokenizer's where that names none, and what ends a turn. */
export function endsOf(given: Given, config: Record<string, unknown>, tokenizer: TextTokenizer | undefined, turn: number | null): number[] {
  const list = given.eos_token_id === undefined ? [config.eos_token_id ?? tokenizer?.eos, turn].flat().filter((id) => id !== null && id !== undefined) : String(given.eos_token_id).split(',').filter((id) => id.trim() !== '');
  const ids = list.map(Number);
  if (!ids.every((id) => Number.isInteger(id))) throw new UsageError(`--eos-token-id is ${JSON.stringify(given.eos_token_id)}; it must be whole numbers with commas between`);
  return ids;
}

/** A number of a flag; undefined when it was left out. */
export function numberFrom(given: Given, name: string, min: number, max: number): number | undefined {
  if (given[name] === undefined) return undefined;
  const n = Number(given[name]);
  if (!(n >= min && n <= max)) throw new UsageError(`--${name.replaceAll('_', '-')} is ${JSON.stringify(given[name])}; it must be a number ${max === Infinity ? `from ${min} on` : `from ${min} to ${max}`}`);
  return n;
}
