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
      ask: 'The aim has 128 directions, all of the same weight. LoRA and RandLoRA may each train 8,192 numbers, half of what the aim has. Who comes nearer?',
      answers: ['LoRA: 32 directions, which it sets as it likes', 'RandLoRA: all 128, none of which it can set freely', 'Both come equally near'],
    },
  } satisfies Partial<Record<LessonName, GuessWords>> as Partial<Record<LessonName, GuessWords>>,
};
