import { say } from '../../language/say';

/** How a data set is parted into pictures to train on, to follow the run, and to test. */
export const splitWords = {
  counts: say<[train: string, held: string, test: string]>('{0} to train, {is1, select, true {{1} to validate, } other {}}{2} to test'),
  /** Limits under Advanced, where they cut the set. */
  limits: say<[train: string, test: string]>('Of these a run uses {is0, select, true {{0} to train and validate{is1, select, true { and } other {}}} other {}}{is1, select, true {{1} to test} other {}}, by the limits under Advanced.'),
  fewHeld: say<[count: number]>('Only {0, plural, one {# picture} other {# pictures}} to validate: the accuracy there moves in large steps, and the best weights are chosen by it. Add pictures, or raise the validation share.'),
  tooFew: say<[count: number]>('Only {0, plural, one {# picture} other {# pictures}} to validate, too few to choose the best weights by: the last weights are kept. Add pictures, or raise the validation share.'),
  raise: 'Hold back more',
  /** Where the share is that of a small set. */
  raised: say<[percent: number]>('With so few pictures, {0} % of those to train on are held back to validate.'),
  taken: say<[pictures: string]>('Early stopping looks at pictures that are not trained on. No validation share is set, so it takes {0}, some of each class.'),
  balanced: 'Classes are balanced.',
  nearlyBalanced: 'Classes are nearly balanced.',
  imbalance: say<[ratio: string]>('The largest class has {0} times as many training pictures as the smallest.'),
  own: { two: 'The data comes split into training and test.', three: 'The data comes split into training, validation and test.' },
  drawn: say<[percent: number, seed: number]>('Random split: {0} % of each class held out for testing, seed {1}.'),
  share: 'Test share',
  shareHelp: 'Of each class. The model never learns from these pictures.',
  seed: 'Seed of the split',
  seedHelp: 'The same seed draws the same pictures.',
  again: 'Draw again',
  heldHelp: 'Part of the training pictures held out to follow the run and keep the best weights. The same setting stands under Advanced.',
  title: 'How the pictures are split',
  change: 'Change',
  changeLabel: 'Change how the pictures are split',
  close: 'Close',
  closeLabel: 'Close the split',
  changed: say<[percent: number, seed: number]>('The split is {0} % for testing, seed {1}'),
};
