import { create } from 'zustand';
import type { LessonName } from './names';

/** What people guessed before they looked, by lesson: the place of the answer. It stays in this browser. */
export type Guesses = Partial<Record<LessonName, number>>;

const storageKey = 'fullrank.guesses';

/** Reads kept guesses; whatever is none is left out. */
export function parseGuesses(text: string | null): Guesses {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
  return Object.fromEntries(Object.entries(stored ?? {}).filter(([, answer]) => Number.isInteger(answer) && answer >= 0));
}

function read(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

export const useGuesses = create<Guesses>()(() => parseGuesses(typeof localStorage === 'undefined' ? null : read()));

export function guess(lesson: LessonName, answer: number): void {
  useGuesses.setState({ [lesson]: answer });
  try {
    localStorage.setItem(storageKey, JSON.stringify(useGuesses.getState()));
  } catch {
    // A full or forbidden storage: the guess lasts as long as the tab.
  }
}
