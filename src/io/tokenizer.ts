import { Tokenizer as Library } from '@huggingface/tokenizers';
import { quote } from '../errors/text';
import { WORDS, END, filedVocabulary, MAX_VOCABULARY_BYTES, simpleVocabulary, START, WORD_END, type BytePairs } from './bytePairs';
import type { FileTree } from './fileTree';
import { FormatError } from './formatError';
import { gunzip } from './gunzip';
import { hasTokenizer, SIMPLE } from './tokenizerFiles';
import { readSpecial, readTokenizerJson, type Special } from './tokenizerJson';

/** Letters of a text that are looked at: far more than 77 tokens hold, so that a text of megabytes costs nothing. */
const MAX_TEXT = 20_000;

/**
 * CLIP's tokenizer: NFC, white space as one blank, lower case, words, bytes, pairs. The joining is Hugging Face's
 * library; the way there is always CLIP's, so that no pattern of a file is ever run.
 */
export class Tokenizer {
  readonly size: number;
  readonly start: number;
  readonly end: number;
  readonly pad: number;
  private readonly library: Library;

  /** Throws FormatError when a special token is missing. */
  constructor({ vocabulary, merges }: BytePairs, special: Special) {
    const of = (token: string) => {
      const id = vocabulary.get(token);
      if (id === undefined) throw new FormatError(`The vocabulary has no token ${quote(token)}, which CLIP's texts need.`);
      return id;
    };
    this.size = vocabulary.size;
    this.start = of(special.start);
    this.end = of(special.end);
    this.pad = special.pad === null ? 0 : of(special.pad);
    const added = [special.start, special.end].map((content) => ({ id: of(content), content, special: true }));
    this.library = new Library(
      {
        added_tokens: added,
        normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] },
        pre_tokenizer: { type: 'Sequence', pretokenizers: [
          {
            type: 'Split', pattern: { Regex: WORDS }, invert: true,
            // Stryker disable next-line StringLiteral: what an inverted pattern finds is kept, whatever is said of the rest
            behavior: 'Removed',
          },
          {
            type: 'ByteLevel', add_prefix_space: false,
            // Stryker disable next-line BooleanLiteral: what is one by WORDS is one by that as well
            use_regex: false,
          },
        ] },
        post_processor: null,
        decoder: { type: 'ByteLevel' },
        model: { type: 'BPE', vocab: Object.fromEntries(vocabulary), merges, unk_token: special.end, end_of_word_suffix: WORD_END },
      },
      {},
    );
  }

  /** Ids of a text between start and end of text; at most `length`, the last of which is the end of text. */
  encode(text: string, length = Infinity): number[] {
    const short = text.replace(/\s+/g, ' ').slice(0, MAX_TEXT);
    const { ids } = this.library.encode(short);
    return [this.start, ...ids.slice(0, Math.max(0, length - 2)), this.end];
  }

  /** The text of ids, without special tokens; words apart by one blank, as the vocabulary has them. */
  decode(ids: readonly number[]): string {
    // Numbers that there are not are read as the end of text, which is left out with the special ones.
    return ids.length ? this.library.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }) : '';
  }

  /** Rows of `length` ids, cut and padded. */
  rows(texts: readonly string[], length: number): Uint32Array {
    const rows = new Uint32Array(texts.length * length).fill(this.pad);
    texts.forEach((text, i) => rows.set(this.encode(text, length), i * length));
    return rows;
  }
}

/** Opens a folder's tokenizer: tokenizer.json, vocab.json and merges.txt, or openai's vocabulary. Throws FormatError. */
export async function openTokenizer(tree: FileTree): Promise<Tokenizer> {
  const paths = tree.paths();
  const read = async (path: string): Promise<Uint8Array> => {
    const size = await tree.size(path);
    if (size > MAX_VOCABULARY_BYTES) throw new FormatError(`${path} has ${size} bytes, at most ${MAX_VOCABULARY_BYTES} are accepted.`);
    return tree.read(path);
  };
  if (!hasTokenizer(paths)) throw new FormatError(`${quote(tree.name)} has no tokenizer: neither tokenizer.json, nor vocab.json and merges.txt, nor ${SIMPLE}.`);
  if (!paths.includes('tokenizer.json') && !paths.includes('vocab.json')) {
    const zipped = !paths.includes(SIMPLE);
    const bytes = await read(zipped ? `${SIMPLE}.gz` : SIMPLE);
    // openai's code pads with 0.
    return new Tokenizer(simpleVocabulary(utf8(zipped ? await gunzip(bytes, MAX_VOCABULARY_BYTES, `${SIMPLE}.gz`) : bytes, SIMPLE)), { start: START, end: END, pad: null });
  }
  const special = await readSpecial(paths, read);
  if (paths.includes('tokenizer.json')) return new Tokenizer(readTokenizerJson(await read('tokenizer.json')), special);
  return new Tokenizer(filedVocabulary(await read('vocab.json'), utf8(await read('merges.txt'), 'merges.txt')), special);
}

function utf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`${file} is not text in UTF-8.`);
  }
}
