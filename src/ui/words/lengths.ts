import { say } from '../../language/say';

/** How texts become tokens. */
export const lengthWords = {
  title: say<[shortest: string, longest: string]>('Tokens: {0}{is1, select, true { to {1}} other {}} a text'),
  cut: say<[cut: number, texts: number, most: number, lost: string]>('{0, plural, one {# of {1} texts is} other {# of {1} texts are}} longer than {2} tokens and {0, plural, one {ends} other {end}} there; {3} tokens are cut.'),
  /** Behind it, where the model could read more. */
  more: 'You can raise the limit under Tokens.',
  unknown: say<[percent: string, words: string[]]>('The model does not know {0} % of the words, most often {1}. It reads them in pieces of letters, or not at all.'),
  quoted: say<[word: string]>('“{0}”'),
  most: 'Most tokens of a text',
  mostHint: say<[positions: string]>('What is longer is cut. This model has positions for {0}; more tokens take more memory and time.'),
  byLength: 'Texts by their number of tokens',
  axis: 'tokens',
  bar: say<[range: string, count: string, n: number]>('{0} tokens: {1} {2, plural, one {text} other {texts}}'),
  samples: 'The first texts as the model reads them:',
  example: 'abc',
  parts: { text: 'of the text', counts: 'counts in the loss', special: 'stands around a text', cut: 'cut off' },
} as const;
