import type { About } from '../train/learned.meta';

/**
 * The page learns from pictures, or from texts, in the same views. Its sentences are written about pictures: `inMedium` changes that
 * noun where nothing else changes, `byMedium` chooses between whole sentences.
 */

let about: About = 'pictures';

/** Sets what sentences are about from here on. */
export const speakOf = (of: About): void => void (about = of);

/** The result of `make`, whose sentences are about `of`, whatever the page is about. */
export function aboutIt<T>(of: About, make: () => T): T {
  const now = about;
  about = of;
  try {
    return make();
  } finally {
    about = now;
  }
}

const nouns: readonly [RegExp, string][] = [
  [/\b([Aa])n image\b/g, '$1 text'],
  [/\b(?:Picture|Image)(s?)\b/g, 'Text$1'],
  [/\b(?:picture|image)(s?)\b/g, 'text$1'],
];

/** A text about pictures as it is about texts. */
const ofTexts = (text: string): string => nouns.reduce((now, [noun, other]) => now.replace(noun, other), text);

/** A sentence about pictures, or about texts where the page learns from these. Values stay as they are: inMedium`${name}, ${count} pictures`. */
export const inMedium = (parts: readonly string[], ...values: readonly (string | number)[]): string => parts.map((part, i) => (about === 'pictures' ? part : ofTexts(part)) + (values[i] ?? '')).join('');

/** The one of several texts that is about what the page learns from: that of tokens, words or numbers, or else that of texts, or else that of pictures. */
export const byMedium = (of: { pictures: string } & Partial<Record<About, string>>): string => of[about] ?? of.texts ?? of.pictures;
