import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { add } from '../../../ops/add';
import { dropout } from '../../../ops/dropout';
import { linear, matmulNN, matmulTT } from '../../../ops/matmul';
import { randloraMerge, type Factors } from '../../../ops/randlora';
import { groupsLeft, groupsRight } from '../../../ops/randloraGroups';
import { randloraUpdate } from '../../../ops/randloraStreamed';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { besideBase, num, type Layer, type LayerTensors } from '../../method';
import type { Addend } from '../../pair';
import { randloraAlpha, randloraCodecs } from './codec';
import { fields } from './fields';
import { sharedBases } from './bases';

export const randloraScale = (c: MethodConfig): number => randloraAlpha(c) / num(c, 'r');
const minOf = (l: Layer): number => Math.min(l.in, l.out);
const maxOf = (l: Layer): number => Math.max(l.in, l.out);
/** Number of bases: n r >= min(in, out), so that the update can have full rank. */
const basesOf = (c: MethodConfig, l: Layer): number => Math.ceil(minOf(l) / num(c, 'r'));

/** The factors of the update D = s B Â, of all layers that run as one. */
const factors = (c: MethodConfig, t: LayerTensors): Factors => ({
  A: t.shared.randlora_A!, B: t.shared.randlora_B!, lambda: t.own.randlora_lambda!, gamma: t.own.randlora_gamma!, paper: c.pairing === 'paper',
});

/** An update D = alpha left right (max, min) of one layer, transposed where in > out. */
export interface TwoFactors {
  left: Tensor;
  right: Tensor;
  alpha: number;
}

/** W + D, or W + D^T. */
export function mergedFactors(layer: Layer, t: LayerTensors, { left, right, alpha }: TwoFactors): Tensor {
  const residual = recorder().view(widen(t.weight), [layer.out, layer.in]);
  if (layer.in <= layer.out) return matmulNN(left, right, { alpha, residual, label: 'W + s B A' });
  return add(residual, matmulTT(right, left, { alpha, label: 's A^T B^T' }), { label: 'W + delta' });
}

/** base + x D^T, or base + x D. */
export function streamedFactors(layer: Layer, base: Tensor, x: Tensor, { left, right, alpha }: TwoFactors): Tensor {
  if (layer.in <= layer.out) return linear(linear(x, right, { label: 'x A' }), left, { alpha, residual: base, label: 's B' });
  return matmulNN(matmulNN(x, left, { label: 'x B' }), right, { alpha, residual: base, label: 's A' });
}

/** The factors of an ablation, whose bases are averaged in groups. */
function grouped(c: MethodConfig, layer: Layer, t: LayerTensors): TwoFactors {
  const n = basesOf(c, layer);
  const size = c.ablation === 'a' ? n : 2;
  const lambda = recorder().view(t.own.randlora_lambda!, [num(c, 'r'), n]);
  const gamma = recorder().view(t.own.randlora_gamma!, [n, minOf(layer)]);
  return { left: groupsLeft(t.shared.randlora_B!, lambda, maxOf(layer), size), right: groupsRight(t.shared.randlora_A!, gamma, size), alpha: randloraScale(c) };
}

/**
 * RandLoRA: delta = s sum_i B_i Lambda_i A Gamma_i, transposed where in > out (arXiv 2502.00987, eq. 4). With PEFT's
 * pairing column c of the flattened B meets row c of the flattened scaled A crosswise; `pairing: paper` is the formula.
 * Source: peft/tuners/randlora/layer.py.
 */
export const method: Addend = {
  fields,
  trains: 'adapter',
  codecs: randloraCodecs,
  count: { each: '⌈min(d_in, d_out) / r⌉ (r + min(d_in, d_out))' },
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
    return c.ablation === 'none' ? randloraMerge(t.weight, factors(c, t), randloraScale(c)) : mergedFactors(layer, t, grouped(c, layer, t));
  },
  ...besideBase((c, layer, t, base, x, training) => {
    const input = training ? dropout(x, num(c, 'randlora_dropout')) : x;
    if (c.ablation !== 'none') return streamedFactors(layer, base, input, grouped(c, layer, t));
    return randloraUpdate(base, input, factors(c, t), { out: layer.out, alpha: randloraScale(c), stride: t.stride });
  }),
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
