
/** Results: the quality of a model on a split, and its prediction for one image or text. */

export interface Evaluation {
  step: number;
  split: 'train' | 'val' | 'test';
  loss: number;
  /** Top-1, 0 to 1. */
  accuracy: number;
  count: number;
  /** Top-1 of each class, 0 to 1; NaN for a class with no image. */
  per_class: number[];
  /** confusion[label][prediction], counts. */
  confusion: number[][];
  /** Other scores, by the names of `tasks/metrics.meta.ts`. */
  scores?: Record<string, number>;
  /** Loss of each image or text, of texts the mean over their tokens; kept only where evaluations are compared in pairs. */
  losses?: Float32Array;
  /** A bit for each test image or text that was right, where each is right or wrong; kept with the result of a run, to be compared in pairs (`train/answers.meta.ts`). */
  answers?: Answers;
  /** The first images of each cell of the confusion matrix: name (from outside), label, prediction, and the probability that its label had, which older files do not have. */
  images?: [name: string, label: number, prediction: number, likely?: number][];
}

/** Right or wrong, for each image or text of a set in its order. */
export interface Answers {
  /** Stamp of the set and its order (`data/stamp.ts`): answers are compared only where it is the same. */
  of: string;
  /** A bit each, the first the lowest of the first byte, as base64. */
  right: string;
}

/** A class, and how likely it is. */
export interface Likely {
  label: string;
  probability: number;
}

/** A model's prediction for one image: its likeliest classes, the first first, or the reason why the image could not be read. */
export interface Prediction {
  name: string;
  top: Likely[];
  /** Of all classes, in the order in which the model has them, where they were asked for. */
  probabilities?: Float32Array;
  /** Of a model that tells numbers: the number. */
  number?: number;
  /** Of a model that tells what words are: each of them, and its likeliest class. */
  words?: (Likely & { word: string })[];
  /** Reason why the image could not be read; empty if it could be. */
  error: string;
  /** The model's attention on the image, if asked for. */
  attention?: AttentionMap;
}

/** Attention rollout on an image (arXiv 2005.00928): how much of each patch reaches what the head reads. */
export interface AttentionMap {
  rows: number;
  cols: number;
  /** Row by row from the top, (rows * cols), summing to one. */
  weights: number[];
  /** Share of the whole that lies on patches; the rest stays with class, distillation and register tokens. */
  share: number;
}
