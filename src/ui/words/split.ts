/** How a data set is parted into pictures to train on, to follow the run, and to test. */
export const splitWords = {
  counts: (train: string, held: string, test: string): string => `${train} to train, ${held ? `${held} to validate, ` : ''}${test} to test`,
  imbalance: (ratio: string): string => (ratio === '1.0' ? 'Classes are balanced.' : `The largest class has ${ratio} times the pictures of the smallest.`),
  own: { two: 'The data comes split into training and test.', three: 'The data comes split into training, validation and test.' },
  drawn: (percent: number, seed: number): string => `Random split: ${percent} % of each class held out for testing, seed ${seed}.`,
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
  changed: (percent: number, seed: number): string => `The split is ${percent} % for testing, seed ${seed}`,
};
