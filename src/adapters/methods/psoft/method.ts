import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { addBlocks } from '../../../ops/blocks';
import { cayleySeries } from '../../../ops/cayley';
import { dropout } from '../../../ops/dropout';
import { inverse } from '../../../ops/inverse';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { scaleColumns, scaleRows } from '../../../ops/scale';
import { skew, triangleOf } from '../../../ops/skew';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { besideBase, num, type LayerTensors, type Method } from '../../method';
import { rankRange, withinRank } from '../../singular';
import { psoftCodecs } from './codec';
import { equivalent } from './equivalent';
import { fields } from './fields';
import { scaleOf, vectorsOf } from './vectors';

/** (I + Q) (I - Q)^-1 (1, r, r), its series, or the free matrix. */
function rotation(c: MethodConfig, weight: Tensor): Tensor {
  if (c.psoft_orth !== true) return weight;
  const r = num(c, 'r');
  // PEFT's OFT has the inverse of this one.
  if (c.use_cayley_neumann !== true) return inverse(skew(weight, r), { shift: 1, scale: -1, alpha: 2, less: true, label: 'R' });
  return cayleySeries(skew(weight, r, { bound: (c.cayley_neumann_eps as number | null) ?? undefined, through: true }), num(c, 'num_cayley_neumann_terms'));
}

/** R = diag(b) C diag(a), (1, r, r). */
function turn(c: MethodConfig, { own }: LayerTensors): Tensor {
  const [b, a] = [own['psoft_R.vector_b'], own['psoft_R.vector_a']];
  const C = rotation(c, defined(own['psoft_R.weight']));
  const bC = b ? scaleRows(C, b) : C;
  return a ? scaleColumns(bC, a) : bC;
}

/** Multiply-adds of R and the way back to what it is made of. */
function making(c: MethodConfig): number {
  const cube = num(c, 'r') ** 3;
  if (c.psoft_orth !== true) return 0;
  return c.use_cayley_neumann === true ? 3 * num(c, 'num_cayley_neumann_terms') * cube : 4 * cube;
}

/**
 * PSOFT: delta = s B (R - I) A with B and A of the weight's largest singular values and vectors, fixed, s B A being that part of the weight, and
 * R a rotation between two diagonal matrices (arXiv 2505.11235). Source: peft/tuners/psoft/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: psoftCodecs,
  count: { each: 'r (r - 1) / 2 + 2 r' },
  tensors(c) {
    const r = num(c, 'r');
    return {
      'psoft_R.weight': c.psoft_orth === true ? [triangleOf(r)] : [r, r],
      ...(c.psoft_mag_b === true && { 'psoft_R.vector_b': [r] }),
      ...(c.psoft_mag_a === true && { 'psoft_R.vector_a': [r] }),
    };
  },
  fixed(c, { in: n, out: m }) {
    const derived = c.save_vectors === false;
    return { psoft_A: { shape: [num(c, 'r'), n], derived }, psoft_B: { shape: [m, num(c, 'r')], derived } };
  },
  check(c, layer) {
    withinRank(c, layer);
    if (num(c, 'r') === 1 && c.psoft_orth === true) throw new ConfigError('r is 1, and one direction by itself cannot be turned. Set r to 2 or more, or psoft_orth to false.');
  },
  range: (layers) => [2, rankRange(layers)[1]],
  async init(c, layer, _, weight) {
    const r = num(c, 'r');
    const ones = (): Float32Array => new Float32Array(r).fill(1);
    return {
      'psoft_R.weight': c.psoft_orth === true ? new Float32Array(triangleOf(r)) : Float32Array.from({ length: r * r }, (__, at) => Number(at % (r + 1) === 0)),
      ...(c.psoft_mag_b === true && { 'psoft_R.vector_b': ones() }),
      ...(c.psoft_mag_a === true && { 'psoft_R.vector_a': ones() }),
      ...vectorsOf(c, layer, await weight()),
    };
  },
  derive: async (c, layer, _, weight) => (c.save_vectors === false ? vectorsOf(c, layer, await weight()) : {}),
  merged(c, _, t) {
    const B = defined(t.fixed.psoft_B);
    const rest = batchedMatmul(B, turn(c, t), { alpha: -1, residual: B, label: 'B (I - R)' });
    return batchedMatmul(rest, defined(t.fixed.psoft_A), { alpha: -scaleOf(c), residual: widen(t.weight), label: 'W + s B (R - I) A' });
  },
  ...besideBase((c, _, t, base, x, training) => {
    const u = linear(training ? dropout(x, num(c, 'psoft_dropout')) : x, defined(t.fixed.psoft_A), { label: 'x A' });
    const rest = linear(u, turn(c, t), { alpha: -1, residual: u, label: 'x A (I - R)' });
    return addBlocks(base, rest, defined(t.fixed.psoft_B), { alpha: -scaleOf(c), label: 's B' });
  }),
  equivalent,
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    const d = layer.in * layer.out;
    return { streamed: 2 * tokens * r * (layer.in + layer.out) + 3 * tokens * r * r + making(c), merged: tokens * d, merging: 2 * r * (d + r * layer.out) + making(c) };
  },
};
