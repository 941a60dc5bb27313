import type { TextReading } from './reading.meta';

/** A set that is served beside the page, in a form that `openDataset` reads. */
export interface BuiltinData {
  id: string;
  title: string;
  /** Folder below the page's address. */
  path: string;
  files: string[];
}

export const builtinData: BuiltinData[] = [
  { id: 'sign-digits', title: 'Hand signs', path: 'data/sign-digits/', files: ['dataset.json', 'pictures.zip'] },
  { id: 'fashion-mnist', title: 'Fashion-MNIST', path: 'data/fashion-mnist/', files: ['dataset.json', 'train.safetensors', 'test.safetensors'] },
];

/** Sets of texts, in the forms of `openTexts` and `openContinuations`. */
export const builtinTexts: BuiltinData[] = Object.entries({ moods: 'csv', tags: 'jsonl', alike: 'csv', stories: 'txt', questions: 'csv', choices: 'csv' }).map(([name, ending]) => ({
  id: `village-${name}`, title: `Village ${name}`, path: `data/village/${name}/`, files: ['train', 'validation', 'test'].map((split) => `${split}.${ending}`),
}));

/** Readings of those of them whose columns do not tell it. */
export const builtinReadings: Readonly<Record<string, TextReading>> = { 'village-questions': { prompt: '{passage} {question}', answer: ' {answer}' }, 'village-choices': { prompt: '{beginning}', answer: ' {choice}' } };

/** All that are served beside the page. */
export const bundledData: readonly BuiltinData[] = [...builtinData, ...builtinTexts];
