import type { About } from '../train/learned.meta';

/**
 * The page learns from pictures, or from texts, in the same views. Its words are written of pictures; where they say no more than that
 * noun, the noun is all that changes, and what is another sentence of texts stands here. Other languages have both as texts of their own.
 */

type Other = Exclude<About, 'pictures' | 'texts'>;

let about: About = 'pictures';

/** Says what the words are about from here on. */
export const speakOf = (of: About): void => void (about = of);

/** Says something in the words of what it is about, whatever the page is about. */
export function aboutIt<T>(of: About, say: () => T): T {
  const now = about;
  about = of;
  try {
    return say();
  } finally {
    about = now;
  }
}

/** Sentences on pictures that are others on texts. */
export const others: Readonly<Record<string, string>> = {
  'Your own: one folder for each class, a zip, or pictures with a table (CSV, JSONL, Parquet). Or drop them here.': 'Your own: a table (CSV, TSV, JSONL, Parquet) with columns of texts and classes, or of prompts and answers; or lines of a .txt file to continue. One file, or one for each split. Or drop it here.',
  'Owner and name, as ylecun/mnist. Labelled pictures in parquet files, zips, class folders or with a table can be opened.': 'Owner and name, as stanfordnlp/sst2. Tables of texts with a class each (CSV, JSONL, Parquet) can be opened.',
  '{0}{is1, select, true {, bundled} other {}}. {2} weights{is4, select, true { in its vision tower} other {}}, pictures of {3} × {3}.': '{0}{is1, select, true {, bundled} other {}}. {2} weights, texts of up to {3} tokens.',
  'They need no labels, and stay on this computer. You can drop a folder or files here.': 'One text per line, or drop a table of texts here. They need no labels, and stay on this computer.',
  'Small files that PEFT loads onto the same base model, with pictures and a script to check the result.': 'Small files that PEFT loads onto the same base model, with the code that loads them.',
  'One file for ONNX Runtime on servers, phones and web pages. It is run here and compared on test pictures.': 'For ONNX Runtime and transformers.js, with the tokenizer. It is run here and compared on test texts.',
  'Choose pictures to see what the models say.': 'Type a text to see what the models say.',
  'Choose pictures or a zip to classify': 'Choose a table of texts to classify',
  '{0}: {1} of {2} test pictures, each with its number in the test set': '{0}: {1} of {2} test texts',
  'Choose a folder of pictures': 'Choose a folder of tables',
  'Choose files of pictures': 'Choose tables of texts',
  'Query, key, value and MLP': 'As the model has it',
  '{0, plural, one {# pair} other {# pairs}} of near-duplicates: the second adds little': '{0, plural, one {# pair differs} other {# pairs differ}} in capitals, signs or blanks alone: the second adds little',
  '{0, plural, one {# picture} other {# pictures}} nearly the same in {1, select, three {two of training, validation and test: accuracy} other {training and test: test accuracy}} will look too high': '{0, plural, one {# pair} other {# pairs}} in {1, select, three {two of training, validation and test} other {training and test}} {0, plural, one {differs} other {differ}} in capitals, signs or blanks alone: accuracy will look too high',
};

const drawn = { 'Random split: {0} % of each class held out for testing, seed {1}.': 'Random split: {0} % held out for testing, seed {1}.' };

/** What is said of right answers where these are not classes of whole texts: tokens that were said, numbers that were told, words that have a class each. */
export const answers: Readonly<Record<Other, Readonly<Record<string, string>>>> = {
  next: {
    ...drawn,
    '{0} % of {1} test pictures right': '{0} % of the tokens of {1} test texts right',
    'test accuracy, %': 'tokens right in test texts, %',
    'best validation accuracy, %': 'best, tokens right in validation texts, %',
    'validation accuracy, %': 'tokens right in validation texts, %',
    'its test, confusion, memory over time, kernel times': 'its test, memory over time, kernel times',
    '{0} gets {1} % of {2} test pictures right.': '{0} gets {1} % of the tokens of {2} test texts right.',
    '{5} of {1} {2} right ({0} %) with the weights of step {3} (loss {4}).': '{0} % of the tokens of {1} {2} right with the weights of step {3} (loss {4}).',
    '{0}{is1, select, true {, bundled} other {}}. {2, plural, one {# class} other {# classes}}, {3} pictures.': '{0}{is1, select, true {, bundled} other {}}. {3} texts that the model learns to continue.',
  },
  words: {
    ...drawn,
    '{0} % of {1} test pictures right': '{0} % of the words of {1} test texts right',
    'test accuracy, %': 'words right in test texts, %',
    'best validation accuracy, %': 'best, words right in validation texts, %',
    'validation accuracy, %': 'words right in validation texts, %',
    '{0} gets {1} % of {2} test pictures right.': '{0} gets {1} % of the words of {2} test texts right.',
    '{5} of {1} {2} right ({0} %) with the weights of step {3} (loss {4}).': '{0} % of the words of {1} {2} right with the weights of step {3} (loss {4}).',
    'The largest class has {0} times the test pictures of the smallest, so it weighs more in accuracy. Balanced accuracy, %: {1}.': 'The largest class has {0} times the words of the smallest in test texts, so it weighs more in accuracy. Balanced accuracy, %: {1}.',
    'Rows are true classes, columns are predicted classes, numbers are pictures. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.': 'Rows are true classes, columns are predicted classes, numbers are words. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.',
    'Most often {0} is taken for {1}, {2, plural, one {# picture} other {# pictures}}.': 'Most often {0} is taken for {1}, {2, plural, one {# word} other {# words}}.',
    'Most often, {1, plural, one {# picture} other {# pictures}} each, {0}.': 'Most often, {1, plural, one {# word} other {# words}} each, {0}.',
    'Thin lines are 95 % intervals over the pictures of each class.': 'Thin lines are 95 % intervals over the words of each class.',
    'With as few as {0} pictures they are wide: differences of classes may be chance.': 'With as few as {0} words they are wide: differences of classes may be chance.',
    '{0}{is1, select, true {, bundled} other {}}. {2, plural, one {# class} other {# classes}}, {3} pictures.': '{0}{is1, select, true {, bundled} other {}}. {3} texts, whose words are of {2, plural, one {# class} other {# classes}}.',
  },
  numbers: {
    ...drawn,
    'Accuracy against {0}': 'Correlation against {0}',
    ', hollow ones cost as much or more without being more accurate': ', hollow ones cost as much or more without a higher correlation',
    '{0} % of {1} test pictures right': 'Pearson correlation {0} % on {1} test texts',
    'test accuracy, %': 'test correlation (Pearson), %',
    'best validation accuracy, %': 'best validation correlation, %',
    'validation accuracy, %': 'validation correlation (Pearson), %',
    'test accuracy': 'test correlation',
    'best validation accuracy': 'best validation correlation',
    'Validation accuracy': 'Validation correlation',
    'Test accuracy': 'Test correlation',
    'Validation or test accuracy': 'Validation or test correlation',
    'accuracy, %': 'correlation (Pearson), %',
    Accuracy: 'Correlation',
    'Accuracy on the plane through three runs': 'Correlation on the plane through three runs',
    'its test, confusion, memory over time, kernel times': 'its test, memory over time, kernel times',
    'accuracy against MiB and against seconds': 'correlation against MiB and against seconds',
    '{0} gets {1} % of {2} test pictures right.': '{0} reaches a Pearson correlation of {1} % on {2} test texts.',
    '{5} of {1} {2} right ({0} %) with the weights of step {3} (loss {4}).': 'Pearson correlation of {0} % on {1} {2} with the weights of step {3} (loss {4}).',
    'after {0} steps: accuracy, loss': 'after {0} steps: loss',
    '{0} %, {1}': '{1}',
    '{0}{is1, select, true {, bundled} other {}}. {2, plural, one {# class} other {# classes}}, {3} pictures.': '{0}{is1, select, true {, bundled} other {}}. {3} texts with a number each.',
  },
};

const nouns: readonly [RegExp, string][] = [
  [/\b([Aa])n image\b/g, '$1 text'],
  [/\b(?:Picture|Image)(s?)\b/g, 'Text$1'],
  [/\b(?:picture|image)(s?)\b/g, 'text$1'],
];

/** An English text on pictures as it is on texts. */
export const ofTexts = (english: string): string => others[english] ?? nouns.reduce((text, [noun, other]) => text.replace(noun, other), english);

/** True of an English text that is another one of other things. */
export const varies = (english: string): boolean => ofTexts(english) !== english || Object.values(answers).some((of) => english in of);

/** An English text as it is on what the page learns from now. */
export const inMedium = (english: string): string => (about === 'pictures' ? english : ((about === 'texts' ? undefined : answers[about][english]) ?? ofTexts(english)));
