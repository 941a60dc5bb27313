import { agreement, type Entry, type Group } from '../entry';
import { relativeError } from '../numbers';
import { SHAPES, type Shape } from '../shapes';
import { trainingStep, type Way } from '../training';

const METHODS: Way[] = [
  { name: 'full', config: { method: 'full' } },
  { name: 'lora r 32', config: { method: 'lora', r: 32 }, form: 'streamed' },
  { name: 'randlora r 4 streamed', config: { method: 'randlora', r: 4 }, form: 'streamed' },
  { name: 'randlora r 4 merged', config: { method: 'randlora', r: 4 }, form: 'merged' },
];

/** As many parameters as LoRA r 32 has on DeiT-Tiny. */
const EQUAL: Way = { name: 'randlora r 2 merged', config: { method: 'randlora', r: 2 }, form: 'merged' };

const entry = (shape: Shape): Entry => ({
  name: `${shape.name}, batch ${shape.batch}`,
  contestants: [...METHODS, ...(shape.name === 'deit-tiny-96' ? [EQUAL] : [])].map((m) => trainingStep(shape, m)),
  // Every method starts as the model itself, so the first losses agree.
  check: agreement((got, want) => relativeError(got.slice(0, 1), want.slice(0, 1))),
  tolerance: 1e-5,
});

export const methods: Group = { name: 'methods', title: 'Training step by method: forward, backward, update of what the method trains', baseline: 'full', entries: SHAPES.map(entry) };
