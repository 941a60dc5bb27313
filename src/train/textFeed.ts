import { DataError, type Split } from '../data/source';
import type { TextTokenizer } from '../io/textTokenizer';
import { positionsOf, readoutOf, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { IGNORED, type HostBatch } from '../tasks/task';
import type { Feed } from './images';
import { UnknownWords } from './unknownWords';

/** A text as the model takes it. */
interface Row {
  ids: number[];
  types: number[];
  /** Labels, one or as many as there are tokens. */
  labels: number[];
  /** Words and their first tokens, where words have a class each. */
  words: { word: string; at: number }[];
}

/** Words and signs of a text that nobody has parted, as the field's sets of tagged words have them. */
export const wordsIn = (text: string): string[] => text.match(/[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|\S/gu) ?? [];

/** Words as one text of at most so many tokens, and where each of them that has a token and is not cut begins. */
export function wordTokens(tokenizer: TextTokenizer, words: readonly string[], most?: number): Pick<ReturnType<TextTokenizer['around']>, 'ids' | 'types' | 'first'> & { placed: { of: number; at: number }[] } {
  const pieces = words.map((word) => tokenizer.plain(` ${word}`));
  const { ids, types, first } = tokenizer.around(pieces.flat(), null, most);
  const placed: { of: number; at: number }[] = [];
  const [from, end] = first;
  let at = from;
  pieces.forEach((piece, of) => {
    if (piece.length && at < end) placed.push({ of, at });
    at += piece.length;
  });
  return { ids, types, first, placed };
}

/** Lengths of texts in tokens: the longest when all are cut to `most`, how many are longer, and how many tokens of these are cut. */
export interface Lengths {
  most: number;
  texts: number;
  longest: number;
  cut: number;
  lost: number;
  /** Some of them are two texts. */
  pairs?: boolean;
}

/** The same of texts of so many tokens each. */
export function lengthsOf(tokens: readonly number[], most: number): Lengths {
  const lost = tokens.map((length) => Math.max(0, length - most));
  return { most, texts: tokens.length, longest: tokens.reduce((longest, length) => Math.max(longest, Math.min(length, most)), 1), cut: lost.filter((one) => one > 0).length, lost: lost.reduce((a, b) => a + b, 0) };
}

/** Says of the texts of `name` how many are cut; nothing where none is. */
export function cutNotes(name: string, { most, texts, cut, lost, pairs }: Lengths): string[] {
  if (cut === 0) return [];
  return [
    pairs
      ? `${name}: ${cut} of ${texts} pairs are longer than ${most} tokens; the longer text of each is cut, ${lost} tokens in all.`
      : `${name}: ${cut} of ${texts} texts are longer than ${most} tokens and end there; ${lost} tokens are cut.`,
  ];
}

/** Longest text of a set in tokens, each split by its own lengths, and notes on those that are cut. */
export function measured({ train, val: validation, test }: { train: Split; val?: Split | null; test: Split }, lengths: (split: Split) => Lengths): { longest: number; notes: string[] } {
  const all = Object.entries({ train, validation, test }).flatMap(([name, split]) => (split ? [{ name, found: lengths(split) }] : []));
  return { longest: Math.max(...all.map(({ found }) => found.longest)), notes: all.flatMap(({ name, found }) => cutNotes(name, found)) };
}

/** Throws DataError where a tokenizer and a model do not belong together. */
export function fittingTokenizer(tokenizer: TextTokenizer, { language: { vocab_size } }: TextModel): void {
  if (tokenizer.size > vocab_size) throw new DataError(`The tokenizer has ${tokenizer.size} tokens and the model knows ${vocab_size}; they do not belong together.`);
}

/**
 * Turns the texts of a split into rows of tokens as long as the model is recorded for: cut, and filled up on the right. A word's class
 * belongs to its first token, the others do not count. Each text is tokenised once.
 */
export class TextFeed implements Feed {
  private readonly rows: (Row | undefined)[] = [];
  readonly width: number;

  constructor(
    private readonly split: Split,
    private readonly tokenizer: TextTokenizer,
    private readonly model: TextModel,
  ) {
    fittingTokenizer(tokenizer, model);
    const { byTokens, vocabulary } = readoutOf(model.language);
    if (vocabulary) throw new DataError('labelled texts train models that classify; a model that goes on with texts is trained as such, or as a classifier (--task sequence-classification).');
    this.width = byTokens ? model.language.tokens : 1;
  }

  /** Writes the texts at `indices` and their labels; rows beyond are not touched. */
  fill(indices: ArrayLike<number>, _epoch: number, batch: HostBatch): Promise<void> {
    const { language } = this.model;
    const T = language.tokens;
    const pad = language.pad_token_id ?? this.tokenizer.pad ?? 0;
    for (let b = 0; b < indices.length; b++) {
      const { ids, types, labels } = this.row(defined(indices[b]));
      const whole = batch.input_ids!.subarray(b * T, (b + 1) * T).fill(pad);
      whole.set(ids);
      batch.attention_mask!.subarray(b * T, (b + 1) * T).fill(0).fill(1, 0, ids.length);
      batch.position_ids!.set(positionsOf(language, whole), b * T);
      batch.token_type_ids?.subarray(b * T, (b + 1) * T).fill(0).set(types);
      batch.labels?.set(labels, b * this.width);
    }
    return Promise.resolve();
  }

  /** Of all texts, `width` of each. */
  get labels(): ArrayLike<number> {
    const { count } = this.split;
    return Array.from({ length: count }, (_, i) => this.row(i).labels).flat();
  }

  labelsOf(indices: ArrayLike<number>): ArrayLike<number> {
    return Array.from(indices, (i) => this.row(i).labels).flat();
  }

  /** Lengths of the texts when they are cut to `most` tokens, and how much is cut. */
  lengths(most: number): Lengths {
    const texts = Array.from({ length: this.split.count }, (_, i) => i);
    return { ...lengthsOf(texts.map((i) => this.encoded(i).ids.length), most), pairs: texts.some((i) => this.split.text!(i).second !== null) };
  }

  /** Words of each text that the tokenizer has no tokens for. */
  unknown(): string[][] {
    const words = new UnknownWords(this.tokenizer);
    return Array.from({ length: this.split.count }, (_, i) => {
      const { first, second } = this.split.text!(i);
      return words.in(first, second);
    });
  }

  wordsOf(index: number): readonly { word: string; at: number }[] {
    return this.row(index).words;
  }

  private row(i: number): Row {
    return (this.rows[i] ??= this.encoded(i, this.model.language.tokens));
  }

  private encoded(i: number, most?: number): Row {
    const { first, second, words: own, tags, number } = this.split.text!(i);
    if (!readoutOf(this.model.language).byTokens) {
      const { ids, types } = this.tokenizer.encode(first, second, most);
      return { ids, types: this.types(types), labels: [number ?? defined(this.split.labels[i])], words: [] };
    }
    const words = own ?? wordsIn(first);
    const { ids, types, placed } = wordTokens(this.tokenizer, words, most);
    const labels = new Array<number>(this.width).fill(IGNORED);
    for (const { at, of } of placed) labels[at] = tags?.[of] ?? IGNORED;
    return { ids, types: this.types(types), labels, words: placed.map(({ at, of }) => ({ word: defined(words[of]), at })) };
  }

  /** Types that the model tells apart. */
  private types(types: number[]): number[] {
    const { type_vocab_size } = this.model.language;
    return type_vocab_size > 1 ? types : types.map(() => 0);
  }
}
