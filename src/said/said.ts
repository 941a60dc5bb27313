/** What stands in a hole of a sentence: a name, a number, or a sentence of its own. */
export type SaidValue = string | number | Said;

/**
 * A sentence for people that another language can say too: its key is the English sentence with numbered holes, as in
 * gettext, and `values` fill them. Plain data, which crosses to the page and lies in records as it is.
 */
export interface Said {
  readonly key: string;
  readonly values: readonly SaidValue[];
}

/** Writes a sentence down by its key: said`The checkpoint holds no ${label}.` has the key `The checkpoint holds no {0}.` */
export const said = (parts: TemplateStringsArray, ...values: SaidValue[]): Said => ({ key: parts.reduce((key, part, i) => `${key}{${i - 1}}${part}`), values: values.map(bounded) });

/** Text that comes from elsewhere, cut so that nothing can flood the page. */
export const cut = (text: string, most = 80): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** Letters of a value in any sentence: text from a file or a library may be of any length. */
const mostLetters = 1000;
const bounded = (value: SaidValue): SaidValue => (typeof value === 'string' ? cut(value, mostLetters) : value);

/** A key with its holes filled. */
export const fill = (key: string, values: readonly string[]): string => key.replace(/\{(\d+)\}/g, (hole, i: string) => values[Number(i)] ?? hole);

/** A sentence, or a value in one, in English. */
export const english = (what: SaidValue): string => (typeof what === 'object' ? fill(what.key, what.values.map(english)) : String(what));

/** "a and b". */
export const allOf = (parts: readonly SaidValue[]): SaidValue => (parts.length > 0 ? parts.reduce((before, part) => said`${before} and ${part}`) : '');

/** "a, b". */
export const listed = (parts: readonly SaidValue[]): SaidValue => (parts.length > 0 ? parts.reduce((before, part) => said`${before}, ${part}`) : '');

/** "a, b and 3 more": the first `most` of a list of `total`, which may hold no more than its first parts. */
export function firstOf(parts: readonly SaidValue[], most: number, total = parts.length): SaidValue {
  const first = listed(parts.slice(0, most));
  const rest = total - Math.min(parts.length, most);
  return rest > 0 ? said`${first} and ${rest} more` : first;
}

/** Sentences without those that say again what one before them says. */
export const distinctSaid = (sentences: readonly Said[]): Said[] => [...new Map(sentences.map((sentence) => [english(sentence), sentence])).values()];

/** "a or b". */
export const anyOf = (parts: readonly SaidValue[]): SaidValue => (parts.length > 0 ? parts.reduce((before, part) => said`${before} or ${part}`) : '');

/** An error for people: what happened and what to do is in `said` by key, and in `message` in English. Its classes say what it is about. */
export class SaidError extends Error {
  override name = 'SaidError';
  constructor(readonly said: Said) {
    super(english(said));
  }
}

/** What whatever was thrown says, for a sentence around it: by key where it has one, which an error that crossed a port keeps too. */
export function reasonOf(error: unknown): SaidValue {
  if (!(error instanceof Error)) return String(error);
  return (error as Partial<SaidError>).said ?? error.message;
}
