import { DataError, type Split, type TextRow } from '../data/source';
import { subset } from '../data/split';
import type { TextTokenizer } from '../io/textTokenizer';
import { positionsOf, type TextModel } from '../models/text';
import { said, type Said } from '../said/said';
import { IGNORED } from '../tasks/causal';
import type { HostBatch } from '../tasks/task';
import type { Feed } from './images';
import { fittingTokenizer } from './textFeed';

/** A text as tokens, each of which is to say the one behind it. */
export interface ContinuationRow {
  ids: readonly number[];
  /** Where what counts begins: the first token of the answer. */
  from: number;
  /** The end of the prompt and the beginning of the answer make one token, which counts. */
  grown: boolean;
}

/**
 * Texts as tokens, with what stands before a text and an end of text behind it. Prompt and answer are read together, as one text; what counts
 * begins where they part from the prompt read alone, which is what a model is given when it is asked. Each text is read once.
 */
export class ContinuationTokens {
  private readonly known = new WeakMap<TextRow, ContinuationRow>();

  constructor(
    readonly tokenizer: TextTokenizer,
    private readonly end: number,
  ) {}

  row(text: TextRow): ContinuationRow {
    const known = this.known.get(text);
    if (known) return known;
    const { tokenizer } = this;
    const { first, second } = text;
    const whole = tokenizer.plain(second === null ? first : first + second);
    const prompt = second === null ? [] : tokenizer.plain(first);
    let same = 0;
    while (same < prompt.length && prompt[same] === whole[same]) same++;
    const { ids, first: [from, to] } = tokenizer.around(whole, null);
    const row = { ids: [...ids.slice(0, to), this.end], from: from + same, grown: same < prompt.length };
    this.known.set(text, row);
    return row;
  }
}

/** The token that ends a text: the tokenizer's, unless the model stops at others alone. Throws DataError where neither names one that the model knows. */
export function endOfText(tokenizer: TextTokenizer, { id, config }: { id: string; config: Record<string, unknown> }, { language }: TextModel): number {
  const ends = [config.eos_token_id].flat().filter((one): one is number => Number.isInteger(one));
  const end = tokenizer.eos !== null && (ends.length === 0 || ends.includes(tokenizer.eos)) ? tokenizer.eos : ends[0];
  if (end === undefined) throw new DataError(said`${id} names no token that ends a text (eos_token in tokenizer_config.json, or eos_token_id in config.json), by which answers end; add it.`);
  if (!(end >= 0 && end < language.vocab_size)) throw new DataError(said`${id} ends texts by the token ${end}, and the model knows tokens 0 to ${language.vocab_size - 1}; they do not belong together.`);
  return end;
}

/** Tokens of a row that count when it is cut to `most`: the first has nothing before it that could say it. */
const countedOf = ({ ids, from }: ContinuationRow, most: number): number => Math.max(0, Math.min(ids.length, most) - Math.max(from, 1));

/** A split whose rows all have something that counts, and what there is to say of it. */
export interface Surveyed {
  split: Split;
  /** Tokens of the longest row, cut. */
  longest: number;
  /** Tokens in all, and those that count. */
  tokens: number;
  counted: number;
  notes: Said[];
}

/** Leaves out rows of which nothing counts within `most` tokens, and counts what is cut. */
export function surveyed(split: Split, tokens: ContinuationTokens, most: number, name: string): Surveyed {
  const kept: number[] = [];
  const sum = { longest: 0, tokens: 0, counted: 0, cut: 0, lost: 0, grown: 0 };
  for (let i = 0; i < split.count; i++) {
    const row = tokens.row(split.text!(i));
    const counted = countedOf(row, most);
    if (counted === 0) continue;
    kept.push(i);
    const length = Math.min(row.ids.length, most);
    sum.longest = Math.max(sum.longest, length);
    sum.tokens += length;
    sum.counted += counted;
    sum.cut += Number(row.ids.length > most);
    sum.lost += row.ids.length - length;
    sum.grown += Number(row.grown);
  }
  const mute = split.count - kept.length;
  const notes: Said[] = [];
  if (sum.cut > 0) notes.push(said`${name}: ${sum.cut} of ${split.count} texts are longer than ${most} tokens and end there; ${sum.lost} tokens are cut.`);
  if (mute > 0) notes.push(said`${name}: ${mute} of ${split.count} texts are left out, because nothing of their answer is within ${most} tokens.`);
  if (sum.grown > 0) notes.push(said`${name}: in ${sum.grown} of ${split.count} texts the end of the prompt and the beginning of the answer make one token; let the answer begin with the blank rather than the prompt end with it.`);
  return { split: mute > 0 ? subset(split, kept) : split, longest: sum.longest, tokens: sum.tokens, counted: sum.counted, notes };
}

/** Turns the texts of a split into rows of tokens as long as the model is recorded for, cut and filled up on the right, with labels where they count. */
export class ContinuationFeed implements Feed {
  readonly width: number;

  constructor(
    private readonly split: Split,
    private readonly tokens: ContinuationTokens,
    private readonly model: TextModel,
  ) {
    fittingTokenizer(tokens.tokenizer, model);
    this.width = model.language.tokens;
  }

  /** Writes the texts at `indices` and their labels; rows beyond are not touched. */
  fill(indices: ArrayLike<number>, _epoch: number, batch: HostBatch): Promise<void> {
    const { width: T, model: { language } } = this;
    const pad = language.pad_token_id ?? this.tokens.tokenizer.pad ?? 0;
    for (let b = 0; b < indices.length; b++) {
      const { ids } = this.row(indices[b]!);
      const part = (name: string) => batch[name]!.subarray(b * T, (b + 1) * T);
      const whole = part('input_ids').fill(pad);
      whole.set(ids);
      part('attention_mask').fill(0).fill(1, 0, ids.length);
      part('position_ids').set(positionsOf(language, whole));
      batch.labels?.set(this.labelsAt(indices[b]!), b * T);
    }
    return Promise.resolve();
  }

  /** Of all texts, one for each token. */
  get labels(): ArrayLike<number> {
    return this.labelsOf(Array.from({ length: this.split.count }, (_, i) => i));
  }

  labelsOf(indices: ArrayLike<number>): ArrayLike<number> {
    const all = new Uint32Array(indices.length * this.width);
    for (let b = 0; b < indices.length; b++) all.set(this.labelsAt(indices[b]!), b * this.width);
    return all;
  }

  /** The tokens from where they count, and nothing before them or where a row is filled up. */
  private labelsAt(i: number): Uint32Array {
    const { ids, from } = this.row(i);
    const labels = new Uint32Array(this.width).fill(IGNORED);
    labels.set(ids.slice(from), from);
    return labels;
  }

  private row(i: number): ContinuationRow {
    const { ids, from, grown } = this.tokens.row(this.split.text!(i));
    return { ids: ids.slice(0, this.width), from, grown };
  }
}
