import { distance } from 'fastest-levenshtein';

/** The name that was probably meant by another: at most a third of its letters away, where two swapped ones count once. Empty where none is so near. */
export function nearest(name: string, names: Iterable<string>): string {
  let best = { name: '', away: Math.max(1, Math.floor(name.length / 3)) + 1 };
  for (const one of names) {
    const [a, b] = [name.toLowerCase(), one.toLowerCase()];
    const away = distance(a, b) - Number(sorted(a) === sorted(b));
    if (away < best.away) best = { name: one, away };
  }
  return best.name || containing(name, names);
}

/** The longest name all of whose words the other has: `adapter` of `adapter_parameters`. */
function containing(name: string, names: Iterable<string>): string {
  const wordsOf = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word.length > 2);
  const own = wordsOf(name);
  const isWithin = (words: readonly string[]) => words.length > 0 && words.every((word) => own.includes(word));
  return [...names].filter((one) => isWithin(wordsOf(one))).sort((a, b) => b.length - a.length)[0] ?? '';
}

const sorted = (word: string): string => [...word].sort().join('');

/** " Did you mean accuracy?" for the end of a sentence, or nothing. `alias` gives the names of things that are known elsewhere by others. */
export function didYouMean(name: string, names: Iterable<string>, alias: Readonly<Record<string, string>> = {}): string {
  const meant = Object.hasOwn(alias, name) ? alias[name] : nearest(name, names);
  return meant ? ` Did you mean ${meant}?` : '';
}
