/** A language of the page: how its numbers, dates and lists are written, and its words. */
import { defined } from '../numbers/defined';

export interface Language {
  /** For Intl, and for the page's `lang`. */
  locale: string;
  /** For lists, where they are written as another locale does. */
  lists?: string;
  /** What stands for each English text and message (say.ts), with as many plural forms as the language has; what is missing stays English. */
  texts?: Readonly<Record<string, string>>;
  /** Changes all letters of a text, and of a message all but its values. */
  letters?: (text: string) => string;
}

/** English is what the words are written in; its lists have no comma before "and". */
const english: Language = { locale: 'en', lists: 'en-GB' };

/** Letters and their doubles with accents, which are as easy to read and stand in no English word. */
const plain = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const accented = 'áƀçđéƒğĥíĵķļɱñóþǫŕšţúṽŵẋýžÁƁÇĐÉƑĞĤÍĴĶĻṀÑÓÞǪŔŠŢÚṼŴẊÝŽ';
const doubles = new Map([...plain].map((letter, i) => [letter, [...accented][i]]));

/** "Runs, 3" as "⟦Ŕúñš⟧, 3": the brackets go from the first letter to the last. */
export const pseudoLetters = (text: string): string => text.replace(/\p{L}(?:[^]*\p{L})?/u, (words) => `⟦${[...words].map((letter) => doubles.get(letter) ?? letter).join('')}⟧`);

/**
 * All languages by their tags. One more is one line with its texts: `de: { locale: 'de', texts: german }`.
 * `pseudo` shows a test what is not made of words: localStorage 'fullrank.language' chooses it, before the page is loaded.
 */
const languages: Readonly<Record<string, Language>> = { en: english, pseudo: { ...english, letters: pseudoLetters } };

/** What was kept in the browser, or else what it prefers of what there is. */
function chosen(): Language {
  const asked = [...(globalThis.navigator?.languages ?? [])];
  try {
    // Node, whose reports share the page's formats, has no storage.
    const { localStorage: kept } = globalThis as { localStorage?: { getItem(name: string): string | null } };
    asked.unshift(kept?.getItem('fullrank.language') ?? '');
  } catch {
    // A page that may keep nothing still has what the browser prefers.
  }
  // Regions of a language are not told apart.
  return asked.map((tag) => languages[defined(tag.split('-')[0])]).find(Boolean) ?? english;
}

/** The language of the page, from its loading to its end. */
export const language: Language = chosen();
