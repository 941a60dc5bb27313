import type { Reads } from '../models/text';

/** Tasks on texts as transformers calls them, and what each reads off a model. */
export const textTasks: Record<string, Reads> = {
  'sequence-classification': 'text',
  'token-classification': 'tokens',
  'causal-lm': 'next',
  'masked-lm': 'masked',
};

/** The task of what is learned of a text. */
export const taskOf = (reads: Reads): string => Object.keys(textTasks).find((task) => textTasks[task] === reads)!;
