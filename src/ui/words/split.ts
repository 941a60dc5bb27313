/** How a data set is parted into pictures to train on, to follow the run, and to test. */
export const splitWords = {
  counts: (train: string, held: string, test: string): string => `${train} to train, ${held ? `${held} held back, ` : ''}${test} to test`,
  imbalance: (ratio: string): string => (ratio === '1.0' ? 'All classes are about as large.' : `The largest class has ${ratio} times the pictures of the smallest.`),
  own: { two: 'The set brings its own split into train and test.', three: 'The set brings its own split into train, validation and test.' },
  drawn: (percent: number, seed: number): string => `Drawn by chance: ${percent} % of each class for the test, seed ${seed}.`,
  share: 'Test share, %',
  shareHelp: 'Of each class. The model never learns from these pictures.',
  seed: 'Seed of the split',
  seedHelp: 'The same seed draws the same pictures.',
  again: 'Draw again',
  heldHelp: 'Share of the training pictures held back to follow the run and keep the best weights. It is the same setting as under Advanced.',
  title: 'How the pictures are split',
  change: 'Change',
  changeLabel: 'Change how the pictures are split',
  close: 'Close',
  closeLabel: 'Close the split',
  changed: (percent: number, seed: number): string => `The split is ${percent} % for the test, seed ${seed}`,
};
