/** What a page of one model knows besides the model: it lies beside it as page.json. */
export interface PageFacts {
  /** Heading of the page. */
  title: string;
  /** Names of the classes, in the order of the model's logits. */
  labels: string[];
  /** Input size in pixels. */
  image_size: number;
  /** True where the head is a matrix of text features (K, D), which config.json does not tell. */
  textHead: boolean;
  /** Probability below which the page says that it is none of the classes. */
  threshold: Threshold;
  /** Lines of the model's card: a name and what it says. */
  card: [name: string, value: string][];
}

/** Where the line is drawn between an answer and none, and how it was found. */
export interface Threshold {
  /** Probability of the likeliest class, 0 to 1; 0 where nothing was measured. */
  value: number;
  /** Pictures that it was chosen on, and what they were to the run. */
  images: number;
  split: 'val' | 'test' | '';
  /** Shares of the right and of the wrong answers on those that reach it; null where none was wrong. */
  right: number;
  wrong: number | null;
}

/** Share of the right answers that the threshold leaves. */
export const KEPT_RIGHT = 0.95;

/** The most that a threshold asks for: a few pictures that were taken with those to train on are answered more surely than others will be. */
export const MOST_SURE = 0.9;

/** The threshold before anything is measured: every answer is given. */
export const noThreshold: Threshold = { value: 0, images: 0, split: '', right: 1, wrong: 1 };

/**
 * The highest threshold up to `MOST_SURE` that `KEPT_RIGHT` of the right answers reach, with the share of the wrong ones that reach it too. Pictures
 * that show none of the classes are seldom at hand, so what is certain is how much a threshold costs, not how much it keeps out.
 */
export function thresholdOf(answers: readonly { probability: number; right: boolean }[], split: 'val' | 'test'): Threshold {
  const right = answers.filter((one) => one.right).map(({ probability }) => probability).sort((a, b) => a - b);
  const wrong = answers.filter((one) => !one.right);
  const lowest = right[Math.floor((1 - KEPT_RIGHT) * right.length)];
  if (lowest === undefined) return noThreshold;
  // Rounded down, so that whoever reads the number loses none.
  const value = Math.min(MOST_SURE, Math.floor(lowest * 1000) / 1000);
  const reach = (list: readonly number[]) => list.filter((probability) => probability >= value).length / list.length;
  return { value, images: answers.length, split, right: reach(right), wrong: wrong.length ? reach(wrong.map(({ probability }) => probability)) : null };
}
