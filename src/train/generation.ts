import { DataError } from '../data/source';
import { readGenerationConfig, type GenerationConfig } from '../io/generationConfig';
import type { TextTokenizer } from '../io/textTokenizer';
import type { BeamSearch } from './beams';
import type { Sampling } from './generate';
import type { LoadedModel } from './openModel';

/** A model's settings for generating texts, from its folder's generation_config.json, config.json and tokenizer. */
export interface Generation {
  id: string;
  config: GenerationConfig;
  /** Tokens that end a text. */
  ends: number[];
}

/** Settings that are given, by transformers' names; those left out are the model's. */
export type GivenSettings = Partial<Pick<Sampling, 'max_new_tokens' | 'temperature' | 'top_k' | 'top_p'> & Pick<BeamSearch, 'num_beams' | 'length_penalty' | 'no_repeat_ngram_size'>>;

/** Settings for generating texts; the number of new tokens depends on the prompt. */
export type Settings = Required<Omit<GivenSettings, 'max_new_tokens'>>;

/** transformers' settings where nothing else is said. */
const usual = { top_k: 50, max_new_tokens: 20 };

/**
 * Reads a model's settings for generating texts. The ends are those of generation_config.json, which transformers reads instead of
 * config.json; where it names none, those of config.json, or the tokenizer's, as a text should end. Throws FormatError for a bad file.
 */
export async function generationOf({ id, files, config }: Pick<LoadedModel, 'id' | 'files' | 'config'>, tokenizer?: Pick<TextTokenizer, 'eos'>): Promise<Generation> {
  const generation = await readGenerationConfig(files);
  const ends = [generation.eos_token_id ?? config.eos_token_id ?? tokenizer?.eos].flat().filter((end): end is number => Number.isInteger(end) && Number(end) >= 0);
  return { id, config: generation, ends: [...new Set(ends)] };
}

/**
 * Settings for a model's texts: as asked, else as its generation_config.json says, else as transformers does without one: the
 * likeliest token follows. Beams never draw here: a file that asks for both draws, and beams that the caller asks for do not.
 */
export function settingsOf(asked: GivenSettings, { config }: Generation): Settings {
  const draws = config.do_sample === true && !((asked.num_beams ?? 1) > 1);
  const temperature = asked.temperature ?? (draws ? (config.temperature ?? 1) : 0);
  // What is null in the file is switched off, for transformers.
  const top_k = config.top_k === undefined && config.do_sample === true ? usual.top_k : (config.top_k ?? 0);
  return {
    temperature,
    top_k: asked.top_k ?? top_k,
    top_p: asked.top_p ?? config.top_p ?? 1,
    num_beams: asked.num_beams ?? (temperature > 0 ? 1 : (config.num_beams ?? 1)),
    length_penalty: asked.length_penalty ?? config.length_penalty ?? 1,
    no_repeat_ngram_size: asked.no_repeat_ngram_size ?? config.no_repeat_ngram_size ?? 0,
  };
}

/**
 * New tokens behind a prompt of so many: as asked, else as the file says, of which `max_length` counts the prompt too, else twenty; of a
 * model with positions for `most`, no more than they leave unless it was asked. Throws DataError where the file leaves none.
 */
export function newTokens({ max_new_tokens }: GivenSettings, { id, config }: Generation, prompt: number, most: number): number {
  if (max_new_tokens !== undefined) return max_new_tokens;
  // transformers takes a max_length of twenty, its own default, for new tokens.
  const whole = config.max_length ?? usual.max_new_tokens;
  const wanted = config.max_new_tokens ?? (whole === usual.max_new_tokens ? whole : whole - prompt);
  if (wanted < 1) throw new DataError(`The prompt has ${prompt} tokens, and generation_config.json of ${id} ends texts at ${whole}; set max_new_tokens.`);
  return prompt < most ? Math.min(wanted, most - prompt) : wanted;
}
