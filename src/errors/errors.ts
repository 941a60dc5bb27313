import { cut } from './text';

/** Letters of any message: text from a file, a server or a library in it may be of any length. */
const mostLetters = 4000;

/** An error whose message is for people: what happened, and what to do. Its classes tell what it is about. */
export class FullrankError extends Error {
  override name = 'FullrankError';
  constructor(message: string) {
    super(cut(message, mostLetters));
  }
}

/** The message of whatever was thrown, for people or for a sentence around it. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
