import type { MethodConfig, TrainConfig } from '../train/protocol';

/** A measured comparison of two orders of labelling, as `cli/labelStudy.ts` keeps it. */
export interface LabelStudy {
  model: string;
  data: string;
  /** Pictures that were chosen from. */
  pool: number;
  /** Labelled pictures of each class to begin with, and those that were added before each training. */
  start: number;
  add: number;
  method: MethodConfig;
  train: Partial<TrainConfig>;
  /** Test pictures. */
  test: number;
  /** Labelled pictures at each training. */
  labels: number[];
  /** Test accuracy at each, 0 to 1. */
  runs: { order: 'chosen' | 'random'; seed: number; accuracy: number[] }[];
}
