import type { MethodConfig } from '../../train/protocol';
import { agreement, type Entry, type Group } from '../entry';
import { relativeError } from '../numbers';
import { SHAPES, type Shape } from '../shapes';
import { trainingStep } from '../training';

/** The same step twice: activations kept, and made again block by block in the backward. */
const entry = (shape: Shape, name: string, config: MethodConfig): Entry => ({
  name: `${name}, ${shape.name}, batch ${shape.batch}`,
  contestants: [trainingStep(shape, { name: 'kept', config }), trainingStep(shape, { name: 'recomputed', config, options: { checkpoint_activations: true } })],
  check: agreement((got, want) => relativeError(got.slice(0, 1), want.slice(0, 1))),
  // The same kernels on the same numbers.
  tolerance: 0,
});

const [nano, tiny] = SHAPES as [Shape, Shape, Shape];

export const checkpointing: Group = {
  name: 'checkpointing',
  title: 'The price of activation checkpointing: a block\'s activations are made again in the backward instead of kept',
  baseline: 'kept',
  entries: [entry(nano, 'full', { method: 'full' }), entry(tiny, 'lora r 32', { method: 'lora', r: 32 })],
};
