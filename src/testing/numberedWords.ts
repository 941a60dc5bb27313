import { TextTokenizer } from '../io/textTokenizer';
import { tinyJson } from './tiny';

/** A tokenizer of so many words, of which word n is called wn; the last one ends a text. */
export const numberedWords = (count: number): TextTokenizer =>
  new TextTokenizer(
    tinyJson({
      version: '1.0', added_tokens: [], normalizer: null, post_processor: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: { type: 'WordPiece', unk_token: 'w0', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(Array.from({ length: count }, (_, i) => [`w${i}`, i])) },
    }),
    tinyJson({ eos_token: `w${count - 1}` }),
  );

/** A text of these words. */
export const numbered = (ids: readonly number[]): string => ids.map((id) => `w${id}`).join(' ');
