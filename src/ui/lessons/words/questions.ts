import { formatFixed, formatNumber } from '../../../language/format';
import { lengthOver, toHalve } from '../../../numbers/student';

/** A question of a lesson, with its answer, which is there for who asks for it. */
export interface Question {
  ask: string;
  answer: string;
}

/** Questions that parts of lessons end with; the pages for teachers have some of them as well. */
export const partQuestions = {
  directions: {
    ask: 'How many independent directions can the update of a 128 × 128 matrix have at most, and how many with LoRA of r = 4?',
    answer: '128, and 4: a product of a matrix with 4 columns and one with 4 rows has rank 4 at most.',
  },
  gains: {
    ask: 'Which of the two would you expect to gain from more parameters?',
    answer: 'In the paper it is RandLoRA: more bases keep helping it, while more rank stops helping LoRA. Whether these runs agree can be said only where a difference is larger than chance explains.',
  },
  seeds: {
    ask: 'How many seeds would you train to tell two methods apart?',
    answer: `Choose their number before you look. Six seeds make an interval ${formatFixed(lengthOver(3) / lengthOver(6), 1)} times shorter than three; from five, it takes ${formatNumber(toHalve(5))} to halve one, and from many four times as many. Where intervals are much longer than the difference, seeds alone will hardly decide it.`,
  },
  oneRate: {
    ask: 'Somebody trains two methods at a rate of 0.003 and finds one of them far ahead. What do you ask?',
    answer: 'Whether 0.003 is the rate of either. At one rate for all, the method whose rate it happens to be wins. Each needs a search of its own, of the same size, on pictures that are not the test pictures.',
  },
  ladder: {
    ask: 'Rates here go up by factors of about two. Why not by equal steps?',
    answer: 'A rate multiplies: from 0.0001 to 0.0002 changes as much as from 0.01 to 0.02. Equal steps would be all large ones, and the rates of methods lie a factor of hundreds apart.',
  },
  overlap: {
    ask: 'The intervals of two means overlap. Can you conclude that the methods are equal?',
    answer: 'No, nor that they differ: look at the interval of the difference. If it holds 0, these runs cannot tell; how far it reaches says which differences are still possible.',
  },
  addSeeds: {
    ask: 'The interval of the difference just holds 0. May you train another seed and look again?',
    answer: 'Not with the same interval: each further look is another chance to find what is not there. Choose the number of seeds first; or plan the looks first, and ask more of each.',
  },
  own: {
    ask: 'Which method would you take for your own pictures?',
    answer: 'The one that is ahead with about as many pictures as you have. Where intervals leave that open: the smallest, or two of them, tried on your pictures.',
  },
  deepest: {
    ask: 'Whose valley would you expect to be the deepest?',
    answer: 'Full fine-tuning can reach every place that the other two can, and more. In a short training it need not get there; part 6 says what was measured.',
  },
  inPlane: {
    ask: 'What would it mean if the pretrained model lay in the plane exactly?',
    answer: 'That the three updates, in some shares that add up to one, cancel each other out. Separate trainings hardly ever do that.',
  },
  shadow: {
    ask: 'A path looks straight. Could the run still have turned?',
    answer: 'Yes, out of the plane: a shadow does not show that. How far each run was off the plane is said above.',
  },
  change: {
    ask: 'Which change would you try first: seed, steps, or pictures?',
    answer: 'The seed: it changes nothing else, and shows how much of this is chance. More steps come nearer to the paper; more pictures make each loss more certain, but not the runs.',
  },
} satisfies Record<string, Question>;
