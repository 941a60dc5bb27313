import { recorder } from '../engine/record';
import { lastOf, type Tensor } from '../engine/tensor';
import { randloraBases } from '../io/torchRandom';
import { add } from '../ops/add';
import { dropout } from '../ops/dropout';
import { linear, matmulNN, matmulTT, type MatmulOptions } from '../ops/matmul';
import { randloraScale } from '../ops/randlora';
import { groupsLeft, groupsRight } from '../ops/randloraGroups';
import { widen } from '../ops/widen';
import type { MethodConfig } from '../train/protocol';
import { generator, normal } from './init';
import { num, numOr, type Layer, type LayerTensors, type Method } from './method';
import { fields } from './randlora.fields';

const scale = (c: MethodConfig): number => numOr(c, 'randlora_alpha', 20 * num(c, 'r')) / num(c, 'r');
const minOf = (l: Layer): number => Math.min(l.in, l.out);
const maxOf = (l: Layer): number => Math.max(l.in, l.out);
/** Number of bases: n r >= min(in, out), so that the update can have full rank. */
const basesOf = (c: MethodConfig, l: Layer): number => Math.ceil(minOf(l) / num(c, 'r'));

/** The two factors of the update D = s left right (max, min): left (max, q) possibly a slice of B, right (q, min). */
function factors(c: MethodConfig, layer: Layer, t: LayerTensors): { left: Tensor; slice?: MatmulOptions['sliceW']; right: Tensor; q: number } {
  const A = t.shared.randlora_A!;
  const B = t.shared.randlora_B!;
  const r = num(c, 'r');
  const n = basesOf(c, layer);
  const lambda = recorder().view(t.own.randlora_lambda!, [r, n]);
  const gamma = recorder().view(t.own.randlora_gamma!, [n, minOf(layer)]);
  if (c.ablation !== 'none') {
    const size = c.ablation === 'a' ? n : 2;
    const right = groupsRight(A, gamma, size);
    return { left: groupsLeft(B, lambda, maxOf(layer), size), right, q: right.shape[0]! };
  }
  const right = randloraScale(A, lambda, gamma, c.pairing === 'paper');
  // The first n bases of a row of B (N, r) are its first n r numbers: the flattened B is a slice, never a copy.
  return { left: B, slice: { rows: maxOf(layer), cols: n * r, ld: B.shape[1]! * lastOf(B) }, right, q: n * r };
}

/**
 * RandLoRA: delta = s sum_i B_i Lambda_i A Gamma_i, transposed where in > out (arXiv 2502.00987, eq. 4). With PEFT's
 * pairing column c of the flattened B meets row c of the flattened scaled A crosswise; `pairing: paper` is the formula.
 * Source: peft/tuners/randlora/layer.py.
 */
export const randlora: Method = {
  fields,
  trains: 'adapter',
  tensors: (c, layer) => ({
    randlora_lambda: [num(c, 'r'), basesOf(c, layer)],
    randlora_gamma: [basesOf(c, layer), minOf(layer)],
  }),
  range: (layers) => [1, Math.max(...layers.map(minOf))],
  shared(c, layers) {
    // Elementwise maxima of out and in, then their maximum and minimum, as PEFT sizes the bases.
    const outMax = Math.max(...layers.map((l) => l.out));
    const inMax = Math.max(...layers.map((l) => l.in));
    const [dMax, dMin] = [Math.max(outMax, inMax), Math.min(outMax, inMax)];
    const r = num(c, 'r');
    const N = Math.ceil(dMin / r);
    let drawn: { A: Float32Array; B: Float32Array } | undefined;
    const draw = () => (drawn ??= drawBases(c, r, dMax, dMin, N));
    return { randlora_A: { shape: [r, 1, dMin], data: () => draw().A }, randlora_B: { shape: [dMax, N, r], data: () => draw().B } };
  },
  init(c, layer) {
    const n = basesOf(c, layer);
    const d = minOf(layer);
    return {
      randlora_lambda: new Float32Array(num(c, 'r') * n),
      randlora_gamma: new Float32Array(n * d).fill(1 / Math.max(n, d)),
    };
  },
  merged(c, layer, t) {
    const { left, slice, right } = factors(c, layer, t);
    const residual = widen(t.weight);
    if (layer.in <= layer.out) return matmulNN(left, right, { sliceX: slice, alpha: scale(c), residual, label: 'W + s B A' });
    return add(residual, matmulTT(right, left, { sliceW: slice, alpha: scale(c), label: 's A^T B^T' }), { label: 'W + delta' });
  },
  streamed(c, layer, t, x, residual, training) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const { left, slice, right } = factors(c, layer, t);
    const input = training ? dropout(x, num(c, 'randlora_dropout')) : x;
    if (layer.in <= layer.out) {
      return linear(linear(input, right, { label: 'x A' }), left, { sliceW: slice, alpha: scale(c), residual: base, label: 's B' });
    }
    return matmulNN(matmulNN(input, left, { sliceW: slice, label: 'x B' }), right, { alpha: scale(c), residual: base, label: 's A' });
  },
  cost(c, layer, tokens) {
    const q = basesOf(c, layer) * num(c, 'r');
    const d = layer.in * layer.out;
    return {
      // Forward and the input's gradient pass both factors, the gradient of the scaled A one more product.
      streamed: 2 * tokens * q * (layer.in + layer.out) + tokens * q * minOf(layer),
      // The weight's gradient, W + delta made twice (forward, and again inside the backward), the gradient of the scaled A.
      merged: tokens * d + 3 * q * d,
    };
  },
};

function drawBases(c: MethodConfig, r: number, dMax: number, dMin: number, N: number): { A: Float32Array; B: Float32Array } {
  const key = num(c, 'projection_prng_key');
  if (c.bases === 'uniform' || c.bases === 'sparse' || c.bases === 'very_sparse') {
    return randloraBases(key, r, dMax, dMin, { sparse: c.bases === 'sparse', verySparse: c.bases === 'very_sparse' });
  }
  const make = (what: string, count: number): Float32Array => {
    const random = generator(`randlora ${what} ${c.bases as string} ${key}`);
    // Standard deviation 1, like PEFT's bases after their division.
    return c.bases === 'normal' ? normal(count, 1, random) : Float32Array.from({ length: count }, () => (random() < 0.5 ? -1 : 1));
  };
  return { A: make('A', r * dMin), B: make('B', dMax * N * r) };
}
