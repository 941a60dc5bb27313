import type { LessonName } from '../names';

/** The question of a lesson, and its three answers. */
export interface GuessWords {
  ask: string;
  answers: readonly [string, string, string];
}

/** What is asked before anything is shown. */
export const guessWords = {
  before: 'Choose one: it stays in this browser, and is shown beside what comes out.',
  kept: 'Kept. It will stand beside what comes out.',
  yours: 'Your guess',
  none: 'none yet',
  came: 'What came out',
  lessons: {
    rank: {
      ask: 'All 128 directions of the aim count alike, and each method may train half as many numbers as it has. Who comes nearest?',
      answers: ['LoRA: it finds the 32 directions that help most', 'RandLoRA: it has all directions, none of its own choice', 'Both come equally near'],
    },
  } satisfies Partial<Record<LessonName, GuessWords>> as Partial<Record<LessonName, GuessWords>>,
};
