import { fill, type Said, type SaidValue } from '../../said/said';
import { language, type Language } from '../../language/language';

/** A sentence of an error, or a value in one, in the language of the page. */
export function tell(what: SaidValue, of: Language = language): string {
  if (typeof what !== 'object') return String(what);
  const { texts, letters = (text) => text } = of;
  // Holes stay as they are, whatever becomes of the letters.
  const key = (texts?.[what.key] ?? what.key).split(/(\{\d+\})/).map((part, i) => (i % 2 ? part : letters(part))).join('');
  return fill(key, what.values.map((value) => tell(value, of)));
}

/** A sentence that is there by key, or as an older version kept it: in English. */
export const told = (said: Said | undefined, text: string, of: Language = language): string => (said ? tell(said, of) : text);
