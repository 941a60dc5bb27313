import type { TextReads } from '../data/reading.meta';
import type { Reads } from '../models/text';
import { defined } from '../numbers/defined';

/** What a task on texts takes. */
interface TextTask {
  /** What is read off a model. */
  reads: Reads;
  /** How sets of texts are read. */
  data: TextReads;
}

/** Tasks on texts as transformers calls them, one line each. Hidden tokens are said of texts as others go on with. */
export const textTasks: Record<string, TextTask> = {
  'sequence-classification': { reads: 'text', data: 'text' },
  'token-classification': { reads: 'tokens', data: 'tokens' },
  'causal-lm': { reads: 'next', data: 'next' },
  'masked-lm': { reads: 'masked', data: 'next' },
};

/** How sets of texts are read for a task; nothing of a name that is none. */
export const readsTexts = (task: string): TextReads | undefined => textTasks[task]?.data;

/** The task of what is read off a model. */
export const taskOf = (reads: Reads): string => Object.keys(textTasks).find((task) => defined(textTasks[task]).reads === reads)!;
