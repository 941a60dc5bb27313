import type { MethodConfig } from '../../train/protocol';
import { agreement, type Entry, type Group } from '../entry';
import { relativeError } from '../numbers';
import { DEIT_TINY_96, type Shape } from '../shapes';
import { trainingStep } from '../training';

/** The same step twice: the blocks below the first that learns run again, and are there from the first step on. */
const entry = (shape: Shape, name: string, config: MethodConfig): Entry => ({
  name: `${name}, ${shape.name}, batch ${shape.batch}`,
  contestants: [trainingStep(shape, { name: 'again', config }), trainingStep(shape, { name: 'kept', config, options: { trunk: true } })],
  check: agreement((got, want) => relativeError(got, want)),
  // The same kernels on the same numbers.
  tolerance: 0,
});

export const trunk: Group = {
  name: 'trunk',
  title: 'Blocks below the first that learns, computed in each step or kept from the first on',
  baseline: 'again',
  entries: [
    entry(DEIT_TINY_96, 'linear probe', { method: 'linear_probe' }),
    entry(DEIT_TINY_96, 'lora r 16 on the last 2 of 12 blocks', { method: 'lora', r: 16, layers_to_transform: '10,11' }),
    entry(DEIT_TINY_96, 'lora r 16 on the last 6 of 12 blocks', { method: 'lora', r: 16, layers_to_transform: '6,7,8,9,10,11' }),
  ],
};
