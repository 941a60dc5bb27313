import type { Reads } from '../models/text';

/** Tasks on texts as transformers calls them, and what each reads off a model. */
export const textTasks: Record<string, Reads> = {
  'sequence-classification': 'text',
  'token-classification': 'tokens',
  'causal-lm': 'next',
  'masked-lm': 'masked',
};

/** Those of them that the page knows: telling which class a text is of, and going on with texts. */
export const textTaskOfClasses = 'sequence-classification';
export const textTaskOfGoingOn = 'causal-lm';
