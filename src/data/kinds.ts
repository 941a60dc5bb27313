import type { ContinuationDataset } from './continuations';
import type { Dataset } from './source';
import type { TextDataset } from './texts';

/** What a set holds: images, labelled texts, or texts to go on with. It stands apart from what reads them, which few need. */

export const isTextData = (data: Dataset): data is TextDataset => 'columns' in data;

export const isContinuations = (data: Dataset): data is ContinuationDataset => 'of' in data;
