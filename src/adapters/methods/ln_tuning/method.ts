import { chooses, onNoLayer, type Method } from '../../method';
import { lnTuningCodec } from './codec';
import { fields } from './fields';

/** Norm tuning: scales and biases of the norms learn (arXiv 2312.11420). Source: peft/tuners/ln_tuning/layer.py. */
export const method: Method = {
  fields,
  trains: 'part',
  codecs: [lnTuningCodec],
  // A norm is what scales by a vector.
  learns: (c, name, weights) => weights.get(name.replace(/[^.]+$/, 'weight'))?.length === 1 && chooses(c, name.slice(0, name.lastIndexOf('.'))),
  ...onNoLayer,
  merged: (_, __, t) => t.weight,
};
