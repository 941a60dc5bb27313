import type { TextTokenizer } from '../io/textTokenizer';

/** A word of letters, or pictures such as emoji: digits and signs are read one by one by many tokenizers whose models know them well. */
const words = /[\p{L}\p{M}]+|[\p{So}\p{Extended_Pictographic}\p{EMod}\u200d\ufe0f]+/gu;
const lettered = /^[\p{L}\p{M}]/u;
/** Letters of alphabets with two cases. Other scripts may well have a token for each sign. */
const alphabetic = /[\p{Lu}\p{Ll}]/u;

/** Tells which words of texts a tokenizer has no tokens for, and a model therefore can hardly know. Each word is looked at once. */
export class UnknownWords {
  private readonly known = new Map<string, boolean>();

  constructor(private readonly tokenizer: Pick<TextTokenizer, 'plain' | 'unk'>) {}

  /** Those of the texts, each once, as they are written. */
  in(...texts: (string | null)[]): string[] {
    const all = texts.flatMap((text) => text?.normalize('NFC').match(words) ?? []);
    return [...new Set(all)].filter((word) => !this.knows(word));
  }

  /** Adds the words of texts to a count of all and of each unknown one. */
  count(into: { all: number; unknown: Map<string, number> }, ...texts: (string | null)[]): void {
    for (const word of texts.flatMap((text) => text?.normalize('NFC').match(words) ?? [])) {
      into.all++;
      if (!this.knows(word)) into.unknown.set(word, (into.unknown.get(word) ?? 0) + 1);
    }
  }

  private knows(word: string): boolean {
    const shown = this.known.get(word) ?? readable(this.tokenizer, word);
    this.known.set(word, shown);
    return shown;
  }
}

/** False where a word is left out or unknown, or, of letters, in bytes or, where it has an alphabet's letters, cut at every second of them or more often: pieces of words are known well, single letters are not. */
function readable(tokenizer: Pick<TextTokenizer, 'plain' | 'unk'>, word: string): boolean {
  const letters = [...word].length;
  // In the middle of a text a word stands behind a blank, which many tokenizers take into its first token.
  const ways = [tokenizer.plain(` ${word}`), tokenizer.plain(word)];
  return ways.some((ids) => ids.length > 0 && !ids.includes(tokenizer.unk ?? -1) && (ids.length === 1 || !lettered.test(word) || (alphabetic.test(word) ? 2 * (ids.length - 1) < letters : ids.length <= letters)));
}
