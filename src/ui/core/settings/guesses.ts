import { create } from 'zustand';

/** What people guessed before they looked, by lesson: the place of the answer. It stays in this browser, and is counted in a class. */
export type Guesses = Record<string, number>;

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

/** How often each answer was guessed in the class that the page belongs to, by lesson; empty outside of one. */
export const useClassGuesses = create<Record<string, readonly number[]>>()(() => ({}));

/** Takes over what a class says of its guesses. */
export function setClassGuesses(guesses: readonly { lesson: string; counts: readonly number[] }[]): void {
  const next = Object.fromEntries(guesses.map(({ lesson, counts }) => [lesson, counts]));
  if (JSON.stringify(next) !== JSON.stringify(useClassGuesses.getState())) useClassGuesses.setState(next, true);
}

export function guess(lesson: string, answer: number): void {
  useGuesses.setState({ [lesson]: answer });
  try {
    localStorage.setItem(storageKey, JSON.stringify(useGuesses.getState()));
  } catch {
    // A full or forbidden storage: the guess lasts as long as the tab.
  }
}
