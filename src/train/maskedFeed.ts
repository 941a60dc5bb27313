import type { ContinuationDataset } from '../data/continuations';
import { DataError, type Split } from '../data/source';
import { streams } from '../data/streams';
import type { TextTokenizer } from '../io/textTokenizer';
import { textModel, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { IGNORED } from '../tasks/task';
import { lengthsOf, measured } from './textFeed';
import type { OpenedTexts } from './textSet';
import { TokenRows, type TokenRow } from './tokenRows';

/** Shares of BERT, as of transformers' DataCollatorForLanguageModeling: tokens that are to be said, and of those such as the model sees hidden, and as another token. */
const [ASKED, HIDDEN, OTHER] = [0.15, 0.8, 0.1];

/**
 * Texts as rows of tokens, cut, some of which are hidden. Which are is drawn by the epoch and the text, so a measurement hides the same ones
 * each time; one at least of each text that has a token of its own.
 */
export class MaskedFeed extends TokenRows {
  readonly drawn = true;
  private readonly mask: number;
  private readonly known: (number[] | undefined)[] = [];

  /** Throws DataError where the tokenizer has no token that hides others, or does not fit the model. */
  constructor(split: Split, tokenizer: TextTokenizer, model: TextModel) {
    super(split, tokenizer, model);
    if (tokenizer.mask === null) throw new DataError('The tokenizer names no mask_token (tokenizer_config.json), by which tokens are hidden; add it.');
    this.mask = tokenizer.mask;
  }

  protected row(index: number, epoch: number): TokenRow {
    const { tokenizer, width } = this;
    const plain = (this.known[index] ??= tokenizer.plain(this.split.text!(index).first));
    const { ids, first: [from, to] } = tokenizer.around(plain, null, width);
    const random = streams.hidden(epoch, index);
    const labels = new Uint32Array(width).fill(IGNORED);
    const asked = Array.from({ length: to - from }, (_, i) => from + i).filter(() => random.uniform() < ASKED);
    if (asked.length === 0 && to > from) asked.push(from + random.below(to - from));
    for (const at of asked) {
      labels[at] = defined(ids[at]);
      const drawn = random.uniform();
      if (drawn < HIDDEN) ids[at] = this.mask;
      else if (drawn < HIDDEN + OTHER) ids[at] = random.below(tokenizer.size);
    }
    return { ids, labels };
  }
}

/** A model in the form that says hidden tokens of these texts, as long as they are; how many are cut to `most` is among the notes. Throws DataError. */
export function hiddenIn(read: ContinuationDataset, base: TextModel, tokenizer: TextTokenizer, most: number): OpenedTexts {
  if (read.chat || read.templates) throw new DataError(`chats, prompts and answers are for models that go on with texts; choose a column of ${read.title} that holds texts.`);
  const feedOf = (model: TextModel) => (split: Split) => new MaskedFeed(split, tokenizer, model);
  // What does not fit is said before texts are counted.
  feedOf(base)(read.test);
  const { longest, notes } = measured(read, (split) => lengthsOf(Array.from({ length: split.count }, (_, i) => tokenizer.encode(split.text!(i).first).ids.length), most));
  return { model: textModel(base.with({ tokens: longest })), data: { ...read, notes: [...(read.notes ?? []), ...notes] }, labels: null, of: `text ${read.of}, of which tokens are hidden`, feedOf };
}
