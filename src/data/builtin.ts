import { fetchTree, type Progress } from '../io/fileTree';
import type { TextReading } from './reading.meta';
import { safetensorsPair } from './safetensorsPair';
import { DataError, type Dataset } from './source';

/** A set that is served beside the page, in the form of `safetensorsPair`. */
export interface BuiltinData {
  id: string;
  title: string;
  /** Folder below the page's address. */
  path: string;
  files: string[];
}

export const builtinData: BuiltinData[] = [
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

/** Fetches a built-in set from below `base` (the page's root). Throws DataError for an unknown id. */
export async function openBuiltin(id: string, base = '/', progress?: Progress): Promise<Dataset> {
  const set = builtinData.find((b) => b.id === id);
  if (!set) throw new DataError(`There is no built-in data set "${id}"; there is ${builtinData.map((b) => b.id).join(', ')}.`);
  return safetensorsPair.open(fetchTree(set.id, `${base.replace(/\/*$/, '/')}${set.path}`, set.files, progress));
}
