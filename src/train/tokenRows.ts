import type { Split } from '../data/source';
import type { TextTokenizer } from '../io/textTokenizer';
import { positionsOf, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import type { HostBatch } from '../tasks/task';
import type { Feed } from './images';
import { fittingTokenizer } from './textFeed';

/** A row of a batch: tokens, as long as the model is recorded for at most, and labels of all its places. */
export interface TokenRow {
  ids: number[];
  labels: Uint32Array;
}

/** The texts of a split as rows of tokens that are as long as the model is recorded for, filled up on the right, with a label for each token. */
export abstract class TokenRows implements Feed {
  readonly width: number;

  /** Throws DataError where the tokenizer does not fit the model. */
  constructor(
    protected readonly split: Split,
    protected readonly tokenizer: TextTokenizer,
    protected readonly model: TextModel,
  ) {
    fittingTokenizer(tokenizer, model);
    this.width = model.language.tokens;
  }

  /** A text in an epoch. */
  protected abstract row(index: number, epoch: number): TokenRow;

  /** Writes the texts at `indices` and their labels; rows beyond are not touched. */
  fill(indices: ArrayLike<number>, epoch: number, batch: HostBatch): Promise<void> {
    const { width: T, model: { language } } = this;
    const pad = language.pad_token_id ?? this.tokenizer.pad ?? 0;
    for (let b = 0; b < indices.length; b++) {
      const { ids, labels } = this.row(defined(indices[b]), epoch);
      const part = (name: string) => batch[name]?.subarray(b * T, (b + 1) * T);
      const whole = part('input_ids')!.fill(pad);
      whole.set(ids);
      part('attention_mask')!.fill(0).fill(1, 0, ids.length);
      part('position_ids')!.set(positionsOf(language, whole));
      part('token_type_ids')?.fill(0);
      part('labels')?.set(labels);
    }
    return Promise.resolve();
  }

  /** Of all texts as they are measured, one for each token. */
  get labels(): ArrayLike<number> {
    return this.labelsOf(Array.from({ length: this.split.count }, (_, i) => i), 0);
  }

  labelsOf(indices: ArrayLike<number>, epoch: number): ArrayLike<number> {
    const all = new Uint32Array(indices.length * this.width);
    for (let b = 0; b < indices.length; b++) all.set(this.row(defined(indices[b]), epoch).labels, b * this.width);
    return all;
  }
}
