/** Tells if a folder has a tokenizer; the code that reads one, most of a library, is fetched where texts are read. */

/** transformers' fast tokenizers are one file. */
export const FILE = 'tokenizer.json';
/** The vocabulary of openai's own CLIP. */
export const SIMPLE = 'bpe_simple_vocab_16e6.txt';

/** True when a folder has the files of CLIP's tokenizer. */
export const hasTokenizer = (paths: readonly string[]): boolean =>
  paths.includes(FILE) || (paths.includes('vocab.json') && paths.includes('merges.txt')) || paths.includes(SIMPLE) || paths.includes(`${SIMPLE}.gz`);

/** True when a folder has the tokenizer of a model of texts. */
export const hasTextTokenizer = (paths: readonly string[]): boolean => paths.includes(FILE);
