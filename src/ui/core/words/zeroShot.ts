import { formatNumber, plural } from '../../../language/format';

/** Words about classifying by the names of the classes. */
export const zeroShotWords = {
  title: 'Zero-shot',
  about: 'This model reads text: it can classify pictures by the names of their classes, before any training.',
  prompts: 'Prompts',
  prompt: (number: number) => `Prompt ${formatNumber(number)}`,
  add: 'Add a prompt',
  remove: (number: number) => `Remove prompt ${formatNumber(number)}`,
  removed: (prompt: string) => `Removed “${prompt}”`,
  replaced: 'The prompts were replaced',
  presets: 'Ready-made prompts',
  preset: { plain: 'Plain', openai: 'OpenAI’s seven' },
  presetSource: 'The seven that OpenAI chose for ImageNet, from the notebooks of openai/CLIP.',
  example: (text: string) => `It reads “${text}”`,
  averaged: (prompts: number) => `Each class is the average of its ${formatNumber(prompts)} texts.`,
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
  measuring: (done: string, total: string, left: string) => `${done} of ${total} ${total === '1' ? 'picture' : 'pictures'}${left ? `, about ${left} left` : ''}`,
  progress: 'Measuring zero-shot accuracy',
  cancel: 'Cancel',
  failed: (why: string) => `Not measured. ${why}`,
  result: (percent: string, count: string, pictures: string, low: string, high: string) => `${percent} % of ${count} ${pictures} right without training (95 % interval ${low} to ${high}).`,
  classes: 'Each class',
  beside: (percent: string, low: string, high: string) => `The tick and the grey number are zero-shot, without training: ${percent} % in all (95 % interval ${low} to ${high}).`,
  row: (prompts: number) => prompts === 0 ? 'before training' : plural(prompts, `no training, ${formatNumber(prompts)} prompt`, `no training, ${formatNumber(prompts)} prompts`),
};

/** Settings of models that read texts: prompts, and what trains. They are kept as training settings. */

export type Learns = 'vision' | 'both' | 'head';
