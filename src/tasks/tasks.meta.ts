import type { Reads } from '../models/text';

/** Tasks on texts as transformers calls them, and what each reads off a model. */
export const textTasks: Record<string, Reads> = {
  'sequence-classification': 'text',
  'token-classification': 'tokens',
  'causal-lm': 'next',
  'masked-lm': 'masked',
};

/** The one of them that tells which class a text is of. */
export const textTaskOfClasses = 'sequence-classification';
