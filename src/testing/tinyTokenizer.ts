import { byteLetters, WORDS, END, START, WORD_END } from '../io/bytePairs';

/** Merges that spell a few words. */
export const tinyMerges = ['p h', 'ph o', 'pho t', `phot o${WORD_END}`, `o f${WORD_END}`, 'c l', 'cl a', 'cla s', `clas s${WORD_END}`];

/** The files of a small tokenizer of CLIP's kind, in the form of `tokenizer.json`; 512 + merges + 2 tokens. */
export function tinyTokenizerJson(change: (json: Record<string, Record<string, unknown>>) => void = () => {}): Uint8Array {
  const letters = byteLetters();
  const tokens = [...letters, ...letters.map((l) => l + WORD_END), ...tinyMerges.map((m) => m.replace(' ', '')), START, END];
  const json = {
    version: '1.0',
    added_tokens: [START, END].map((content) => ({ id: tokens.indexOf(content), content, special: true })),
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }, { type: 'Lowercase' }] },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: WORDS }, behavior: 'Removed', invert: true }, { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true }] },
    model: { type: 'BPE', unk_token: END, continuing_subword_prefix: '', end_of_word_suffix: WORD_END, vocab: Object.fromEntries(tokens.map((t, i) => [t, i])), merges: tinyMerges },
  };
  change(json as never);
  return new TextEncoder().encode(JSON.stringify(json));
}
