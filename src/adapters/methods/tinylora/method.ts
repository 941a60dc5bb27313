import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { Mersenne } from '../../../io/mersenne';
import { torchNormal } from '../../../io/torchNormal';
import { defined } from '../../../numbers/defined';
import { addBlocks } from '../../../ops/blocks';
import { dropout } from '../../../ops/dropout';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import { defaultOf, type MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { rootFactors } from '../../largest';
import { num, numOr, type Arrays, type Layer, type LayerTensors, type Method } from '../../method';
import { tinyloraCodec } from './codec';
import { fields } from './fields';
import { groupCount, groupOf } from './groups';

const [A, B, P] = ['tinylora_A', 'tinylora_B', 'tinylora_P'] as const;

/** Most numbers of the random matrices of a layer. */
const MOST = 2 ** 28;

/** Rank on a layer: PEFT takes what there is. */
const rankOf = (c: MethodConfig, { in: n, out: m }: Layer): number => Math.min(num(c, 'r'), n, m);

/** Name of a layer's vector. A layer by itself is the first. */
const vectorName = (group: number): string => `tinylora_v.${group}`;
const vectorOf = (c: MethodConfig, t: LayerTensors): Tensor => defined(t.common[vectorName(numOr(c, 'group', 0))]);

/** The random matrices, as PEFT draws them of a layer at this place. */
function matricesOf(c: MethodConfig, layer: Layer): Float32Array {
  const r = rankOf(c, layer);
  return torchNormal(new Mersenne(num(c, 'projection_seed') + numOr(c, 'place', 0)), num(c, 'u') * r * r, 1 / Math.sqrt(r));
}

/** R = sum over i of v[i] P[i], (1, r, r). */
function mixed(c: MethodConfig, layer: Layer, t: LayerTensors): Tensor {
  const [r, u] = [rankOf(c, layer), num(c, 'u')];
  const [v, matrices] = [recorder().view(vectorOf(c, t), [1, 1, u]), recorder().view(defined(t.fixed[P]), [1, u, r * r])];
  return recorder().view(batchedMatmul(v, matrices, { label: 'v P' }), [1, r, r]);
}

/**
 * TinyLoRA: delta = B R A with B = U_r sqrt(S_r) and A = sqrt(S_r) V_r^T of the weight fixed, and R a mix of fixed random matrices by
 * a vector that several layers may share (arXiv 2602.04118). The factors stand in the file: R is of no use under singular vectors of
 * other signs. Source: peft/tuners/tinylora/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [tinyloraCodec],
  count: { all: 'u matrices' },
  tensors: () => ({}),
  settled(c, layers) {
    const places = new Map(layers.map(({ name }, place) => [name, place]));
    return ({ name }) => {
      const place = defined(places.get(name));
      return { place, group: groupOf(c, place, layers.length) };
    };
  },
  common(c, layers) {
    const [u, bound] = [num(c, 'u'), num(c, 'init_v_bound')];
    const start = (random: () => number) => (c.init_weights === false ? Float32Array.from({ length: u }, () => (2 * random() - 1) * bound) : new Float32Array(u));
    return Object.fromEntries(Array.from({ length: groupCount(c, layers.length) }, (_, group) => [vectorName(group), { shape: [u], start }]));
  },
  fixed(c, layer) {
    const r = rankOf(c, layer);
    return { [A]: { shape: [r, layer.in] }, [B]: { shape: [layer.out, r] }, [P]: { shape: [num(c, 'u'), r, r], ...(c.save_projection === false && { derived: true }) } };
  },
  derive: (c, layer): Arrays => (c.save_projection === false ? { [P]: matricesOf(c, layer) } : {}),
  check(c, layer) {
    const [u, r] = [num(c, 'u'), rankOf(c, layer)];
    if (u * r * r > MOST) throw new ConfigError(`u is ${u} and r is ${r}: the random matrices of ${layer.name} would have ${u * r * r} numbers; choose less.`);
  },
  // A layer's R has no more than r^2 numbers to choose: a longer vector is larger and reaches nothing else.
  range: () => [1, defaultOf(fields, 'r') ** 2],
  async init(c, layer, _, weight) {
    const factors = rootFactors(await weight(), layer, rankOf(c, layer));
    return { [A]: factors.A, [B]: factors.B, [P]: matricesOf(c, layer) };
  },
  merged(c, layer, t) {
    const BR = batchedMatmul(defined(t.fixed[B]), mixed(c, layer, t), { label: 'B R' });
    return batchedMatmul(BR, defined(t.fixed[A]), { residual: widen(t.weight), label: 'W + B R A' });
  },
  streamed(c, layer, t, x, residual, training) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const a = linear(training ? dropout(x, num(c, 'tinylora_dropout')) : x, defined(t.fixed[A]), { label: 'x A' });
    return addBlocks(base, linear(a, mixed(c, layer, t), { label: 'R' }), defined(t.fixed[B]), { label: 'B' });
  },
  equivalent: {
    config: (c) => ({ r: num(c, 'r'), lora_alpha: num(c, 'r') }),
    tensors(c, layer, tensor) {
      const [r, whole] = [rankOf(c, layer), num(c, 'r')];
      const [v, matrices, factor] = [tensor(vectorName(numOr(c, 'group', 0))).data, tensor(P).data, tensor(B).data];
      const R = Float64Array.from({ length: r * r }, (_, at) => v.reduce((sum, value, i) => sum + value * defined(matrices[i * r * r + at]), 0));
      // A layer with fewer singular values than the rank has zeros for the rest.
      const BR = Float32Array.from({ length: layer.out * whole }, (_, at) => {
        const [o, k] = [Math.floor(at / whole), at % whole];
        let s = 0;
        for (let j = 0; k < r && j < r; j++) s += defined(factor[o * r + j]) * defined(R[j * r + k]);
        return s;
      });
      const rows = new Float32Array(whole * layer.in);
      rows.set(tensor(A).data);
      return { 'lora_A.weight': rows, 'lora_B.weight': BR };
    },
  },
  cost(c, layer, tokens) {
    const [r, u, d] = [rankOf(c, layer), num(c, 'u'), layer.in * layer.out];
    const mixing = 2 * u * r * r;
    return { streamed: 2 * tokens * r * (layer.in + layer.out) + 3 * tokens * r * r + mixing, merged: tokens * d, merging: 2 * r * (d + r * layer.out) + mixing };
  },
};
