import type { ContinuationDataset } from './continuations';
import type { TextReading } from './reading.meta';
import type { Dataset } from './source';
import type { TextDataset } from './texts';

/** Kinds of sets: images, labelled texts, or texts to go on with. They stand apart from the code that reads them, which few need. */

export const isTextData = (data: Dataset): data is TextDataset => 'columns' in data;

export const isContinuations = (data: Dataset): data is ContinuationDataset => 'of' in data;

/** Reading of a set's texts; null for a set of images. */
export function readingOf(data: Dataset): TextReading | null {
  if (isContinuations(data)) return { reads: 'next', ...(data.column !== undefined && { columns: { text: data.column } }), ...data.templates, ...(data.chat && { chat: true }) };
  return isTextData(data) ? { reads: data.labels === 'words' ? 'tokens' : 'text', columns: data.columns } : null;
}

/** True where each image or text is of one class: not of words that have one each, of numbers, and of texts to go on with. */
export const hasClasses = (data: Dataset): boolean => (isTextData(data) ? data.labels === 'classes' : !isContinuations(data));
