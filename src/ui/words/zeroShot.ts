import type { Learns } from '../store/texts';
import { ofPictures, sayOfPictures as say } from '../../language/say';

/** Words about classifying by the names of the classes. */
export const zeroShotWords = ofPictures({
  title: 'Zero-shot',
  about: 'This model reads text: it can classify pictures by the names of their classes, before any training.',
  prompts: 'Prompts',
  prompt: say<[number: number]>('Prompt {0}'),
  add: 'Add a prompt',
  remove: say<[number: number]>('Remove prompt {0}'),
  removed: say<[prompt: string]>('Removed “{0}”'),
  replaced: 'The prompts were replaced',
  presets: 'Ready-made prompts',
  preset: { plain: 'Plain', openai: 'OpenAI’s seven' },
  presetSource: 'The seven that OpenAI chose for ImageNet, from the notebooks of openai/CLIP.',
  example: say<[text: string]>('It reads “{0}”'),
  averaged: say<[prompts: number]>('Each class is the average of its {0} texts.'),
  problems: {
    empty: 'Write a text with {} where the name of the class goes.',
    none: 'Put {} where the name of the class goes.',
    several: 'A prompt takes only one {}.',
    bar: 'A prompt cannot contain |.',
    long: 'At most 1,000 characters.',
  },
  learns: 'What trains',
  learn: {
    vision: { title: 'Vision tower alone', hint: 'The class names become a fixed head, which is not trained.' },
    both: { title: 'Both towers', hint: 'Pictures and prompts are matched with each other: CLIP’s contrastive loss. A linear probe cannot do this.' },
    head: { title: 'Vision tower and a new head', hint: 'The class names are not used. A new head is trained from scratch.' },
  } satisfies Record<Learns, { title: string; hint: string }>,
  measure: 'Measure zero-shot',
  again: 'Measure again',
  busy: 'A run is in progress. Measure once it has ended.',
  preparing: 'Reading the class names.',
  measuring: say<[done: string, total: string, left: string]>('{0} of {1} {1, select, 1 {picture} other {pictures}}{is2, select, true {, about {2} left} other {}}'),
  progress: 'Measuring zero-shot accuracy',
  cancel: 'Cancel',
  failed: say<[why: string]>('Not measured. {0}'),
  result: say<[percent: string, count: string, pictures: string, low: string, high: string]>('{0} % of {1} {2} right without training (95 % interval {3} to {4}).'),
  classes: 'Each class',
  beside: say<[percent: string, low: string, high: string]>('The tick and the grey number are zero-shot, without training: {0} % in all (95 % interval {1} to {2}).'),
  row: say<[prompts: number]>('{0, plural, =0 {before training} one {no training, # prompt} other {no training, # prompts}}'),
});
