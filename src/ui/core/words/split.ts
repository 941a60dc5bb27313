import { byMedium, inMedium } from '../../../language/medium';
import { counted, formatNumber, plural } from '../../../language/format';

/** Division of a data set into pictures to train on, to follow the run, and to test. */
export const splitWords = {
  counts: (train: string, held: string, test: string) => `${train} to train, ${held ? `${held} to check on the way, ` : ''}${test} to test`,
  /** Limits under Advanced, where they cut the set. */
  limits: (train: string, test: string) => `Each run uses ${train ? `${train} to train and validate${test ? ' and ' : ''}` : ''}${test ? `${test} to test` : ''} of these (limits under Advanced).`,
  fewHeld: (count: number, points: string) => inMedium`${counted(count, inMedium`picture`, inMedium`pictures`)} of those to train on ${plural(count, 'is', 'are')} held back to choose the best moment of the training by, and one more right counts ${points} points there: the choice is rough. Accuracy at the end is of the test pictures, and not touched by this.`,
  tooFew: (count: number) => inMedium`${counted(count, inMedium`picture`, inMedium`pictures`)} of those to train on ${plural(count, 'is', 'are')} held back to follow the training, too few to choose its best moment by, so the model is kept as it is at the end. With a small set that is as it should be. Accuracy at the end is of the test pictures, and not touched by this.`,
  raise: 'Hold back more',
  /** For a share that is that of a small set. */
  raised: (percent: number) => inMedium`With so few pictures, ${formatNumber(percent)} % of those to train on are kept aside to check the training by.`,
  taken: (pictures: string) => inMedium`Early stopping looks at pictures that are not trained on. No validation share is set, so it takes ${pictures}, some of each class.`,
  balanced: 'Classes are balanced.',
  nearlyBalanced: 'Classes are nearly balanced.',
  imbalance: (ratio: string) => inMedium`The largest class has ${ratio} times as many training pictures as the smallest.`,
  own: { two: 'The data comes split into training and test.', three: 'The data comes split into training, validation and test.' },
  drawn: (percent: number, seed: number) => byMedium({ pictures: `Random split: ${formatNumber(percent)} % of each class held out for testing, seed ${formatNumber(seed)}.`, next: `Random split: ${formatNumber(percent)} % held out for testing, seed ${formatNumber(seed)}.`, words: `Random split: ${formatNumber(percent)} % held out for testing, seed ${formatNumber(seed)}.`, numbers: `Random split: ${formatNumber(percent)} % held out for testing, seed ${formatNumber(seed)}.` }),
  share: 'Test share',
  get shareHelp() { return inMedium`Of each class. The model never learns from these pictures.`; },
  seed: 'Seed of the split',
  get seedHelp() { return inMedium`The same seed draws the same pictures.`; },
  again: 'Draw again',
  get heldHelp() { return inMedium`Part of the training pictures held out to follow the run and keep the best weights. The same setting stands under Advanced.`; },
  get title() { return inMedium`How the pictures are split`; },
  change: 'Change',
  get changeLabel() { return inMedium`Change how the pictures are split`; },
  close: 'Close',
  closeLabel: 'Close the split',
  changed: (percent: number, seed: number) => `The split is ${formatNumber(percent)} % for testing, seed ${formatNumber(seed)}`,
};
