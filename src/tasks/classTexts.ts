import type { Tokenizer } from '../io/tokenizer';
import { readsTexts } from '../models/byText';
import type { ClassTexts, Model, TextTower } from '../models/model';
import { defined } from '../numbers/defined';
import { fitting } from './prompts';
import { PLACE, promptOf } from './prompts.meta';

/** Tokens of the classes' names, of `words`, and of what stands around them. Throws ConfigError where the tokenizer is another model's. */
export function classTexts(tokenizer: Tokenizer, tower: TextTower, classes: readonly string[], words: string): ClassTexts {
  fitting(tokenizer, tower);
  const inside = (text: string) => tokenizer.encode(text).slice(1, -1);
  const { start, end, pad } = tokenizer;
  return { names: classes.map((name) => inside(promptOf(PLACE, name))), start, end, pad, stop: inside('.'), words: inside(words) };
}

/** A model with the names of its classes as texts, where it reads texts: for plans and counts of methods that train what stands around them. */
export const withNames = (model: Model, tokenizer: Tokenizer): Model => (model.text && readsTexts(model) ? model.as({ classTexts: classTexts(tokenizer, model.text, model.labels, '') }) : model);

/**
 * The classes as texts out of rows of tokens (K, T) as a tokenizer gives them: start, `vectors` tokens in whose place vectors stand, the
 * rest, end, and what fills them up. `ends` are the places of the ends. The rest is the name; with `lens` (K) it is that many tokens of it, and
 * what follows them stands behind every text.
 */
export function textsOfRows(ids: Uint32Array, ends: ArrayLike<number>, vectors: number, lens?: ArrayLike<number>): ClassTexts {
  const T = ids.length / ends.length;
  const rows = Array.from(ends, (end, k) => ({ row: [...ids.subarray(k * T, (k + 1) * T)], end, to: lens ? 1 + vectors + defined(lens[k]) : end }));
  const [{ row, end, to }] = rows as [(typeof rows)[0]];
  return { names: rows.map((one) => one.row.slice(1 + vectors, one.to)), start: defined(row[0]), end: defined(row[end]), stop: row.slice(to, end), pad: row.at(-1)!, words: [] };
}
