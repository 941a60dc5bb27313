import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { combine } from '../../../ops/combine';
import { add } from '../../../ops/add';
import { linear, matmulNN, matmulTT } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { generator, normal } from '../../init';
import { num, numOr, type Layer, type LayerTensors, type Method } from '../../method';
import { nolaCodec } from './codec';
import { equivalent } from './equivalent';
import { fields } from './fields';

const COEFFICIENTS = 'nola_coefficients';
const scale = (c: MethodConfig): number => numOr(c, 'nola_alpha', 1) / num(c, 'r');

/** The two factors: B (in, r) and A (r, out). */
function factors(c: MethodConfig, layer: Layer, t: LayerTensors): { B: Tensor; A: Tensor } {
  const n = num(c, 'nola_num_bases');
  const w = defined(t.own[COEFFICIENTS]);
  return {
    B: combine(t.shared.nola_basis_B!, w, 0, layer.in, num(c, 'r')),
    A: combine(t.shared.nola_basis_A!, w, n, num(c, 'r'), layer.out),
  };
}

/**
 * NoLA: delta = s (B A)^T, B = sum c[0, k] basis_B[k, :in], A = sum c[1, k] basis_A[k, :, :out] (arXiv 2310.02556).
 * Bases and start values follow the authors' RandLoRA code in form, but are scaled by 1 / sqrt(n) each, so that one
 * Adam step moves the factors as far as it moves LoRA's. Source: PaulAlbert31/RandLoRA, vision_language/src.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [nolaCodec],
  equivalent,
  count: { each: '2 nola_num_bases' },
  tensors: (c) => ({ [COEFFICIENTS]: [2, num(c, 'nola_num_bases')] }),
  range: () => [1, 65_536],
  shared(c, layers) {
    const n = num(c, 'nola_num_bases');
    const r = num(c, 'r');
    const inMax = Math.max(...layers.map((l) => l.in));
    const outMax = Math.max(...layers.map((l) => l.out));
    const key = num(c, 'projection_prng_key');
    const std = 1 / Math.sqrt(n);
    return {
      nola_basis_B: { shape: [n, inMax, r], data: () => normal(n * inMax * r, std, generator(`nola B ${key}`)) },
      nola_basis_A: { shape: [n, r, outMax], data: () => normal(n * r * outMax, std, generator(`nola A ${key}`)) },
    };
  },
  init: (c) => ({ [COEFFICIENTS]: new Float32Array(2 * num(c, 'nola_num_bases')).fill(1 / Math.sqrt(num(c, 'nola_num_bases'))) }),
  merged(c, layer, t) {
    const { A, B } = factors(c, layer, t);
    return add(widen(t.weight), matmulTT(A, B, { alpha: scale(c), label: 's A^T B^T' }), { label: 'W + delta' });
  },
  streamed(c, layer, t, x, residual) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const { A, B } = factors(c, layer, t);
    return matmulNN(matmulNN(x, B, { label: 'x B' }), A, { alpha: scale(c), residual: base, label: 's A' });
  },
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    return { streamed: 3 * tokens * r * (layer.in + layer.out), merged: tokens * layer.in * layer.out, merging: 0 };
  },
};
