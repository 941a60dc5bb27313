/** Keys of an object whose whole numbers were written as floats. Spreading an object carries it along. */
const FLOATS = Symbol('written as floats');
type Holder = Record<string, unknown> & { [FLOATS]?: Set<string> };

/** A word that does not occur in a text. */
function markFor(text: string): string {
  // Stryker disable next-line StringLiteral: any word does, as it is made longer until the text does not have it
  let mark = 'float:';
  while (text.includes(mark)) mark += ':';
  return mark;
}

/**
 * JSON.parse that remembers which whole numbers the text writes as floats (`1.0`), for `stringifyFloats`. JavaScript has one
 * type of number; configs of transformers have had two since 5.4, and refuse 1 where a float is declared. Throws SyntaxError.
 */
export function parseFloats(text: string): unknown {
  JSON.parse(text); // so that an error names its place in the text as it is
  const mark = markFor(text);
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => (/[.eE]/.test(token) && Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token));
  return JSON.parse(marked, function (this: Holder, key, value: unknown) {
    if (typeof value !== 'string' || !value.startsWith(mark)) return value;
    (this[FLOATS] ??= new Set()).add(key);
    return Number(value.slice(mark.length));
  });
}

/** JSON.stringify that writes those numbers as floats again. */
export function stringifyFloats(value: unknown, indent?: number): string {
  const mark = markFor(JSON.stringify(value));
  const marked = JSON.stringify(value, function (this: Holder, key, one: unknown) {
    return Number.isSafeInteger(one) && this[FLOATS]?.has(key) ? `${mark}${one as number}.0` : one;
  }, indent);
  return marked.replace(new RegExp(`"${mark}(-?\\d+\\.0)"`, 'g'), '$1');
}
