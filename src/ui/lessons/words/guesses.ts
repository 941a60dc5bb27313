import type { LessonName } from '../names';

/** The question of a lesson, and its three answers. */
export interface GuessWords {
  ask: string;
  answers: readonly [string, string, string];
}

/** What is asked before anything is shown. */
export const guessWords = {
  before: 'Choose one: it is shown beside what comes out. It stays in this browser; in a class it is counted too, without your name.',
  kept: 'Kept. It will stand beside what comes out.',
  yours: 'Your guess',
  none: 'none yet',
  came: 'What came out',
  ofClass: 'The class guessed',
  lessons: {
    rank: {
      ask: 'The target has 128 directions, all of the same weight. LoRA and RandLoRA may each train about 8,192 numbers, half of what the target has. Who comes nearer?',
      answers: ['LoRA: 32 directions, which it sets as it likes', 'RandLoRA: all 128, none of which it can set freely', 'Both come equally near'],
    },
    budget: {
      ask: 'LoRA may train 37 thousand numbers of a real model, or 64 times as many. How much does that change the accuracy on pictures that it has not seen?',
      answers: ['Much: by more than ten points', 'Some: by two to ten points', 'Hardly: by less than two points, or not at all'],
    },
    rates: {
      ask: 'Eight methods are trained, each at five or six learning rates. Which lie further apart in accuracy: one method at its best and at its worst rate, or the eight methods, each at its own?',
      answers: ['One method at its best and at its worst rate', 'The eight methods, each at its own rate', 'It depends on which method'],
    },
    seeds: {
      ask: 'Two methods do not differ at all. Three seeds of each are trained, and the 95 % interval of each mean is drawn. How often do the two intervals have no value in common?',
      answers: ['In about one of twenty comparisons, as 95 % says', 'Much more rarely', 'Much more often: three seeds are few'],
    },
    'few-shots': {
      ask: 'A model may look at very few pictures of each class, and is then asked about many others. What gets most of them right?',
      answers: ['An adapter, LoRA or RandLoRA: it changes the model inside', 'The linear probe: it changes nothing inside, and has least to learn', 'Few pictures tell nothing: all get about as many right'],
    },
    landscape: {
      ask: 'LoRA and full fine-tuning began at the same weights and ended at others. On the straight line between the two models, what does the loss do?',
      answers: ['It climbs over a ridge: no straight path joins them', 'It stays about as low: a straight path joins them', 'It falls lower than at both ends'],
    },
    memory: {
      ask: 'Methods train from a few numbers to all weights of a small model. How much less memory does the one that needs least take, compared with the one that needs most?',
      answers: ['Hardly less: under a tenth', 'From a tenth to a half less', 'More than half less'],
    },
    step: {
      ask: 'LoRA adds B A to a weight, and B begins at zero. After the first backward pass, before anything has changed: which of the two has a gradient that is not zero?',
      answers: ['Both, or it could not learn', 'Only B', 'Only A'],
    },
  } satisfies Record<LessonName, GuessWords>,
};
