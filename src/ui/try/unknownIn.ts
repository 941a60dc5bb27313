import { partsOf, shortText } from '../../language/format';
import { tryoutWords } from '../core/words/tryout';

/** Words that are named at most. */
const NAMED = 6;

/** Names the first words that a model has no tokens for, and counts the rest. */
export const unknownIn = (words: readonly string[]): string => tryoutWords.unknown(partsOf([...words.slice(0, NAMED).map(shortText), words.length > NAMED && tryoutWords.andMore(words.length - NAMED)]));
