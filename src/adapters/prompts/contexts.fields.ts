import type { Field, MethodFields } from '../field';

/** Properties of the methods that train the context of classes' names. */
export const ofTexts = {
  peft: false,
  unmerged: 'it trains what CLIP reads around the names of classes and changes no weight',
  texts: true,
  moved: true,
} as const satisfies Partial<MethodFields>;

/** Words that a context begins with. */
export const wordsField = (words: string | null): Field => ({ name: 'ctx_init', label: 'First words', kind: 'text', default: words, help: 'Words that the context begins with, as far as it has vectors; random vectors where there are none. With as many vectors as words, those of the template, training starts at zero-shot.', ...(words === null && { empty: { value: null, means: 'random vectors' } }) });
