import { fill, type Said, type SaidValue } from '../../said/said';
import { language } from './language';

/** What errors say in other languages than English, by key. A sentence that is missing is said in English. */
const sentences: Record<string, Readonly<Record<string, string>>> = {};

const plain = 'abcdefghijklmnopqrstuvwxyz';
const accented = 'áƀćďéƒǵĥíĵķĺḿńóṕʠŕśťúṽŵẋýź';

/** A key with its letters accented and its holes as they are, in brackets that show where it begins and ends. */
const pseudo = (key: string): string => `⟦${key.replace(/[a-z]/gi, (letter) => {
  const other = accented[plain.indexOf(letter.toLowerCase())]!;
  return letter === letter.toLowerCase() ? other : other.toUpperCase();
})}⟧`;

/** A sentence of an error, or a value in one, in the language of the page. */
export function tell(what: SaidValue): string {
  if (typeof what !== 'object') return String(what);
  const now = language();
  const key = now === 'pseudo' ? pseudo(what.key) : (sentences[now]?.[what.key] ?? what.key);
  return fill(key, what.values.map(tell));
}

/** A sentence that is there by key, or as an older version kept it: in English. */
export const told = (said: Said | undefined, text: string): string => (said ? tell(said) : text);
