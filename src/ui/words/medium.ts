import type { Medium } from '../../train/protocol';

/**
 * The page learns from pictures, or from texts, in the same views. Its words are written of pictures; where they say no more than that
 * noun, the noun is all that changes, and what is another sentence of texts stands here. Other languages have both as texts of their own.
 */

let texts = false;

/** Says what the words are about from here on. */
export const speakOf = (medium: Medium): void => void (texts = medium === 'texts');

/** Sentences on pictures that are others on texts. */
const others: Readonly<Record<string, string>> = {
  'Your own: one folder for each class, a zip, or pictures with a table (CSV, JSONL, Parquet). Or drop them here.': 'Your own: a table (CSV, TSV, JSONL, Parquet) with a column of texts and a column of classes, or one for each split. Or drop it here.',
  'Owner and name, as ylecun/mnist. Labelled pictures in parquet files, zips, class folders or with a table can be opened.': 'Owner and name, as stanfordnlp/sst2. Tables of texts with a class each (CSV, JSONL, Parquet) can be opened.',
  '{0}{is1, select, true {, bundled} other {}}. {2} weights{is4, select, true { in its vision tower} other {}}, pictures of {3} × {3}.': '{0}{is1, select, true {, bundled} other {}}. {2} weights, texts of up to {3} tokens.',
  'They need no labels, and stay on this computer. You can drop a folder or files here.': 'One a line, or a table of texts, which you can drop here. They need no labels, and stay on this computer.',
  'Choose pictures to see what the adapters say.': 'Type a text to see what the adapters say.',
  'Choose pictures or a zip to classify': 'Choose a table of texts to classify',
  'Choose a folder of pictures': 'Choose a folder of tables',
  'Choose files of pictures': 'Choose tables of texts',
  'Query, key, value and MLP': 'As the model has it',
  '{0, plural, one {# pair} other {# pairs}} of near-duplicates: they add little to training': '{0, plural, one {# pair differs} other {# pairs differ}} in capitals, signs or blanks alone: they add little to training',
};

const nouns: readonly [RegExp, string][] = [
  [/\b([Aa])n image\b/g, '$1 text'],
  [/\b(?:Picture|Image)(s?)\b/g, 'Text$1'],
  [/\b(?:picture|image)(s?)\b/g, 'text$1'],
];

/** An English text on pictures as it is on texts. */
export const ofTexts = (english: string): string => others[english] ?? nouns.reduce((text, [noun, other]) => text.replace(noun, other), english);

/** An English text as it is on what the page learns from now. */
export const inMedium = (english: string): string => (texts ? ofTexts(english) : english);
