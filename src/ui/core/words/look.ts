import { formatNumber } from '../../../language/format';

/** Words of looking at one picture: what several models say of it, and where they look. */
export const lookWords = {
  toggle: 'Where it looks',
  title: 'Where they look',
  picture: (name: string) => `Picture: ${name}`,
  earlier: 'Previous picture',
  later: 'Next picture',
  inspect: (name: string) => `Look at ${name}`,
  looking: 'Looking at the picture.',
  waiting: 'Pictures are being classified; this comes between two batches.',
  training: 'Training is using the device. This continues once it has ended.',
  asSeen: 'As the model sees it',
  asSeenBy: (name: string) => `As ${name} sees it`,
  half: (patches: number, all: number) => `half of its attention is on ${formatNumber(patches)} of ${formatNumber(all)} patches`,
  same: (percent: string) => `${percent} % of it lies where the base model’s does`,
  says: (label: string, percent: string) => `${label}, ${percent} %`,
  silent: 'It has no classification head.',
  stop: (name: string, row: number, col: number, times: string, facts: string) => `${name}: ${facts}. Strongest in row ${formatNumber(row)}, column ${formatNumber(col)}, ${times} times an even share.`,
  legend: { none: '0', even: '1', label: 'Weight of a patch (1 = average)' },
  head: ['model', 'row', 'column', 'weight', 'even shares'],
  caption: 'Attention rollout (Abnar and Zuidema, 2020): an estimate of how much each patch contributes to the prediction, assuming that every layer mixes its input and its average attention half and half. It shows where information may come from. It is no proof that the answer depends on it: MLPs, signs of values and differences between heads are left out. The ring marks the strongest patch; all maps share one scale.',
  camera: {
    open: 'Live camera',
    close: 'Close the camera',
    title: 'What the camera shows',
    tick: 'Tick the base model or an adapter to see what it says.',
    rate: (perSecond: string) => `${perSecond} pictures a second`,
    hold: 'Hold this picture',
    go: 'Continue',
    said: 'What they say now',
  },
};
