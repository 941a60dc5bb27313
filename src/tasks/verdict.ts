
/** What is found: how good a model was on a split, and what it says of one image or text. */

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
  /** What else says how good it was, by the names of `tasks/metrics.meta.ts`. */
  scores?: Record<string, number>;
  /** Loss of each image or text, of texts the mean over their tokens; kept only where evaluations are compared in pairs. */
  losses?: Float32Array;
  /** The first images of each cell of the confusion matrix: name (from outside), label, prediction. */
  images?: [name: string, label: number, prediction: number][];
}

/** A class, and how likely it is. */
export interface Likely {
  label: string;
  probability: number;
}

/** What a model says of one image: its likeliest classes, the first first, or why the image could not be read. */
export interface Prediction {
  name: string;
  top: Likely[];
  /** Of a model that tells numbers: the number. */
  number?: number;
  /** Of a model that tells what words are: each of them, and its likeliest class. */
  words?: (Likely & { word: string })[];
  /** Why it could not be read; empty where it could be. */
  error: string;
  /** Where the model looked, where that was asked for. */
  attention?: AttentionMap;
}

/** Attention rollout on an image (arXiv 2005.00928): how much of each patch reaches what the head reads. */
export interface AttentionMap {
  rows: number;
  cols: number;
  /** Row by row from the top, (rows * cols), summing to one. */
  weights: number[];
  /** What of the whole lies on patches; the rest stays with class, distillation and register tokens. */
  share: number;
}
