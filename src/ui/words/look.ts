const rows = ['upper', 'middle', 'lower'];
const cols = ['left', 'centre', 'right'];

/** Words of looking at one picture: what several models say of it, and where they look. */
export const lookWords = {
  toggle: 'Where it looks',
  title: 'Where they look',
  picture: (name: string): string => `Picture: ${name}`,
  earlier: 'Previous picture',
  later: 'Next picture',
  inspect: (name: string): string => `Look at ${name}`,
  looking: 'Looking at the picture.',
  waiting: 'Pictures are being classified; this comes after them.',
  training: 'Training is using the graphics card. This continues once it has ended.',
  asSeen: 'As the model sees it',
  asSeenBy: (name: string): string => `As ${name} sees it`,
  /** The ninths of a picture, row by row. */
  ninths: rows.flatMap((row) => cols.map((col) => (row === 'middle' && col === 'centre' ? 'centre' : `${row} ${col}`))),
  most: (share: string, ninth: string): string => `${share} % in the ${ninth}`,
  half: (patches: number, all: number): string => `half of it in ${patches} of ${all} patches`,
  same: (percent: string): string => `${percent} % in common with the base model`,
  says: (label: string, percent: string): string => `${label}, ${percent} %`,
  silent: 'It has no classification head.',
  stop: (name: string, row: number, col: number, times: string, facts: string): string => `${name}: ${facts}. Strongest in row ${row}, column ${col}, ${times} times an even share.`,
  legend: { none: '0', even: '1', label: 'Weight of a patch; 1 is an even share: what each would have if all had the same' },
  head: ['model', 'row', 'column', 'weight', 'even shares'],
  caption: 'Attention rollout (Abnar and Zuidema, 2020): what of each patch reaches the part of the model that the head reads, if every layer hands on half of what it has and half of what its heads look at on average. It shows where information may come from. It is no proof that the answer depends on it: MLPs, signs of values and differences between heads are left out. The ring marks the strongest patch; all maps share one scale.',
  camera: {
    open: 'Live camera',
    close: 'Close the camera',
    title: 'What the camera shows',
    tick: 'Tick the base model or an adapter to see what it says.',
    rate: (perSecond: string): string => `${perSecond} pictures a second`,
    hold: 'Hold this picture',
    go: 'Continue',
    said: 'What they say now',
  },
};
