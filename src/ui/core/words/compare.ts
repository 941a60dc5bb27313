import { byMedium, inMedium } from '../../../language/medium';
import { capital, formatNumber, counted, plural, listOf } from '../../../language/format';

/** The view that compares runs. */
export const compareWords = {
  /** A headline where there is nothing to compare with. */
  one: (name: string, percent: string, pictures: string) => byMedium({ pictures: `${name} gets ${percent} % of ${pictures} test pictures right.`, texts: `${name} gets ${percent} % of ${pictures} test texts right.`, next: `${name} gets ${percent} % of the tokens of ${pictures} test texts right.`, words: `${name} gets ${percent} % of the words of ${pictures} test texts right.`, numbers: `${name} reaches a Pearson correlation of ${percent} % on ${pictures} test texts.` }),
  /** `seeds` as "5 seeds", or "15 runs" of several settings. */
  oneMean: (name: string, percent: string, interval: string, seeds: string) => `${name} reaches ${percent}${interval ? ` ± ${interval}` : ''} % over ${seeds}${interval ? inMedium` (95 % interval over seeds alone, not over other test pictures)` : ''}.`,
  /** Of one run: its share right of all such pictures, which the test pictures are some of. */
  wilson: (low: string, high: string) => inMedium`Of all pictures like the test pictures it would get between ${low} and ${high} % right (95 % interval of this one model; another seed may differ by more).`,
  none: 'No result yet',
  get waiting() { return inMedium`A result comes with the first evaluation on the test pictures; until then the curves show how training goes.`; },
  empty: 'Accuracy against parameters, curves with their spread over seeds, and a table of all runs appear here with the first finished run.',
  filtered: 'No finished run passes the filter.',
  /** The numbers behind the headline, and what they were measured on. */
  numbers: (rows: string, pictures: string, covers: string) => `${rows}${pictures ? inMedium`, each on ${pictures} test pictures` : ''}${covers ? `; ${covers}` : ''}.`,
  /** `share` of one that misses the budget, as "× 0.27"; `range` of one seed's pictures, as "64.2 to 72.3". */
  row: (name: string, mean: string, interval: string, seeds: string, share: string, range: string) => `${name}: ${mean}${interval ? ` ± ${interval}` : ''} % (${seeds}${range ? `, ${range}` : ''}${share ? `, ${share} of the budget` : ''})`,
  /** Cover of the intervals among the numbers. */
  overSeeds: '± is over seeds alone',
  get overPictures() { return inMedium`a range is the 95 % interval over pictures alone`; },
  more: (count: number) => `${formatNumber(count)} more in the table`,

  /** Origins of the runs. */
  recorded: (runs: number, data: string) => `Recorded with this page: ${counted(runs, 'run', 'runs')} on ${data}`,
  own: (runs: number) => `${counted(runs, 'run', 'runs')} of yours`,
  others: (runs: number, people: number) => `${counted(runs, 'run', 'runs')} of ${plural(people, 'somebody else', `${formatNumber(people)} other people`)}`,
  withRecorded: (runs: number) => counted(runs, 'recorded run', 'recorded runs'),
  whose: 'Whose runs these are',
  showRecorded: 'Recorded runs',
  how: 'How they were made',
  about: (data: string, model: string, steps: string, device: string) => `${model} on ${data}, ${steps} steps, recorded with ${device}.`,
  data: 'Data',
  /** The budget of the comparison. */
  atMost: { label: 'At most so many trainable parameters', all: 'any number', none: (count: string) => `No finished run has at most ${count} trainable parameters.` },
  dataChoice: (title: string, runs: number) => `${title} (${runs === 0 ? 'recorded runs' : counted(runs, 'run', 'runs')})`,

  try: 'Try it',
  page: 'Make a web page',
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

  differences: {
    title: 'Differences from the best',
    setting: 'setting',
    recorded: 'setting, recorded',
    none: 'It takes two settings with a result to tell a difference.',
    get how() { return inMedium`± of a mean covers seeds alone. A difference is over the seeds that both settings have, and leaves out what a seed or a test picture does to both: where they have kept their answers over three seeds, its interval covers other seeds and other pictures.`; },
  },
  across: {
    mean: 'mean of all',
    rank: 'mean rank',
    none: 'It takes two settings that were both trained on two data sets.',
    how: (what: string, ranked: number) => `${capital(what)}. Each data set counts as much as any other. Ranks are among the ${formatNumber(ranked)} settings that were trained on all of them, each at its own learning rate; a mean of few ranks says little.`,
  },
  overTime: 'Memory over time, and time by kernel',
  sections: {
    across: { title: 'Across data sets', what: 'each setting on all data sets that it was trained on, its mean and its rank' },
    differences: { title: 'Differences', get what() { return inMedium`from the best setting, in pairs of seeds and test pictures, with their intervals`; } },
    two: { title: 'Memory, time and other quantities', get what() { return byMedium({ pictures: 'accuracy against memory, or any two of them', numbers: 'correlation against memory, or any two of them' }); } },
    shots: { title: 'By shots', get what() { return inMedium`accuracy by the number of training pictures of each class`; } },
    classes: { title: 'By class', what: 'which classes each setting gets right' },
    run: { title: (name: string) => `One run: ${name}`, get what() { return byMedium({ pictures: 'its test, confusion, memory over time, kernel times', next: 'its test, memory over time, kernel times', numbers: 'its test, memory over time, kernel times' }); } },
  },
};
