import type { Threshold } from './facts.meta';

/** Words of the line between an answer and none, which the exported page and the studio share. */
export const sureWords = {
  title: 'How sure it has to be',
  none: 'None of these',
  label: 'Below this, the answer is “None of these”',
  /** `name` is the likeliest class; the shares are as people read them. */
  unsure: (name: string, share: string, least: string) => `Not sure: most like ${name}, ${share}, and it takes ${least}.`,
  /** How it was found. */
  chosen: ({ value, images, split, right, wrong }: Threshold, percent: (share: number) => string) => (split ? `It was set to ${percent(value)} on ${images} ${split === 'val' ? 'pictures that were held back' : 'test pictures'}: ${percent(right)} of the right answers reach that, ${wrong === null ? 'and no answer was wrong' : `and ${percent(wrong)} of the wrong ones`}. A picture of something else may reach it too.` : 'Nothing was measured to set it by.'),
};
