import { textsOf } from '../data/split';
import type { Split, TextRow } from '../data/source';
import { defined } from '../numbers/defined';
import { choiceScores, type ChoiceLikelihoods } from '../tasks/metrics.meta';
import type { ContinuationTokens } from './continuationFeed';
import type { Feed, ExtraRows } from './images';

/**
 * Measures texts that go on in one of several ways, beside the loss on the right one: each of the others is read after the prompt as
 * well, and the likeliest is the choice of the model. The end of a text does not count, as in lm-evaluation-harness.
 */
export class ChoiceRows implements ExtraRows {
  readonly feed: Feed;
  readonly count: number;

  private constructor(
    private readonly rows: readonly TextRow[],
    private readonly tokens: ContinuationTokens,
    /** Tokens of a row as it is measured. */
    private readonly width: number,
    feedOf: (split: Split) => Feed,
  ) {
    const others = rows.flatMap((row) => tokens.others(row));
    this.count = others.length;
    this.feed = feedOf(textsOf(others));
  }

  /** Of a split; null where it has no choices. */
  static of(split: Split, tokens: ContinuationTokens, width: number, feedOf: (split: Split) => Feed): ChoiceRows | null {
    const rows = Array.from({ length: split.count }, (_, i) => split.text!(i));
    return rows.some(({ choices }) => choices) ? new ChoiceRows(rows, tokens, width, feedOf) : null;
  }

  get choices(): NonNullable<ExtraRows['choices']> {
    return this.rows.map((row) => row.choices ? { letters: row.choices.letters, right: row.choices.right, whole: this.isWhole(row) } : null);
  }

  scores(found: Float32Array, beside: Float32Array): Record<string, number> {
    return choiceScores(this.likelihoods(found, beside));
  }

  /** Likelihoods of the choices of each row, from what was found for the right ones and for the others; rows that were cut before their end are left out. */
  likelihoods(found: Float32Array, beside: Float32Array): ChoiceLikelihoods[] {
    const { tokens } = this;
    let at = 0;
    return this.rows.flatMap((row, i): ChoiceLikelihoods[] => {
      const { choices } = row;
      if (!choices) return [];
      const others = tokens.others(row);
      const sums = others.map((other) => this.likelihood(other, beside, at++));
      if (!this.isWhole(row)) return [];
      sums.splice(choices.right, 0, this.likelihood(row, found, i));
      return [{ sums, letters: choices.letters, right: choices.right }];
    });
  }

  /** True if neither a text nor one of its choices is cut before its end. */
  private isWhole(row: TextRow): boolean {
    return [row, ...this.tokens.others(row)].every((text) => this.tokens.endsWithin(text, this.width));
  }

  /** Logarithm of how likely an answer is, without the end of the text, by what was found of the tokens of row `at`: a token's loss stands where it is said, one before it. */
  private likelihood(text: TextRow, found: Float32Array, at: number): number {
    const [[from, to]] = this.tokens.row(text).counts as [readonly [number, number]];
    let sum = 0;
    for (let t = Math.max(1, from); t < Math.min(to - 1, this.width); t++) sum -= defined(found[4 * (at * this.width + t - 1)]);
    return sum;
  }
}

