import { settingsOf, type GivenSettings, type Generation, type Settings } from '../train/generation';
import { UsageError, wholeFrom, type Flag, type Given } from './command';

/** Flags of the commands that go on with texts without drawing. What is left out is as the model's generation_config.json says, and as here where that says nothing. */
export const searchFlags: Flag[] = [
  { name: 'max_new_tokens', kind: 'integer', default: 20, min: 1, help: 'Maximum number of new tokens; when left out, as generation_config.json of the model says, as all that follows.' },
  { name: 'eos_token_id', kind: 'text', value: 'A,B', help: 'Tokens that end a text; when left out those of generation_config.json, else of config.json; none when empty.' },
  { name: 'num_beams', kind: 'integer', default: 1, min: 1, help: 'Number of beams; 1 means no beam search.' },
  { name: 'length_penalty', kind: 'number', default: 1, help: 'Beam search: the score of a text is divided by its length to this power.' },
  { name: 'no_repeat_ngram_size', kind: 'integer', default: 0, min: 0, help: 'Beam search: no sequence of this many tokens occurs twice; 0 means no restriction.' },
];

/** Settings of a search. */
export type Search = Pick<Settings, 'num_beams' | 'length_penalty' | 'no_repeat_ngram_size'>;

/** Search settings given as flags. Throws UsageError. */
export const askedFrom = (given: Given): GivenSettings => ({
  max_new_tokens: wholeFrom(given, 'max_new_tokens', 1, 1e6),
  num_beams: wholeFrom(given, 'num_beams', 1, 64),
  length_penalty: numberFrom(given, 'length_penalty', -100, 100),
  no_repeat_ngram_size: wholeFrom(given, 'no_repeat_ngram_size', 0, 1e6),
});

/** A search that draws nothing, whatever the model's folder says of drawing. */
export function searchOf(asked: GivenSettings, generation: Generation): Search {
  const { num_beams, length_penalty, no_repeat_ngram_size } = settingsOf({ ...asked, temperature: 0 }, generation);
  return { num_beams, length_penalty, no_repeat_ngram_size };
}

/** Tokens that end a text: as given, else the model's and what ends a turn. */
export function endsOf(given: Given, { ends }: Generation, turn: number | null): number[] {
  if (given.eos_token_id === undefined) return turn === null ? ends : [...ends, turn];
  const ids = String(given.eos_token_id).split(',').filter((id) => id.trim() !== '').map(Number);
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
