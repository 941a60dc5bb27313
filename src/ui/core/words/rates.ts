import { byMedium, inMedium } from '../../../language/medium';
import { counted } from '../../../language/format';

/** Learning rates that are found before the first run. */
export const rateWords = {
  find: 'Find learning rates',
  get hint() { return inMedium`Before its first run each method trains at three rates around its own for a quarter of the run, and at a larger one where the largest is ahead; those that cannot be told from the best and the rates beside them go on to the half, and two of these to three quarters. The one with the least loss on training pictures held back for that is taken; of two as good, the larger. Test pictures are never looked at. A rate that you enter is used unchanged.`; },
  /** Cost of a search before it begins. */
  cost: (methods: number, steps: string, mostSteps: string, run: string, held: number, time: string) => `Learning rates to find: ${counted(methods, 'method', 'methods, each')} in ${steps} to ${mostSteps} steps, where a run takes ${run}, judged on ${counted(held, inMedium`held-back picture`, inMedium`held-back pictures`)}; ${time}.`,
  time: (time: string) => `about ${time} on this device`,
  noTime: 'time not known yet',
  /** The rates of all chosen methods are known. */
  known: 'All rates of the chosen methods are known.',
  /** Of a search that goes on. */
  stats: { tried: 'looks at rates', last: 'last rate', accuracy: 'its accuracy, %' },
  /** In place of a method's own rate. */
  wanted: 'to find',
  found: 'found',
  /** Tip on a rate that a run begins with, since it was found before at the nearest setting. */
  foundFor: (method: string, data: string, own: boolean) => `Found for ${method} on ${data} by ${own ? 'your own search' : 'the recorded runs'}, at the nearest setting`,
  foundBy: (rates: number, held: number) => `Found among ${counted(rates, 'rate', 'rates')} on ${counted(held, inMedium`held-back picture`, inMedium`held-back pictures`)}`,
  /** If the few pictures could not tell a better rate from the method's own. */
  kept: 'own kept',
  keptOn: (held: number) => `The rates could not be told apart on ${counted(held, inMedium`picture`, inMedium`pictures`)}: the method’s own was kept.`,
  keptOf: (methods: string, held: number) => `${methods}: the rates could not be told apart on ${counted(held, inMedium`picture`, inMedium`pictures`)}, and the method’s own was kept.`,
  /** Before, where little is held back. */
  get few() { return inMedium`So few pictures hardly tell rates apart: where they do not, a method keeps its own.`; },
  back: 'reset',
  backOf: (title: string, own: string) => `Reset ${title} to its own rate, ${own}`,
  differs: 'rate to be found',
  soFar: (trials: number) => `Looking for its learning rate: ${trials === 0 ? 'the first trial goes on.' : counted(trials, 'look so far.', 'looks so far.')}`,
  title: 'How its learning rate was found',
  by: (rate: string, rates: number, held: number, seed: string) => `${rate}, found among ${counted(rates, 'rate', 'rates')} on ${counted(held, inMedium`held-back picture`, inMedium`held-back pictures`)}, seed ${seed}.`,
  stopped: 'The search was stopped: this is the best so far.',
  take: 'Train at the best so far',
  takeHint: 'Ends the search and trains at the rate that did best',
  edge: 'It is an end of the rates that were tried: a better one may lie beyond.',
  rate: 'rate',
  after: (steps: string) => byMedium({ pictures: `after ${steps} steps: accuracy, loss`, numbers: `after ${steps} steps: loss` }),
  result: (accuracy: string, loss: string) => byMedium({ pictures: `${accuracy} %, ${loss}`, numbers: loss }),
  diverged: 'diverged',
  chosen: 'chosen',
};
