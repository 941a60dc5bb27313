import { inMedium } from '../../../language/medium';
/** Files and folders that hold little or too much. */
export const filesWords = {
  nothing: 'What was dropped',
  empty: 'There is no file in it that could be read; hidden files do not count.',
  get incomplete() { return inMedium`Too many pictures are alike to compare them all: there may be more near copies.`; },
};
