import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { add } from '../../../ops/add';
import { addBlocks } from '../../../ops/blocks';
import { dropout } from '../../../ops/dropout';
import { linear, matmulNN, matmulTT } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { num, type Layer, type LayerTensors, type Method } from '../../method';
import { missCodec } from './codec';
import { fields } from './fields';

/** (in, r): input i belongs to place i mod r of its shard. */
const shards = (c: MethodConfig, { in: n }: Layer): { miss_shards: Float32Array } => {
  const r = num(c, 'r');
  return { miss_shards: Float32Array.from({ length: n * r }, (_, k) => Number(k % r === Math.floor(k / r) % r)) };
};

const matrix = (t: Tensor): Tensor => recorder().view(t, t.shape.slice(-2));

/**
 * MiSS: delta[o, i] = block[i mod r, o], so that x delta^T adds the shards of x up and multiplies the sum by the block
 * (arXiv 2409.15371). Source: peft/tuners/miss/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [missCodec],
  count: { each: 'r d_out' },
  tensors: (c, { out: m }) => ({ miss_block: [num(c, 'r'), m] }),
  fixed: (c, { in: n }) => ({ miss_shards: { shape: [n, num(c, 'r')], derived: true } }),
  // A shard as long as the input is a matrix of its own for each of its places.
  range: (layers) => [1, Math.min(...layers.map((l) => l.in))],
  init: (c, layer) => ({ miss_block: new Float32Array(num(c, 'r') * layer.out), ...shards(c, layer) }),
  derive: (c, layer) => shards(c, layer),
  merged: (_, __, t) => add(widen(t.weight), recorder().view(matmulTT(matrix(t.own.miss_block!), matrix(t.fixed.miss_shards!), { label: 'shards' }), t.weight.shape), { label: 'W + shards' }),
  streamed(c, _, t: LayerTensors, x, residual, training) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const sums = matmulNN(training ? dropout(x, num(c, 'miss_dropout')) : x, matrix(t.fixed.miss_shards!), { label: 'x in shards' });
    return addBlocks(base, sums, t.own.miss_block!, { transposed: true, label: 'block' });
  },
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    const d = layer.in * layer.out;
    return { streamed: tokens * r * (2 * layer.in + 3 * layer.out), merged: tokens * d, merging: 2 * r * d };
  },
};
