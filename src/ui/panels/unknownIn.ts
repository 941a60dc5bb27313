import { partsOf, shortText } from '../../language/format';
import { t } from '../strings';

/** Words that are named at most. */
const NAMED = 6;

/** Which words a model has no tokens for, the first of them by name. */
export const unknownIn = (words: readonly string[]): string => t.tryout.unknown(partsOf([...words.slice(0, NAMED).map(shortText), words.length > NAMED && t.tryout.andMore(words.length - NAMED)]));
