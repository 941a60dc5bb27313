import type { TextReads } from '../../data/reading.meta';
import { say } from '../../language/say';

/** How a table of texts is read, and read otherwise. */
export const readingWords = {
  title: 'How the table is read',
  change: 'Choose columns',
  changeLabel: 'Choose columns',
  close: 'Close',
  closeLabel: 'Close the choice of columns',
  /** In force, in one line. */
  now: {
    text: say<[text: string, pair: string, label: string, numbers: boolean]>('{is1, select, true {Pairs from “{0}” and “{1}”} other {Texts from “{0}”}}, {3, select, true {numbers} other {classes}} from “{2}”.'),
    tokens: say<[words: string, tags: string]>('Words from “{0}”, their classes from “{1}”.'),
    column: say<[column: string]>('Texts from “{0}”; all of the text counts in the loss.'),
    chat: say<[column: string]>('Chats from “{0}”; only what the assistant says counts in the loss.'),
    prompt: say<[prompt: string, answer: string]>('Prompt “{0}”, answer “{1}”.'),
  },
  reads: 'What is learned',
  kinds: { text: 'a label for each text', tokens: 'a label for each word', next: 'how a text continues' },
  columns: { text: 'Texts', pair: 'Second texts', label: 'Classes or numbers' },
  /** What those hold, where it is something else. */
  columnsOf: { tokens: { text: 'Words', label: 'Their classes' } } as Partial<Record<TextReads, { text: string; label: string }>>,
  none: 'none',
  counts: 'What counts in the loss',
  ways: { column: 'all of it', prompt: 'an answer' },
  prompt: 'Prompt',
  answer: 'Answer',
  answerHint: 'Put columns in braces. The loss counts the answer and the end of the text. Start the answer with a space where words are separated by spaces. Where a row has several choices, {choice} stands for each, and the likeliest is compared with the right one.',
  insert: say<[column: string]>('Insert {0}'),
  use: 'Use these',
  usual: 'Reset to what was detected',
  first: 'The first rows',
  changed: 'The table is read differently now.',
  asFound: 'The table is back to its detected columns.',
};
