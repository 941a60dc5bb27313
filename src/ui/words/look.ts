import { ofPictures, sayOfPictures as say } from '../../language/say';

/** Words of looking at one picture: what several models say of it, and where they look. */
export const lookWords = ofPictures({
  toggle: 'Where it looks',
  title: 'Where they look',
  picture: say<[name: string]>('Picture: {0}'),
  earlier: 'Previous picture',
  later: 'Next picture',
  inspect: say<[name: string]>('Look at {0}'),
  looking: 'Looking at the picture.',
  waiting: 'Pictures are being classified; this comes between two batches.',
  training: 'Training is using the device. This continues once it has ended.',
  asSeen: 'As the model sees it',
  asSeenBy: say<[name: string]>('As {0} sees it'),
  half: say<[patches: number, all: number]>('half of its attention is on {0} of {1} patches'),
  same: say<[percent: string]>('{0} % of it lies where the base model’s does'),
  says: say<[label: string, percent: string]>('{0}, {1} %'),
  silent: 'It has no classification head.',
  stop: say<[name: string, row: number, col: number, times: string, facts: string]>('{0}: {4}. Strongest in row {1}, column {2}, {3} times an even share.'),
  legend: { none: '0', even: '1', label: 'Weight of a patch; 1 is an even share: what each would have if all had the same' },
  head: ['model', 'row', 'column', 'weight', 'even shares'],
  caption: 'Attention rollout (Abnar and Zuidema, 2020): what of each patch reaches the part of the model that the head reads, if every layer hands on half of what it has and half of what its heads look at on average. It shows where information may come from. It is no proof that the answer depends on it: MLPs, signs of values and differences between heads are left out. The ring marks the strongest patch; all maps share one scale.',
  camera: {
    open: 'Live camera',
    close: 'Close the camera',
    title: 'What the camera shows',
    tick: 'Tick the base model or an adapter to see what it says.',
    rate: say<[perSecond: string]>('{0} pictures a second'),
    hold: 'Hold this picture',
    go: 'Continue',
    said: 'What they say now',
  },
});
