/**
 * The page learns from pictures, or from texts, in the same views. Its words are written of pictures; where they say no more than that
 * noun, the noun is all that changes, and what is another sentence of texts stands here. Other languages have both as texts of their own.
 */

/** `going on`: texts that have no class each, of which a part is to be said. */
export type About = 'pictures' | 'texts' | 'going on';

let about: About = 'pictures';

/** Says what the words are about from here on. */
export const speakOf = (of: About): void => void (about = of);

/** Sentences on pictures that are others on texts. */
export const others: Readonly<Record<string, string>> = {
  'Your own: one folder for each class, a zip, or pictures with a table (CSV, JSONL, Parquet). Or drop them here.': 'Your own: a table (CSV, TSV, JSONL, Parquet) with columns of texts and classes, or of prompts and answers; or lines of a .txt file to go on with. One file, or one for each split. Or drop it here.',
  'Owner and name, as ylecun/mnist. Labelled pictures in parquet files, zips, class folders or with a table can be opened.': 'Owner and name, as stanfordnlp/sst2. Tables of texts with a class each (CSV, JSONL, Parquet) can be opened.',
  '{0}{is1, select, true {, bundled} other {}}. {2} weights{is4, select, true { in its vision tower} other {}}, pictures of {3} × {3}.': '{0}{is1, select, true {, bundled} other {}}. {2} weights, texts of up to {3} tokens.',
  'They need no labels, and stay on this computer. You can drop a folder or files here.': 'One a line, or a table of texts, which you can drop here. They need no labels, and stay on this computer.',
  'Small files that PEFT puts on the same base model, with images and a script that check it.': 'Small files that PEFT puts on the same base model, with the lines that load them.',
  'One file for ONNX Runtime on servers, phones and web pages. It is run here and compared on test images.': 'For ONNX Runtime and transformers.js, with the tokenizer. It is run here and compared on test texts.',
  'Choose pictures to see what the adapters say.': 'Type a text to see what the adapters say.',
  'Choose pictures or a zip to classify': 'Choose a table of texts to classify',
  'Choose a folder of pictures': 'Choose a folder of tables',
  'Choose files of pictures': 'Choose tables of texts',
  'Query, key, value and MLP': 'As the model has it',
  '{0, plural, one {# pair} other {# pairs}} of near-duplicates: they add little to training': '{0, plural, one {# pair differs} other {# pairs differ}} in capitals, signs or blanks alone: they add little to training',
};

/** What is right of texts to go on with are tokens, one by one. */
export const goingOn: Readonly<Record<string, string>> = {
  '{0} % of {1} test pictures right': '{0} % of the tokens of {1} test texts right',
  'test accuracy, %': 'tokens right in test texts, %',
  'best validation accuracy, %': 'best, tokens right in validation texts, %',
  'validation accuracy, %': 'tokens right in validation texts, %',
  'its test, confusion, memory over time, kernel times': 'its test, memory over time, kernel times',
  '{0} gets {1} % of {2} test pictures right.': '{0} gets {1} % of the tokens of {2} test texts right.',
  '{0} % of {1} {2} right with the weights of step {3}, loss {4}.': '{0} % of the tokens of {1} {2} right with the weights of step {3}, loss {4}.',
  '{0}{is1, select, true {, bundled} other {}}. {2, plural, one {# class} other {# classes}}, {3} pictures.': '{0}{is1, select, true {, bundled} other {}}. {3} texts to go on with.',
};

const nouns: readonly [RegExp, string][] = [
  [/\b([Aa])n image\b/g, '$1 text'],
  [/\b(?:Picture|Image)(s?)\b/g, 'Text$1'],
  [/\b(?:picture|image)(s?)\b/g, 'text$1'],
];

/** An English text on pictures as it is on texts. */
export const ofTexts = (english: string): string => others[english] ?? nouns.reduce((text, [noun, other]) => text.replace(noun, other), english);

/** An English text as it is on what the page learns from now. */
/** True of an English text that is another one of other things. */
export const varies = (english: string): boolean => ofTexts(english) !== english || english in goingOn;

export const inMedium = (english: string): string => (about === 'pictures' ? english : ((about === 'going on' ? goingOn[english] : undefined) ?? ofTexts(english)));
