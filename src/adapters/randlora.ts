import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { add } from '../ops/add';
import { dropout } from '../ops/dropout';
import { linear, matmulNN, matmulTT } from '../ops/matmul';
import { randloraMerge, type Factors } from '../ops/randlora';
import { groupsLeft, groupsRight } from '../ops/randloraGroups';
import { randloraUpdate } from '../ops/randloraStreamed';
import { widen } from '../ops/widen';
import type { MethodConfig } from '../train/protocol';
import { num, numOr, type Layer, type LayerTensors, type Method } from './method';
import { randloraCodecs } from './randlora.codec';
import { fields } from './randlora.fields';
import { sharedBases } from './randloraBases';

const scale = (c: MethodConfig): number => numOr(c, 'randlora_alpha', 20 * num(c, 'r')) / num(c, 'r');
const minOf = (l: Layer): number => Math.min(l.in, l.out);
const maxOf = (l: Layer): number => Math.max(l.in, l.out);
/** Number of bases: n r >= min(in, out), so that the update can have full rank. */
const basesOf = (c: MethodConfig, l: Layer): number => Math.ceil(minOf(l) / num(c, 'r'));

/** The factors of the update D = s B Â, of all layers that run as one. */
const factors = (c: MethodConfig, t: LayerTensors): Factors => ({
  A: t.shared.randlora_A!, B: t.shared.randlora_B!, lambda: t.own.randlora_lambda!, gamma: t.own.randlora_gamma!, paper: c.pairing === 'paper',
});

/** The two factors of an ablation's update D = s left right (max, min) of one layer, whose bases are averaged in groups. */
function grouped(c: MethodConfig, layer: Layer, t: LayerTensors): { left: Tensor; right: Tensor } {
  const n = basesOf(c, layer);
  const size = c.ablation === 'a' ? n : 2;
  const lambda = recorder().view(t.own.randlora_lambda!, [num(c, 'r'), n]);
  const gamma = recorder().view(t.own.randlora_gamma!, [n, minOf(layer)]);
  return { left: groupsLeft(t.shared.randlora_B!, lambda, maxOf(layer), size), right: groupsRight(t.shared.randlora_A!, gamma, size) };
}

/**
 * RandLoRA: delta = s sum_i B_i Lambda_i A Gamma_i, transposed where in > out (arXiv 2502.00987, eq. 4). With PEFT's
 * pairing column c of the flattened B meets row c of the flattened scaled A crosswise; `pairing: paper` is the formula.
 * Source: peft/tuners/randlora/layer.py.
 */
export const randlora: Method = {
  fields,
  trains: 'adapter',
  codecs: randloraCodecs,
  tensors: (c, layer) => ({
    randlora_lambda: [num(c, 'r'), basesOf(c, layer)],
    randlora_gamma: [basesOf(c, layer), minOf(layer)],
  }),
  range: (layers) => [1, Math.max(...layers.map(minOf))],
  shared: sharedBases,
  init(c, layer) {
    const n = basesOf(c, layer);
    const d = minOf(layer);
    return {
      randlora_lambda: new Float32Array(num(c, 'r') * n),
      randlora_gamma: new Float32Array(n * d).fill(1 / Math.max(n, d)),
    };
  },
  // The ablations are of one layer each.
  runsAsOne: (c) => c.ablation === 'none',
  merged(c, layer, t) {
    if (c.ablation === 'none') return randloraMerge(t.weight, factors(c, t), scale(c));
    const { left, right } = grouped(c, layer, t);
    const residual = recorder().view(widen(t.weight), [layer.out, layer.in]);
    if (layer.in <= layer.out) return matmulNN(left, right, { alpha: scale(c), residual, label: 'W + s B A' });
    return add(residual, matmulTT(right, left, { alpha: scale(c), label: 's A^T B^T' }), { label: 'W + delta' });
  },
  streamed(c, layer, t, x, residual, training) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const input = training ? dropout(x, num(c, 'randlora_dropout')) : x;
    if (c.ablation === 'none') return randloraUpdate(base, input, factors(c, t), { out: layer.out, alpha: scale(c), stride: t.stride });
    const { left, right } = grouped(c, layer, t);
    if (layer.in <= layer.out) return linear(linear(input, right, { label: 'x A' }), left, { alpha: scale(c), residual: base, label: 's B' });
    return matmulNN(matmulNN(input, left, { label: 'x B' }), right, { alpha: scale(c), residual: base, label: 's A' });
  },
  cost(c, layer, tokens) {
    const q = basesOf(c, layer) * num(c, 'r');
    const d = layer.in * layer.out;
    return {
      // Forward and the input's gradient pass both factors, the gradient of the scaled A one more product.
      streamed: 2 * tokens * q * (layer.in + layer.out) + tokens * q * minOf(layer),
      // The weight's gradient.
      merged: tokens * d,
      // W + delta made twice (forward, and again inside the backward), the gradient of the scaled A.
      merging: 3 * q * d,
    };
  },
};
