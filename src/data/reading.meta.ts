/** Tokens of a text at most where nothing else is said; fewer where all texts have fewer. */
import { defined } from '../numbers/defined';

export const USUAL_TOKENS = 128;

/** Columns of a table by their roles; by their usual names if left out. */
export interface TextColumns {
  text?: string;
  /** The second text of a pair; empty for none. */
  pair?: string;
  label?: string;
}

/** Target that is learned of texts: classes, numbers, a class of each word, or how they go on. */
export type Learned = TextLabels | 'next';

/** Differences between the things that are learned of texts. */
interface TextKind {
  /** The thing that is learned; where labels are numbers, those instead of classes. */
  learned: Learned;
  /** The texts have no labels: they are continued. */
  generates: boolean;
  /** A text may have a second one beside it. */
  pairs: boolean;
}

/** Things to learn of a text, one row each: what it is as a whole, what each of its words is, or how it goes on. */
export const textKinds = {
  text: { learned: 'classes', generates: false, pairs: true },
  tokens: { learned: 'words', generates: false, pairs: false },
  next: { learned: 'next', generates: true, pairs: false },
} as const satisfies Record<string, TextKind>;

export type TextReads = keyof typeof textKinds;
export const textReads = Object.keys(textKinds) as TextReads[];
/** Default reading of a set of texts. */
export const USUAL_READS = defined(textReads[0]);

/** Reading of tables of texts; by the usual names of their columns if left out. */
export interface TextReading {
  reads?: TextReads;
  columns?: TextColumns;
  /** Of texts that are gone on with: what is given and what is to be said, with {column} for a column; both or neither. */
  prompt?: string;
  answer?: string;
  /** If the answer has {choice}: the column of the choices, or the name of numbered ones; the column of the label says which is right. */
  choices?: string;
  /** The column of those holds chats, which the model's own template makes texts of: it is found, not chosen. */
  chat?: boolean;
}

/** A table as a person chooses its columns by: their names, and the beginnings of its first rows. */
export interface TextTable {
  columns: string[];
  rows: string[][];
}

/** Labels of texts: a class of each text, a number, or a class of each of its words. */
export type TextLabels = 'classes' | 'numbers' | 'words';
