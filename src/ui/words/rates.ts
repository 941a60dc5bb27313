import { say } from '../../language/say';

/** Learning rates that are found before the first run. */
export const rateWords = {
  find: 'Find learning rates',
  hint: 'Before its first run each method trains at three rates around its own for a quarter of the run; the best and those beside it go on to the half, the two best of these to three quarters, and the one with the least loss is taken, on training pictures held back for that. Where the best is an end, more rates are tried. Test pictures are never looked at. A rate you type is taken as it is.',
  /** What is to be found, before it is. */
  cost: say<[methods: number, steps: string, mostSteps: string, run: string, held: number, time: string]>('Rates to find: {0, plural, one {# method} other {# methods, each}} in {1} to {2} steps, where a run takes {3}, judged on {4, plural, one {# held-back picture} other {# held-back pictures}}; {5}.'),
  time: say<[time: string]>('about {0} on this device'),
  noTime: 'time estimate after the first run',
  /** The rates of all chosen methods are known. */
  known: 'All rates of the chosen methods are known.',
  /** Of a search that goes on. */
  stats: { tried: 'looks at rates', last: 'last rate', accuracy: 'its accuracy, %' },
  /** In place of a method's own rate. */
  wanted: 'to find',
  found: 'found',
  foundBy: say<[rates: number, held: number]>('Found among {0, plural, one {# rate} other {# rates}} on {1, plural, one {# held-back picture} other {# held-back pictures}}'),
  /** Where the few pictures could not tell a better one from it. */
  kept: 'own kept',
  keptOn: say<[held: number]>('The rates could not be told apart on {0, plural, one {# picture} other {# pictures}}: the method’s own was kept.'),
  keptOf: say<[methods: string, held: number]>('{0}: the rates could not be told apart on {1, plural, one {# picture} other {# pictures}}, and the method’s own was kept.'),
  /** Before, where little is held back. */
  few: 'So few pictures hardly tell rates apart: where they do not, a method keeps its own.',
  back: 'reset',
  backOf: say<[title: string, own: string]>('Reset {0} to its own rate, {1}'),
  differs: 'rate to be found',
  soFar: say<[trials: number]>('Looking for its learning rate: {0, plural, =0 {the first trial goes on.} one {# look so far.} other {# looks so far.}}'),
  title: 'How its learning rate was found',
  by: say<[rate: string, rates: number, held: number, seed: string]>('{0}, found among {1, plural, one {# rate} other {# rates}} on {2, plural, one {# held-back picture} other {# held-back pictures}}, seed {3}.'),
  stopped: 'The search was stopped: this is the best so far.',
  take: 'Train at the best so far',
  takeHint: 'Ends the search and trains at the rate that did best',
  edge: 'It is an end of the rates that were tried: a better one may lie beyond.',
  rate: 'rate',
  after: say<[steps: string]>('after {0} steps: accuracy, loss'),
  result: say<[accuracy: string, loss: string]>('{0} %, {1}'),
  diverged: 'diverged',
  chosen: 'chosen',
};
