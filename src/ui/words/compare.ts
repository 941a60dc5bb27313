import { say } from '../../language/say';

/** The view that compares runs. */
export const compareWords = {
  /** A headline where there is nothing to compare with. */
  one: say<[name: string, percent: string, pictures: string]>('{0} gets {1} % of {2} test pictures right.'),
  /** `seeds` as "5 seeds", or "15 runs" of several settings. */
  oneMean: say<[name: string, percent: string, interval: string, seeds: string]>('{0} reaches {1}{is2, select, true { ± {2}} other {}} % over {3}.'),
  wilson: say<[low: string, high: string]>('With as many other pictures it would lie between {0} and {1} % (95 % interval).'),
  none: 'No result yet',
  waiting: 'A result comes with the first evaluation on the test pictures; until then the curves show how training goes.',
  empty: 'Accuracy against parameters, curves with their spread over seeds, and a table of all runs appear here with the first finished run.',
  filtered: 'No finished run passes the filter.',
  /** The numbers behind the headline, and what they were measured on. */
  numbers: say<[rows: string, pictures: string]>('{0}{is1, select, true {, each on {1} test pictures} other {}}.'),
  /** `share` of one that misses the budget, as "× 0.27". */
  row: say<[name: string, mean: string, interval: string, seeds: string, share: string]>('{0}: {1}{is2, select, true { ± {2}} other {}} % ({3}{is4, select, true {, {4} of the budget} other {}})'),
  more: say<[count: number]>('{0} more in the table'),

  /** Whose runs these are. */
  recorded: say<[runs: number, data: string]>('Recorded with this page: {0, plural, one {# run} other {# runs}} on {1}'),
  own: say<[runs: number]>('{0, plural, one {# run} other {# runs}} of yours'),
  others: say<[runs: number, people: number]>('{0, plural, one {# run} other {# runs}} of {1, plural, one {somebody else} other {# other people}}'),
  withRecorded: say<[runs: number]>('{0, plural, one {# recorded run} other {# recorded runs}}'),
  showRecorded: 'Recorded runs',
  how: 'How they were made',
  about: say<[data: string, model: string, steps: string, device: string]>('{1} on {0}, {2} steps, recorded with {3}.'),
  data: 'Data',
  dataChoice: say<[title: string, runs: number]>('{0} ({1, plural, =0 {recorded runs} one {# run} other {# runs}})'),

  try: 'Try it',
  addSeeds: 'Add 2 seeds',
  seedsTake: say<[runs: number, time: string]>('{0, plural, one {# run} other {# runs}}{is1, select, true {, about {1}} other {}}'),
  /** `unknown`: how many of them have nothing to go by. */
  seedsTakePartly: say<[runs: number, time: string, unknown: number]>('{0, plural, one {# run} other {# runs}}, about {1} plus {2} not yet timed'),
  /** Most of them have not: what is known of the others says little of all. */
  seedsUntimed: say<[runs: number]>('{0, plural, one {# run} other {# runs}}, most not yet timed here'),
  /** Of those that were added: what has not ended. */
  seedsToCome: say<[runs: number]>('{0, plural, one {# run} other {# runs}} in the queue'),
  share: 'Share a link',
  whatShots: 'What are shots?',
  /** Beside live plots, where another model is chosen for the next run. */
  otherModel: say<[models: string[], next: string]>('These curves are of {0}. The next run trains {1}.'),
  train: 'Train your own',

  sections: {
    cost: { title: 'Memory and time', what: 'accuracy against MiB and against seconds' },
    two: { title: 'Any two quantities', what: 'one against the other, as you choose them' },
    shots: { title: 'By shots', what: 'accuracy by the number of training pictures of each class' },
    classes: { title: 'By class', what: 'which classes each setting gets right' },
    run: { title: say<[name: string]>('One run: {0}'), what: 'its test, confusion, memory over time, kernel times' },
  },
};
