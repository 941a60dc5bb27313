import { plural } from './grammar';

/** The view that compares runs. */
export const compareWords = {
  /** A headline where there is nothing to compare with. */
  one: (name: string, percent: string, pictures: string): string => `${name} gets ${percent} % of ${pictures} test pictures right.`,
  oneMean: (name: string, percent: string, interval: string, seeds: number): string => `${name} reaches ${percent} ± ${interval} % over ${plural(seeds, 'seed')}.`,
  wilson: (low: string, high: string): string => `With as many other pictures it would lie between ${low} and ${high} % (95 % interval).`,
  none: 'No result yet',
  waiting: 'A result comes with the first evaluation on the test pictures; until then the curves show how training goes.',
  empty: 'Accuracy against parameters, curves with their spread over seeds, and a table of all runs appear here with the first finished run.',
  filtered: 'No finished run passes the filter.',
  /** The numbers behind the headline, and what they were measured on. */
  numbers: (rows: string, pictures: string): string => `${rows}${pictures ? `; on ${pictures} test pictures` : ''}.`,
  row: (name: string, mean: string, interval: string, seeds: number): string => `${name}: ${mean}${interval ? ` ± ${interval}` : ''} % (${plural(seeds, 'seed')})`.replaceAll(' ', '\u00a0'),
  more: (count: number): string => `${count} more in the table`,

  /** Whose runs these are. */
  recorded: (runs: number, data: string): string => `Recorded with this page: ${plural(runs, 'run')} on ${data}`,
  own: (runs: number): string => `${plural(runs, 'run')} of yours`,
  others: (runs: number, people: number): string => `${plural(runs, 'run')} of ${people === 1 ? 'somebody else' : `${people} other people`}`,
  withRecorded: (runs: number): string => `${plural(runs, 'recorded run')}`,
  showRecorded: 'Recorded runs',
  how: 'How they were made',
  about: (data: string, model: string, steps: string, device: string): string => `${model} on ${data}, ${steps} steps, recorded with ${device}. The processor was busy with other work: compare steps, not seconds.`,
  data: 'Data',
  dataChoice: (title: string, runs: number): string => `${title} (${plural(runs, 'run')})`,

  try: 'Try it',
  addSeeds: 'Add 2 seeds',
  seedsTake: (runs: number, time: string): string => `${plural(runs, 'run')}${time ? `, about ${time}` : ''}`,
  seedsTakePartly: (runs: number, time: string): string => `${plural(runs, 'run')}, more than ${time}`,
  seedsAdded: (runs: number): string => `${plural(runs, 'run')} added to the queue`,
  share: 'Share a link',
  whatShots: 'What are shots?',
  train: 'Train your own',

  /** The words around the terms that open a definition. */
  reading: { filled: 'Filled marks lie on the', front: 'front', hollow: ', hollow ones are beaten; bars are', interval: '95 % intervals' },

  sections: {
    cost: { title: 'Memory and time', what: 'accuracy against MiB and against seconds' },
    two: { title: 'Any two quantities', what: 'one against the other, as you choose them' },
    shots: { title: 'By shots', what: 'accuracy by the number of training pictures of each class' },
    classes: { title: 'By class', what: 'which classes each setting gets right' },
    run: { title: (name: string): string => `One run: ${name}`, what: 'its test, confusion, memory over time, kernel times' },
  },
};
