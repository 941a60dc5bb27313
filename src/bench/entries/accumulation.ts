import type { Merging } from '../../adapters/method';
import { defined } from '../../numbers/defined';
import { agreement, type Entry, type Group } from '../entry';
import { relativeError } from '../numbers';
import { SHAPES } from '../shapes';
import { trainingStep, type Way } from '../training';

const shape = { ...defined(SHAPES[0]), batch: 4 };
const accumulate = 4;

const way = (name: string, merging: Merging): Way => ({ name, config: { method: 'randlora', r: 4 }, form: 'merged', options: { accumulate, merging }, lr: 1e-2 });

/** The same step three times: W' made for each micro-batch twice, for each once, and once for all of them. */
const entry: Entry = {
  name: `${shape.name}, ${accumulate} micro-batches of ${shape.batch}`,
  contestants: [
    way('merged again in each backward', 'again'),
    way('merged for each micro-batch', 'kept'),
    way('merged once a step', 'once'),
    { ...way('streamed', 'again'), form: 'streamed' as const },
  ].map((w) => trainingStep(shape, w)),
  // The losses before and after one update, as far as there was time for both; Adam makes more of rounding each time.
  check: agreement((got, want) => {
    const [steps] = [got.length, want.length, 2].sort((a, b) => a - b);
    return relativeError(got.slice(0, steps), want.slice(0, steps));
  }),
  tolerance: 1e-3,
};

export const accumulation: Group = {
  name: 'accumulation',
  title: 'RandLoRA r 4 over micro-batches: W\' made, and its gradient taken apart, for each of them or once a step',
  baseline: 'merged again in each backward',
  entries: [entry],
};
