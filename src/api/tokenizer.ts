import type { FileTree } from '../io/fileTree';
import type { TextTokenizer } from '../io/textTokenizer';
import { filesOf, type HubOptions } from './files';

/** Options for turning texts into rows of tokens, by transformers' names. */
export interface TokenizerOptions {
  /** Second texts, of pairs. */
  text_pair?: string | readonly string[];
  /** Most tokens of a row: longer ones are cut, of a pair the longer text first. */
  max_length?: number;
}

/** Whole numbers of a shape. */
export interface IntTensor {
  data: Uint32Array;
  dims: [batch: number, tokens: number];
}

/** Rows of tokens, filled up on the right to the longest. */
export interface TokenizedTexts {
  input_ids: IntTensor;
  attention_mask: IntTensor;
  token_type_ids: IntTensor;
}

/** Makes of texts what a model takes. Throws FormatError of what its files do not fit. */
export interface Tokenizer {
  (texts: string | readonly string[], options?: TokenizerOptions): TokenizedTexts;
  /** Tokens of a text, with what stands around it. */
  encode(text: string, options?: { text_pair?: string; add_special_tokens?: boolean }): number[];
  /** The text of tokens. */
  decode(ids: ArrayLike<number>, options?: { skip_special_tokens?: boolean }): string;
  /** Tokens that end a text and that fill rows up; null if its files name none. */
  eos_token_id: number | null;
  pad_token_id: number | null;
}

/** The same of a tokenizer that is open. */
export function asTokenizer(tokenizer: TextTokenizer): Tokenizer {
  const rows = (texts: string | readonly string[], { text_pair, max_length = Infinity }: TokenizerOptions = {}): TokenizedTexts => {
    const firsts = typeof texts === 'string' ? [texts] : texts;
    const seconds = typeof text_pair === 'string' ? [text_pair] : text_pair;
    const read = firsts.map((first, i) => tokenizer.encode(first, seconds?.[i] ?? null, max_length));
    const tokens = read.reduce((most, { ids }) => Math.max(most, ids.length), 0);
    const tensor = (fill: number, of: (row: (typeof read)[0]) => ArrayLike<number>): IntTensor => {
      const data = new Uint32Array(read.length * tokens).fill(fill);
      read.forEach((row, i) => data.set(of(row), i * tokens));
      return { data, dims: [read.length, tokens] };
    };
    return { input_ids: tensor(tokenizer.pad ?? 0, ({ ids }) => ids), attention_mask: tensor(0, ({ ids }) => ids.map(() => 1)), token_type_ids: tensor(0, ({ types }) => types) };
  };
  return Object.assign(rows, {
    encode: (text: string, { text_pair, add_special_tokens = true }: { text_pair?: string; add_special_tokens?: boolean } = {}) => (add_special_tokens ? tokenizer.encode(text, text_pair ?? null).ids : tokenizer.plain(text)),
    decode: (ids: ArrayLike<number>, { skip_special_tokens = false } = {}) => tokenizer.decode(Array.from(ids), { special: !skip_special_tokens }),
    eos_token_id: tokenizer.eos,
    pad_token_id: tokenizer.pad,
  });
}

export const AutoTokenizer = {
  /** The tokenizer of a model of texts, by its id on the hub or out of the files of its folder (`tokenizer.json`). Throws HubError or FormatError. */
  async from_pretrained(from: string | FileTree, options: HubOptions = {}): Promise<Tokenizer> {
    const files = await filesOf(from, { weights: false, ...options });
    return asTokenizer(await (await import('../io/textTokenizer')).openTextTokenizer(files));
  },
};
