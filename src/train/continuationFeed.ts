import { DataError, type Split, type TextRow } from '../data/source';
import { subset } from '../data/split';
import type { ChatTemplate } from '../io/chatTemplate';
import type { TextTokenizer } from '../io/textTokenizer';
import type { TextModel } from '../models/text';
import { IGNORED } from '../tasks/task';
import { chatRow, type ChatRow } from './chatTokens';
import { ChoiceRows } from './choices';
import { cutNotes } from './textFeed';
import { TokenRows, type TokenRow } from './tokenRows';

/** A text as tokens, each of which is to say the one behind it. */
export interface ContinuationRow extends Pick<ChatRow, 'ids' | 'refused'> {
  /** Tokens that count, from one place up to another, in order: of a text those of the answer. */
  counts: ChatRow['counts'];
  /** The end of the prompt and the beginning of the answer make one token, which counts. */
  grown?: boolean;
  /** Of a chat: answers that count for nothing, because they were not found in it. */
  missed?: number;
}

/**
 * Texts as tokens, with what stands before a text and an end of text behind it. Prompt and answer are read together, as one text; what counts
 * begins where they part from the prompt read alone, which is what a model is given when it is asked. Chats are read as `chatRow` has it. Each
 * text is read once.
 */
export class ContinuationTokens {
  private readonly known = new WeakMap<TextRow, ContinuationRow>();
  private readonly wrong = new WeakMap<TextRow, TextRow[]>();

  constructor(
    readonly tokenizer: TextTokenizer,
    /** The token that ends a text; of chats the template. */
    private readonly by: number | ChatTemplate,
  ) {}

  row(text: TextRow): ContinuationRow {
    const known = this.known.get(text);
    if (known) return known;
    const row = typeof this.by === 'number' ? this.read(text, this.by) : chatRow(this.tokenizer, this.by, text.messages!);
    this.known.set(text, row);
    return row;
  }

  /** Of a text with choices: the same with each of the wrong ones, in order. */
  others(text: TextRow): readonly TextRow[] {
    if (!text.choices) return [];
    const { first, choices: { all, right } } = text;
    const known = this.wrong.get(text) ?? all.filter((_, choice) => choice !== right).map((second): TextRow => ({ first, second }));
    this.wrong.set(text, known);
    return known;
  }

  /** True if all of a text but its end is within `most` tokens. */
  endsWithin(text: TextRow, most: number): boolean {
    return this.row(text).ids.length - 1 <= most;
  }

  private read({ first, second }: TextRow, end: number): ContinuationRow {
    const { tokenizer } = this;
    const whole = tokenizer.plain(second === null ? first : first + second);
    const prompt = second === null ? [] : tokenizer.plain(first);
    let same = 0;
    while (same < prompt.length && prompt[same] === whole[same]) same++;
    const { ids, first: [from, to] } = tokenizer.around(whole, null);
    return { ids: [...ids.slice(0, to), end], counts: [[from + same, to + 1]], grown: same < prompt.length };
  }
}

/** The token that ends a text: the tokenizer's, unless the model stops at others alone. Throws DataError where neither names one that the model knows. */
export function endOfText(tokenizer: TextTokenizer, { id, config }: { id: string; config: Record<string, unknown> }, { language }: TextModel): number {
  const ends = [config.eos_token_id].flat().filter((one): one is number => Number.isInteger(one));
  const end = tokenizer.eos !== null && (ends.length === 0 || ends.includes(tokenizer.eos)) ? tokenizer.eos : ends[0];
  if (end === undefined) throw new DataError(`${id} names no token that ends a text (eos_token in tokenizer_config.json, or eos_token_id in config.json), by which answers end; add it.`);
  if (!(end >= 0 && end < language.vocab_size)) throw new DataError(`${id} ends texts by the token ${end}, and the model knows tokens 0 to ${language.vocab_size - 1}; they do not belong together.`);
  return end;
}

/** Tokens of a row that count when it is cut to `most`: the first has nothing before it that could say it. */
const countedOf = ({ counts }: ContinuationRow, most: number): number => counts.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, most) - Math.max(from, 1)), 0);

/** A split whose rows all have something that counts, and what there is to say of it. */
export interface Surveyed {
  split: Split;
  /** Tokens of the longest row, cut. */
  longest: number;
  /** Tokens in all, and those that count. */
  tokens: number;
  counted: number;
  notes: string[];
  /** Reason for the first chat that is left out because the template refuses it. */
  refusal?: string;
}

/** Leaves out rows of which nothing counts within `most` tokens, and counts what is cut. */
export function surveyed(split: Split, tokens: ContinuationTokens, most: number, name: string): Surveyed {
  const kept: number[] = [];
  const sum = { longest: 0, tokens: 0, counted: 0, cut: 0, lost: 0, grown: 0, missed: 0, refused: 0, apart: 0 };
  let refusal: string | undefined;
  for (let i = 0; i < split.count; i++) {
    const text = split.text!(i);
    const row = tokens.row(text);
    const counted = countedOf(row, most);
    if (row.refused !== undefined && sum.refused++ === 0) refusal = row.refused;
    sum.missed += row.missed ?? 0;
    if (counted === 0) continue;
    kept.push(i);
    const length = Math.min(row.ids.length, most);
    const others = tokens.others(text);
    sum.longest = others.reduce((longest, other) => Math.max(longest, Math.min(tokens.row(other).ids.length, most)), Math.max(sum.longest, length));
    sum.apart += Number(others.length > 0 && ![text, ...others].every((one) => tokens.endsWithin(one, most)));
    sum.tokens += length;
    sum.counted += counted;
    sum.cut += Number(row.ids.length > most);
    sum.lost += row.ids.length - length;
    sum.grown += Number(row.grown ?? false);
  }
  const mute = split.count - kept.length - sum.refused;
  const notes = cutNotes(name, { ...sum, most, texts: split.count });
  if (mute > 0) notes.push(`${name}: ${mute} of ${split.count} texts are left out, because nothing of their answer is within ${most} tokens.`);
  if (sum.grown > 0) notes.push(`${name}: in ${sum.grown} of ${split.count} texts the end of the prompt and the beginning of the answer make one token; let the answer begin with the blank rather than the prompt end with it.`);
  if (sum.apart > 0) notes.push(`${name}: of ${sum.apart} of ${split.count} texts a choice does not end within ${most} tokens; their choices are not compared.`);
  if (sum.refused > 0) notes.push(`${name}: ${sum.refused} of ${split.count} chats are left out. ${refusal!}`);
  if (sum.missed > 0) notes.push(`${name}: ${sum.missed} answers do not count, because the chat template writes them otherwise inside a chat than at its end; the last ones of chats do.`);
  return { split: kept.length < split.count ? subset(split, kept) : split, longest: sum.longest, tokens: sum.tokens, counted: sum.counted, notes, ...(refusal !== undefined && { refusal }) };
}

/** Texts as rows of tokens, cut, with labels where they count. */
export class ContinuationFeed extends TokenRows {
  private beside?: ChoiceRows | null;

  constructor(
    split: Split,
    private readonly tokens: ContinuationTokens,
    model: TextModel,
  ) {
    super(split, tokens.tokenizer, model);
  }

  /** The wrong choices, where the texts go on by choices. */
  get others(): ChoiceRows | null {
    return (this.beside ??= ChoiceRows.of(this.split, this.tokens, this.width, (split) => new ContinuationFeed(split, this.tokens, this.model)));
  }

  /** Labels are the tokens that count. */
  protected row(i: number): TokenRow {
    const { ids: all, counts } = this.tokens.row(this.split.text!(i));
    const ids = all.slice(0, this.width);
    const labels = new Uint32Array(this.width).fill(IGNORED);
    for (const [from, to] of counts) labels.set(ids.slice(from, to), Math.min(from, this.width));
    return { ids, labels };
  }
}
