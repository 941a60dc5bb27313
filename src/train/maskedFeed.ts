import { Random } from '../data/random';
import { DataError, type Split } from '../data/source';
import type { TextTokenizer } from '../io/textTokenizer';
import { positionsOf, type TextModel } from '../models/text';
import { said } from '../said/said';
import { IGNORED } from '../tasks/causal';
import type { HostBatch } from '../tasks/task';
import type { Feed } from './images';
import { fittingTokenizer } from './textFeed';

/** Shares of BERT, as of transformers' DataCollatorForLanguageModeling: tokens that are to be said, and of those such as the model sees hidden, and as another token. */
const [ASKED, HIDDEN, OTHER] = [0.15, 0.8, 0.1];

/**
 * Turns the texts of a split into rows of tokens as long as the model is recorded for, some of which are hidden: cut, and filled up on the
 * right. Which are hidden is drawn by the epoch and the text, so a measurement hides the same ones each time; one at least of each text that
 * has a token of its own.
 */
export class MaskedFeed implements Feed {
  readonly width: number;
  private readonly mask: number;
  private readonly known: (number[] | undefined)[] = [];

  /** Throws DataError where the tokenizer has no token that hides others, or does not fit the model. */
  constructor(
    private readonly split: Split,
    private readonly tokenizer: TextTokenizer,
    private readonly model: TextModel,
  ) {
    fittingTokenizer(tokenizer, model);
    if (tokenizer.mask === null) throw new DataError(said`The tokenizer names no mask_token (tokenizer_config.json), by which tokens are hidden; add it, or choose another task.`);
    this.mask = tokenizer.mask;
    this.width = model.language.tokens;
  }

  /** Writes the texts at `indices` with what an epoch hides, and labels where it does; rows beyond are not touched. */
  fill(indices: ArrayLike<number>, epoch: number, batch: HostBatch): Promise<void> {
    const { width: T, model: { language } } = this;
    const pad = language.pad_token_id ?? this.tokenizer.pad ?? 0;
    for (let b = 0; b < indices.length; b++) {
      const { ids, labels } = this.hidden(indices[b]!, epoch);
      const part = (name: string) => batch[name]!.subarray(b * T, (b + 1) * T);
      const whole = part('input_ids').fill(pad);
      whole.set(ids);
      part('attention_mask').fill(0).fill(1, 0, ids.length);
      part('position_ids').set(positionsOf(language, whole));
      batch.token_type_ids?.fill(0, b * T, (b + 1) * T);
      batch.labels?.set(labels, b * T);
    }
    return Promise.resolve();
  }

  /** Of all texts as they are measured, one for each token. */
  get labels(): ArrayLike<number> {
    return this.labelsOf(Array.from({ length: this.split.count }, (_, i) => i), 0);
  }

  labelsOf(indices: ArrayLike<number>, epoch: number): ArrayLike<number> {
    const all = new Uint32Array(indices.length * this.width);
    for (let b = 0; b < indices.length; b++) all.set(this.hidden(indices[b]!, epoch).labels, b * this.width);
    return all;
  }

  private hidden(index: number, epoch: number): { ids: number[]; labels: Uint32Array } {
    const { tokenizer, width } = this;
    const plain = (this.known[index] ??= tokenizer.plain(this.split.text!(index).first));
    const { ids, first: [from, to] } = tokenizer.around(plain, null, width);
    const random = new Random(epoch, index);
    const labels = new Uint32Array(width).fill(IGNORED);
    const asked = Array.from({ length: to - from }, (_, i) => from + i).filter(() => random.uniform() < ASKED);
    if (asked.length === 0 && to > from) asked.push(from + random.below(to - from));
    for (const at of asked) {
      labels[at] = ids[at]!;
      const drawn = random.uniform();
      if (drawn < HIDDEN) ids[at] = this.mask;
      else if (drawn < HIDDEN + OTHER) ids[at] = random.below(tokenizer.size);
    }
    return { ids, labels };
  }
}
