import type { TextReads } from '../../../data/reading.meta';

/** Ways of reading a table of texts, and their choice. */
export const readingWords = {
  title: 'How the table is read',
  change: 'Choose columns',
  changeLabel: 'Choose columns',
  close: 'Close',
  closeLabel: 'Close the choice of columns',
  /** In force, in one line. */
  now: {
    text: (text: string, pair: string, label: string, numbers: boolean) => `${pair ? `Pairs from “${text}” and “${pair}”` : `Texts from “${text}”`}, ${numbers ? 'numbers' : 'classes'} from “${label}”.`,
    tokens: (words: string, tags: string) => `Words from “${words}”, their classes from “${tags}”.`,
    column: (column: string) => `Texts from “${column}”; all of the text counts in the loss.`,
    chat: (column: string) => `Chats from “${column}”; only what the assistant says counts in the loss.`,
    prompt: (prompt: string, answer: string) => `Prompt “${prompt}”, answer “${answer}”.`,
  },
  reads: 'What is learned',
  kinds: { text: 'a label for each text', tokens: 'a label for each word', next: 'how a text continues' },
  columns: { text: 'Texts', pair: 'Second texts', label: 'Classes or numbers' },
  /** Contents of those columns where they are something else. */
  columnsOf: { tokens: { text: 'Words', label: 'Their classes' } } as Partial<Record<TextReads, { text: string; label: string }>>,
  none: 'none',
  counts: 'What counts in the loss',
  ways: { column: 'all of it', prompt: 'an answer' },
  prompt: 'Prompt',
  answer: 'Answer',
  answerHint: 'Put columns in braces. The loss counts the answer and the end of the text. Start the answer with a space where words are separated by spaces. Where a row has several choices, {choice} stands for each, and the likeliest is compared with the right one.',
  insert: (column: string) => `Insert ${column}`,
  use: 'Use these',
  usual: 'Reset to what was detected',
  first: 'The first rows',
  changed: 'The table is read differently now.',
  asFound: 'The table is back to its detected columns.',
};
