import { plural, formatNumber, listOf } from '../../../language/format';

/** Words on the tokens of texts. */
export const lengthWords = {
  title: (shortest: string, longest: string) => `Tokens: ${shortest}${longest ? ` to ${longest}` : ''} a text`,
  cut: (cut: number, texts: number, most: number, lost: string) => `${plural(cut, `${formatNumber(cut)} of ${formatNumber(texts)} texts is`, `${formatNumber(cut)} of ${formatNumber(texts)} texts are`)} longer than ${formatNumber(most)} tokens and ${plural(cut, 'ends', 'end')} there; ${lost} tokens are cut.`,
  /** Behind it, where the model could read more. */
  more: 'You can raise the limit under Tokens.',
  unknown: (percent: string, words: string[]) => `The model does not know ${percent} % of the words, most often ${listOf(words)}. It reads them in pieces of letters, or not at all.`,
  quoted: (word: string) => `“${word}”`,
  most: 'Most tokens of a text',
  mostHint: (positions: string) => `What is longer is cut. This model has positions for ${positions}; more tokens take more memory and time.`,
  byLength: 'Texts by their number of tokens',
  axis: 'tokens',
  bar: (range: string, count: string, n: number) => `${range} tokens: ${count} ${plural(n, 'text', 'texts')}`,
  samples: 'The first texts as the model reads them:',
  example: 'abc',
  parts: { text: 'of the text', counts: 'counts in the loss', special: 'stands around a text', cut: 'cut off' },
} as const;
