import { byMedium, inMedium } from '../../../language/medium';
import { formatNumber, counted, plural, listOf } from '../../../language/format';

/** The view that compares runs. */
export const compareWords = {
  /** A headline where there is nothing to compare with. */
  one: (name: string, percent: string, pictures: string) => byMedium({ pictures: `${name} gets ${percent} % of ${pictures} test pictures right.`, texts: `${name} gets ${percent} % of ${pictures} test texts right.`, next: `${name} gets ${percent} % of the tokens of ${pictures} test texts right.`, words: `${name} gets ${percent} % of the words of ${pictures} test texts right.`, numbers: `${name} reaches a Pearson correlation of ${percent} % on ${pictures} test texts.` }),
  /** `seeds` as "5 seeds", or "15 runs" of several settings. */
  oneMean: (name: string, percent: string, interval: string, seeds: string) => `${name} reaches ${percent}${interval ? ` ± ${interval}` : ''} % over ${seeds}.`,
  wilson: (low: string, high: string) => inMedium`With as many other pictures it would lie between ${low} and ${high} % (95 % interval).`,
  none: 'No result yet',
  get waiting() { return inMedium`A result comes with the first evaluation on the test pictures; until then the curves show how training goes.`; },
  empty: 'Accuracy against parameters, curves with their spread over seeds, and a table of all runs appear here with the first finished run.',
  filtered: 'No finished run passes the filter.',
  /** The numbers behind the headline, and what they were measured on. */
  numbers: (rows: string, pictures: string) => `${rows}${pictures ? inMedium`, each on ${pictures} test pictures` : ''}.`,
  /** `share` of one that misses the budget, as "× 0.27". */
  row: (name: string, mean: string, interval: string, seeds: string, share: string) => `${name}: ${mean}${interval ? ` ± ${interval}` : ''} % (${seeds}${share ? `, ${share} of the budget` : ''})`,
  more: (count: number) => `${formatNumber(count)} more in the table`,

  /** Origins of the runs. */
  recorded: (runs: number, data: string) => `Recorded with this page: ${counted(runs, 'run', 'runs')} on ${data}`,
  own: (runs: number) => `${counted(runs, 'run', 'runs')} of yours`,
  others: (runs: number, people: number) => `${counted(runs, 'run', 'runs')} of ${plural(people, 'somebody else', `${formatNumber(people)} other people`)}`,
  withRecorded: (runs: number) => counted(runs, 'recorded run', 'recorded runs'),
  showRecorded: 'Recorded runs',
  how: 'How they were made',
  about: (data: string, model: string, steps: string, device: string) => `${model} on ${data}, ${steps} steps, recorded with ${device}.`,
  data: 'Data',
  dataChoice: (title: string, runs: number) => `${title} (${runs === 0 ? 'recorded runs' : counted(runs, 'run', 'runs')})`,

  try: 'Try it',
  addSeeds: 'Add 2 seeds',
  seedsTake: (runs: number, time: string) => `${counted(runs, 'run', 'runs')}${time ? `, about ${time}` : ''}`,
  /** `unknown`: how many of them have nothing to go by. */
  seedsTakePartly: (runs: number, time: string, unknown: number) => `${counted(runs, 'run', 'runs')}, about ${time} plus ${formatNumber(unknown)} not yet timed`,
  /** Most of them have not: what is known of the others says little of all. */
  seedsUntimed: (runs: number) => `${counted(runs, 'run', 'runs')}, most not yet timed here`,
  /** Of those that were added: what has not ended. */
  seedsToCome: (runs: number) => `${counted(runs, 'run', 'runs')} in the queue`,
  share: 'Share a link',
  whatShots: 'What are shots?',
  /** Beside live plots, where another model is chosen for the next run. */
  otherModel: (models: string[], next: string) => `These curves are of ${listOf(models)}. The next run trains ${next}.`,
  train: 'Train your own',

  sections: {
    cost: { title: 'Memory and time', get what() { return byMedium({ pictures: 'accuracy against MiB and against seconds', numbers: 'correlation against MiB and against seconds' }); } },
    two: { title: 'Any two quantities', what: 'one against the other, as you choose them' },
    shots: { title: 'By shots', get what() { return inMedium`accuracy by the number of training pictures of each class`; } },
    classes: { title: 'By class', what: 'which classes each setting gets right' },
    run: { title: (name: string) => `One run: ${name}`, get what() { return byMedium({ pictures: 'its test, confusion, memory over time, kernel times', next: 'its test, memory over time, kernel times', numbers: 'its test, memory over time, kernel times' }); } },
  },
};
