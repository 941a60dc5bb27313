import { partsOf, shortText } from '../../language/format';
import { tryoutWords } from '../core/words/tryout';

/** Words that are named at most. */
const NAMED = 6;

/** Which words a model has no tokens for, the first of them by name. */
export const unknownIn = (words: readonly string[]): string => tryoutWords.unknown(partsOf([...words.slice(0, NAMED).map(shortText), words.length > NAMED && tryoutWords.andMore(words.length - NAMED)]));
