import { say } from '../../language/say';

/** Learning rates that short runs find. */
export const rateWords = {
  find: 'Find learning rates',
  hint: 'Before its first run each method trains for a few steps at seven rates around its own, longer at the best of them, and keeps the one that does best on training pictures held back for that. Test pictures are never looked at. A rate you type is taken as it is.',
  /** What is to be found, before it is. */
  cost: say<[methods: number, trials: number, most: number, steps: string, mostSteps: string, held: number, time: string]>('Rates to find: {0, plural, one {# method} other {# methods, each}} with {1} to {2} short runs, {3} to {4} steps in all, on {5, plural, one {# held-back picture} other {# held-back pictures}}; {6}.'),
  time: say<[time: string]>('about {0} on this device'),
  noTime: 'time estimate after the first run',
  /** The rates of all chosen methods are known. */
  known: 'All rates of the chosen methods are known.',
  /** Of a search that goes on. */
  stats: { tried: 'short runs', last: 'last rate', accuracy: 'its accuracy, %' },
  /** In place of a method's own rate. */
  wanted: 'to find',
  found: 'found',
  foundBy: say<[trials: number, held: number]>('Found by {0, plural, one {# short run} other {# short runs}} on {1, plural, one {# held-back picture} other {# held-back pictures}}'),
  /** Where the few pictures could not tell a better one from it. */
  kept: 'own kept',
  keptOn: say<[held: number]>('The rates could not be told apart on {0, plural, one {# picture} other {# pictures}}: the method’s own was kept.'),
  keptOf: say<[methods: string, held: number]>('{0}: the rates could not be told apart on {1, plural, one {# picture} other {# pictures}}, and the method’s own was kept.'),
  /** Before, where little is held back. */
  few: 'So few pictures hardly tell rates apart: where they do not, a method keeps its own.',
  back: 'reset',
  backOf: say<[title: string, own: string]>('Reset {0} to its own rate, {1}'),
  differs: 'rate to be found',
  soFar: say<[trials: number]>('Looking for its learning rate: {0, plural, =0 {the first short run goes on.} one {# short run so far.} other {# short runs so far.}}'),
  title: 'How its learning rate was found',
  by: say<[rate: string, trials: number, held: number, seed: string]>('{0}, found by {1, plural, one {# short run} other {# short runs}} on {2, plural, one {# held-back picture} other {# held-back pictures}}, seed {3}.'),
  edge: 'No rate beyond it was tried: a better one may lie there.',
  rate: 'rate',
  after: say<[steps: string]>('after {0} steps: accuracy, loss'),
  result: say<[accuracy: string, loss: string]>('{0} %, {1}'),
  diverged: 'diverged',
  chosen: 'chosen',
};
