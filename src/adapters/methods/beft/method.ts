import { recorder } from '../../../engine/record';
import { defined } from '../../../numbers/defined';
import { add, addBias } from '../../../ops/add';
import { linear } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import type { LayerTensors, Method } from '../../method';
import { beftCodec } from './codec';
import { fields } from './fields';

const trained = (t: LayerTensors, length: number) => recorder().view(defined(t.own.beft_bias), [1, length]);

/** BEFT: b' = b + beft_bias (arXiv 2509.15974). Source: peft/tuners/beft/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [beftCodec],
  count: { each: 'd_out' },
  tensors: (_, { out }) => ({ beft_bias: [1, out] }),
  init: (_, { out }) => ({ beft_bias: new Float32Array(out) }),
  merged: (_, __, t) => widen(t.weight),
  bias: (_, { out }, t) => (t.bias ? add(t.bias, trained(t, out), { label: 'b + bias' }) : trained(t, out)),
  streamed: (_, { out }, t, x, residual) => addBias(linear(x, t.weight, { bias: t.bias, residual, label: 'base' }), trained(t, out)),
  cost: (_, layer, tokens) => ({ streamed: tokens * layer.out, merged: tokens * layer.out, merging: layer.out }),
};
