import { ConfigError } from '../adapters/fields';
import type { Tokenizer } from '../io/tokenizer';
import type { TextTower } from '../models/model';
import { MAX_LENGTH, MAX_TEMPLATES, PLACE, promptOf, splitTemplates } from './prompts.meta';

/** Texts of all classes, tokenised: row class * templates + template. */
export interface ClassPrompts {
  classes: string[];
  templates: string[];
  /** Tokens of a row: as few as the longest text needs, since causal attention does not look behind the end of text. */
  tokens: number;
  /** (classes * templates, tokens). */
  ids: Uint32Array;
  /** Place of the token that each row is pooled at. */
  ends: Uint32Array;
}

/** Prompt templates, one a line (or with | between them), each with {} for the class. Throws ConfigError. */
export function parseTemplates(text: string): string[] {
  const templates = splitTemplates(text);
  if (!templates.length) throw new ConfigError('there is no prompt template; give one such as "a photo of a {}.".');
  if (templates.length > MAX_TEMPLATES) throw new ConfigError(`there are ${templates.length} prompt templates; at most ${MAX_TEMPLATES} are averaged.`);
  for (const template of templates) {
    const shown = JSON.stringify(template.slice(0, 80));
    if (template.length > MAX_LENGTH) throw new ConfigError(`the prompt template ${shown}... has ${template.length} letters, at most ${MAX_LENGTH} are accepted.`);
    if (!template.includes(PLACE)) throw new ConfigError(`the prompt template ${shown} has no {} for the name of the class.`);
  }
  return templates;
}

/** Throws ConfigError where a tokenizer knows tokens that the tower does not. */
export function fitting(tokenizer: Tokenizer, tower: TextTower): void {
  if (tokenizer.size > tower.vocab_size) throw new ConfigError(`the tokenizer has ${tokenizer.size} tokens and the text tower knows ${tower.vocab_size}; they do not belong together.`);
}

/** Tokenises every template of every class. */
export function classPrompts(tokenizer: Tokenizer, tower: TextTower, classes: string[], templates: string[]): ClassPrompts {
  fitting(tokenizer, tower);
  const texts = classes.flatMap((name) => templates.map((template) => promptOf(template, name)));
  const rows = texts.map((text) => tokenizer.encode(text, tower.max_tokens));
  const tokens = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const ids = new Uint32Array(rows.length * tokens).fill(tokenizer.pad);
  rows.forEach((row, i) => ids.set(row, i * tokens));
  const ends = Uint32Array.from(rows, (_, i) => tower.endOf(ids.subarray(i * tokens, (i + 1) * tokens)));
  return { classes, templates, tokens, ids, ends };
}
