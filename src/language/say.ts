import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat, type Formatters } from 'intl-messageformat';
import { language, type Language } from './language';
import { inMedium, varies } from './medium';

/** What messages are made of: numbers and lists are written as the language does. */
export type Value = string | number | boolean | readonly string[] | null | undefined;

/** A message with its values in place. */
export type Message<Values extends readonly Value[]> = (...values: Values) => string;

/** One formatter for each set of options, for all messages. */
function once<Options, Formatter>(make: (locale: string, options?: Options) => Formatter) {
  const made = new Map<string, Formatter>();
  return (locale: string, options?: Options): Formatter => {
    const key = `${locale} ${JSON.stringify(options)}`;
    if (!made.has(key)) made.set(key, make(locale, options));
    return made.get(key)!;
  };
}

const numberFormat = once((locale, options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
const listFormat = once((locale, options?: Intl.ListFormatOptions) => new Intl.ListFormat(locale, options));
const formatters = {
  getNumberFormat: numberFormat,
  getPluralRules: once((locale, options?: Intl.PluralRulesOptions) => new Intl.PluralRules(locale, options)),
  getDateTimeFormat: once((locale, options?: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options)),
} as Formatters;

/** "a, b and c". */
export const listOf = (parts: readonly string[], { locale, lists = locale }: Language = language): string => listFormat(lists, { type: 'conjunction' }).format(parts);

const is = (value: Value): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));
const shown = (value: Value, locale: string): string => (typeof value === 'number' ? numberFormat(locale).format(value) : Array.isArray(value) ? '' : String(value ?? ''));

/** The parsed message: `{0}` shows its value, and literal parts have the letters of the language. */
function prepare(elements: MessageFormatElement[], letters: (text: string) => string): MessageFormatElement[] {
  return elements.map((element): MessageFormatElement => {
    if (element.type === TYPE.literal) return { ...element, value: letters(element.value) };
    if (element.type === TYPE.argument) return { ...element, value: `shown${element.value}` };
    if (element.type !== TYPE.select && element.type !== TYPE.plural) return element;
    return { ...element, options: Object.fromEntries(Object.entries(element.options).map(([name, option]) => [name, { ...option, value: prepare(option.value, letters) }])) };
  });
}

/**
 * A message in ICU's form as a function of its values, which are called by their places:
 * `say<[count: number, left: string]>('{0, plural, one {# run} other {# runs}} waiting, {1}')`.
 * A list is written "a, b and c", and `{is1, select, true {, {1}} other {}}` asks whether there is anything in a value.
 */
export const say = <Values extends readonly Value[]>(english: string, of: Language = language): Message<Values> => message(() => inMedium(english), of);

/** The same of a message that is about pictures whatever the page learns from. */
export const sayOfPictures = <Values extends readonly Value[]>(english: string, of: Language = language): Message<Values> => message(() => english, of);

function message<Values extends readonly Value[]>(now: () => string, of: Language): Message<Values> {
  // Few of all messages are ever needed.
  const formats = new Map<string, IntlMessageFormat>();
  return (...values) => {
    const { locale, texts, letters = (text) => text } = of;
    const english = now();
    const format = formats.get(english) ?? new IntlMessageFormat(prepare(parse(texts?.[english] ?? english, { ignoreTag: true }), letters), locale, undefined, { formatters });
    formats.set(english, format);
    const named: Record<string, string | number | boolean> = {};
    values.forEach((value, i) => {
      named[i] = typeof value === 'number' ? value : String(value);
      named[`shown${i}`] = Array.isArray(value) ? listOf(value, of) : shown(value, locale);
      named[`is${i}`] = is(value);
    });
    return format.format(named) as string;
  };
}

/** An English text in the language. */
export const textOf = (english: string, { texts, letters }: Language = language): string => (letters ? letters(english) : (texts?.[english] ?? english));

/** An English text of the page in the language, about what the page learns from. */
export const wordsOf = (english: string, of: Language = language): string => textOf(inMedium(english), of);

const made = new WeakSet<object>();
const fixed = new WeakSet<object>();

/** Words that are about pictures whatever the page learns from: `catalog` takes them as they are. */
export function ofPictures<Words extends object>(words: Words): Words {
  fixed.add(words);
  return words;
}

/** Words in the language, and about what the page learns from: all texts of an object, at any depth, beside what `say` made of messages. */
export function catalog<Words extends object>(words: Words, of: Language = language, ofThese = fixed.has(words)): Words {
  if (made.has(words)) return words;
  const inWords = (value: unknown): unknown => (typeof value === 'string' ? textOf(value, of) : typeof value === 'object' && value !== null ? catalog(value, of, ofThese || fixed.has(value)) : value);
  const all = (of.texts || of.letters ? (Array.isArray(words) ? words.map(inWords) : Object.fromEntries(Object.entries(words).map(([name, value]) => [name, inWords(value)]))) : words) as Words;
  // English has nothing to change, but what is within.
  if (all === words) Object.values(words).forEach(inWords);
  for (const [name, english] of Object.entries(words)) if (!ofThese && typeof english === 'string' && varies(english)) Object.defineProperty(all, name, { enumerable: true, get: () => wordsOf(english, of) });
  made.add(all);
  return all;
}
