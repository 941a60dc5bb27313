import { DataError, type Split, type TextRow } from '../data/source';
import { said } from '../said/said';
import { choiceScores, type ChoiceLikelihoods } from '../tasks/metrics.meta';
import type { ContinuationTokens } from './continuationFeed';
import type { Feed, Others } from './images';

/**
 * What is measured of texts that go on in one of several ways, beside the loss on the right one: each of the others is read after the prompt as
 * well, by `feedOf` and as wide, and the likeliest is what the model chooses. The end of a text does not count, as in lm-evaluation-harness. Null
 * of a split without choices.
 */
export function choicesOf(split: Split, tokens: ContinuationTokens, width: number, feedOf: (split: Split) => Feed): Others | null {
  const rows = Array.from({ length: split.count }, (_, i) => split.text!(i));
  if (!rows.some(({ choices }) => choices)) return null;
  const others = rows.flatMap((row) => tokens.others(row));
  /** Logarithm of how likely a text's answer is, without its end, by what was found of its tokens. */
  const likelihood = (text: TextRow, found: Float32Array, at: number): number => {
    const [[from, to]] = tokens.row(text).counts as [readonly [number, number]];
    let sum = 0;
    for (let t = Math.max(1, from); t < to - 1; t++) sum -= found[4 * (at * width + t - 1)]!;
    return sum;
  };
  return {
    feed: feedOf(textsOf(others)),
    count: others.length,
    scores(found, beside) {
      const each: ChoiceLikelihoods[] = [];
      let at = 0;
      rows.forEach((row, i) => {
        const { choices } = row;
        if (!choices) return;
        const mine = tokens.others(row);
        const sums = mine.map((other, k) => likelihood(other, beside, at + k));
        at += mine.length;
        if (![row, ...mine].every((text) => tokens.endsWithin(text, width))) return;
        sums.splice(choices.right, 0, likelihood(row, found, i));
        each.push({ sums, letters: choices.letters, right: choices.right });
      });
      return choiceScores(each);
    },
  };
}

const textsOf = (rows: readonly TextRow[]): Split => ({ count: rows.length, labels: new Uint16Array(rows.length), text: (i) => rows[i]!, image: () => Promise.reject(new DataError(said`a text is no image.`)) });
