import { linear } from '../ops/matmul';
import { fields } from './full.fields';
import type { Method } from './method';

/** Full fine-tuning: every weight is a parameter, no layer is adapted. */
export const full: Method = {
  fields,
  trains: 'weights',
  tensors: () => ({}),
  init: () => ({}),
  merged: (_, __, t) => t.weight,
  streamed: (_, __, t, x, residual) => linear(x, t.weight, { bias: t.bias, residual }),
};
