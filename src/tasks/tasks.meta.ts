import type { TextReads } from '../data/reading.meta';
import type { Reads } from '../models/text';
import { defined } from '../numbers/defined';

/** Properties of a task on texts. */
interface TextTask {
  /** Kind of output that is read off a model. */
  reads: Reads;
  /** Way in which sets of texts are read. */
  data: TextReads;
}

/** Tasks on texts by transformers' names, one line each. Hidden tokens are predicted in the texts that other models continue. */
export const textTasks: Record<string, TextTask> = {
  'sequence-classification': { reads: 'text', data: 'text' },
  'token-classification': { reads: 'tokens', data: 'tokens' },
  'causal-lm': { reads: 'next', data: 'next' },
  'masked-lm': { reads: 'masked', data: 'next' },
};

/** Way in which sets of texts are read for a task; undefined for an unknown name. */
export const readsTexts = (task: string): TextReads | undefined => textTasks[task]?.data;

/** The task of a kind of output. */
export const taskOf = (reads: Reads): string => Object.keys(textTasks).find((task) => defined(textTasks[task]).reads === reads)!;
