import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { combine } from '../../../ops/combine';
import { drawnSum } from '../../../ops/drawnSum';
import { linear } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { generator } from '../../init';
import { besideBase, num, type Arrays, type FixedTensor, type Layer, type LayerTensors } from '../../method';
import type { Addend } from '../../pair';
import { prancCodec } from './codec';
import { fields } from './fields';

const ALPHA = 'pranc_alpha';

/** A layer's own key, in two parts that f32 holds. */
function keyOf(c: MethodConfig, { name }: Layer): Arrays {
  const random = generator(`pranc ${num(c, 'projection_prng_key')} ${name}`);
  return { pranc_key: Float32Array.from({ length: 2 }, () => Math.floor(random() * 65_536)) };
}

/** sum over k of alpha[k] P_k (1, out, in), upon `residual` where that is given. */
function update(c: MethodConfig, layer: Layer, t: LayerTensors, residual?: Tensor): Tensor {
  const { in: n, out: m } = layer;
  const alpha = defined(t.common[ALPHA]);
  // The kernel adds to what nothing is learned of; in a pair the weight has been added to before.
  if (residual && (c.bases === 'file' || residual.requiresGrad)) return add(residual, update(c, layer, t), { label: 'W + sum of bases' });
  if (c.bases === 'file') return recorder().view(combine(recorder().view(t.fixed.pranc_basis!, [num(c, 'num_alpha'), m, n]), alpha, 0, m, n), [1, m, n]);
  return drawnSum(alpha, t.fixed.pranc_key!, m, n, 1 / Math.sqrt(n), { residual, label: residual ? 'W + sum of bases' : 'sum of bases' });
}

/**
 * PRANC upon frozen weights: delta = sum over k of alpha[k] P_k with one alpha for the whole model (arXiv 2206.08464). P_k is uniform in
 * +-1 / sqrt(in) and made in the kernels from the layer's key, or stands in the file. The authors train a network from nothing, of which
 * CUDA's generator makes the bases. Source: UCDvision/PRANC.
 */
export const method: Addend = {
  fields,
  trains: 'adapter',
  codecs: [prancCodec],
  count: { all: 'num_alpha' },
  tensors: () => ({}),
  common: (c) => ({ [ALPHA]: { shape: [num(c, 'num_alpha')], start: () => new Float32Array(num(c, 'num_alpha')) } }),
  fixed: (c, { in: n, out: m }): Record<string, FixedTensor> => (c.bases === 'file' ? { pranc_basis: { shape: [num(c, 'num_alpha'), m, n], dtype: 'BF16' } } : { pranc_key: { shape: [2], derived: true } }),
  derive: (c, layer) => (c.bases === 'file' ? {} : keyOf(c, layer)),
  range: () => [1, 65_535],
  init(c, layer) {
    if (c.bases === 'file') throw new ConfigError(`bases is "file", and no adapter is given that brings them (${layer.name}); leave it out to have them made from a key.`);
    return keyOf(c, layer);
  },
  merged: (c, layer, t) => update(c, layer, t, widen(t.weight)),
  ...besideBase((c, layer, t, base, x) => linear(x, update(c, layer, t), { residual: base, label: 'x sum' })),
  cost(c, layer, tokens) {
    const d = layer.in * layer.out;
    // Forward and backward each make all bases.
    const making = 2 * num(c, 'num_alpha') * d;
    return { streamed: 3 * tokens * d + making, merged: tokens * d, merging: making };
  },
};
