import type { TextReads } from '../data/reading.meta';
import type { Reads } from '../models/text';

/** Tasks on texts as transformers calls them, and what each reads off a model. */
export const textTasks: Record<string, Reads> = {
  'sequence-classification': 'text',
  'token-classification': 'tokens',
  'causal-lm': 'next',
  'masked-lm': 'masked',
};

/** What of a set of texts a task reads, nothing of a name that is none: hidden tokens are said of texts as others go on with. */
export function readsTexts(task: string): TextReads | undefined {
  const reads = textTasks[task];
  return reads === 'masked' ? 'next' : reads;
}

/** The task of what is learned of a text. */
export const taskOf = (reads: Reads): string => Object.keys(textTasks).find((task) => textTasks[task] === reads)!;
