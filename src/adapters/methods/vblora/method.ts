import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { FormatError } from '../../../io/formatError';
import { defined } from '../../../numbers/defined';
import { dropout } from '../../../ops/dropout';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { mixVectors } from '../../../ops/vectorBank';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { normal } from '../../init';
import { besideBase, num, type Arrays, type FixedTensor, type Layer, type LayerTensors, type Method } from '../../method';
import { vbloraCodec } from './codec';
import { fields } from './fields';

const BANK = 'vblora_vector_bank';
const SIDES = ['A', 'B'] as const;
type Side = (typeof SIDES)[number];

/** Longest vectors that are taken where no length is given: PEFT's. */
const LONGEST = 256;

const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));

/** Length of the vectors: as it is set, or the largest divisor up to 256 of all sizes of these layers. */
function lengthOf(c: MethodConfig, layers: readonly Layer[]): number {
  if (c.vector_length !== null && c.vector_length !== undefined) return num(c, 'vector_length');
  const size = layers.reduce((all, { in: n, out: m }) => common(all, common(n, m)), 0) || 1;
  let length = Math.min(size, LONGEST);
  while (size % length !== 0) length--;
  return length;
}

/** Parts of a matrix, each a mix: of A (r, in / L), of B (out / L, r). */
function partsOf(c: MethodConfig, layer: Layer, side: Side): [number, number] {
  const [L, r] = [lengthOf(c, [layer]), num(c, 'r')];
  return side === 'A' ? [r, layer.in / L] : [layer.out / L, r];
}

/** Smallest type that PEFT keeps numbers of vectors in. */
const typeOf = (c: MethodConfig): FixedTensor['dtype'] => (num(c, 'num_vectors') < 256 ? 'U8' : num(c, 'num_vectors') < 32_768 ? 'I16' : 'I32');

/** Numbers of what is mixed and its weights, the last of which is what the others leave of 1. */
function pickedOf(c: MethodConfig, layer: Layer, own: Arrays, side: Side): Float32Array {
  const [numbers, weights, k] = [defined(own[`vblora_logits_${side}_topk_indices`]), defined(own[`vblora_logits_${side}_topk_weights`]), num(c, 'topk')];
  const picked = new Float32Array(2 * numbers.length);
  numbers.forEach((n, i) => {
    if (!(n >= 0 && n < num(c, 'num_vectors'))) throw new FormatError(`vblora_logits_${side}_topk_indices of ${layer.name} names vector ${n}; there are ${num(c, 'num_vectors')}.`);
    const [row, t] = [Math.floor(i / k), i % k];
    const others = weights.subarray(row * (k - 1), (row + 1) * (k - 1));
    picked[2 * k * row + t] = n;
    picked[2 * k * row + k + t] = others[t] ?? others.reduce((left, weight) => left - weight, 1);
  });
  return picked;
}

/** A (1, r, in) and B (1, out, r). */
function factors(c: MethodConfig, layer: Layer, t: LayerTensors): Record<Side, Tensor> {
  const r = num(c, 'r');
  const mix = (side: Side) => {
    const mixed = c.save_only_topk_weights ? { picked: defined(t.fixed[`vblora_picked_${side}`]) } : { logits: defined(t.own[`vblora_logits_${side}`]), topk: num(c, 'topk') };
    const made = mixVectors(defined(t.common[BANK]), mixed, { across: side === 'B' ? r : 1, label: side });
    return recorder().view(made, side === 'A' ? [1, r, layer.in] : [1, layer.out, r]);
  };
  return { A: mix('A'), B: mix('B') };
}

/**
 * VB-LoRA: delta = B A, parts of both being mixes of the vectors with the largest logits, by a softmax over these (arXiv 2405.15179).
 * Source: peft/tuners/vblora/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [vbloraCodec],
  settled: (c, layers) => {
    const vector_length = lengthOf(c, layers);
    return () => ({ vector_length });
  },
  check(c, { name, in: n, out: m }) {
    const L = num(c, 'vector_length');
    if (n % L !== 0 || m % L !== 0) throw new ConfigError(`vector_length is ${L}, which does not divide both sizes of ${name} (${m} x ${n}); choose a length that does, or leave it out.`);
    if (num(c, 'topk') > num(c, 'num_vectors')) throw new ConfigError(`topk is ${num(c, 'topk')}, and num_vectors is ${num(c, 'num_vectors')}: no more vectors can be mixed than there are.`);
  },
  tensors: (c, layer) => (c.save_only_topk_weights ? {} : Object.fromEntries(SIDES.map((side) => [`vblora_logits_${side}`, [...partsOf(c, layer, side), num(c, 'num_vectors')]]))),
  common(c, layers) {
    const [N, L, bound] = [num(c, 'num_vectors'), lengthOf(c, layers), num(c, 'init_vector_bank_bound')];
    return { [BANK]: { shape: [N, L], start: (random) => Float32Array.from({ length: N * L }, () => (2 * random() - 1) * bound) } };
  },
  fixed(c, layer) {
    if (!c.save_only_topk_weights) return {};
    const k = num(c, 'topk');
    return Object.fromEntries(SIDES.flatMap((side): [string, FixedTensor][] => {
      const parts = partsOf(c, layer, side);
      return [
        [`vblora_logits_${side}_topk_indices`, { shape: [...parts, k], dtype: typeOf(c), host: true }],
        [`vblora_logits_${side}_topk_weights`, { shape: [...parts, k - 1], host: true }],
        [`vblora_picked_${side}`, { shape: [parts[0] * parts[1], 2, k], derived: true }],
      ];
    }));
  },
  derive: (c, layer, own) => (c.save_only_topk_weights ? Object.fromEntries(SIDES.map((side) => [`vblora_picked_${side}`, pickedOf(c, layer, own, side)])) : {}),
  range: () => [2, 4096],
  init(c, layer, random) {
    if (c.save_only_topk_weights) throw new ConfigError(`save_only_topk_weights is true, and no adapter is given that brings what is mixed (${layer.name}); leave it out to train from the start.`);
    return Object.fromEntries(SIDES.map((side) => {
      const [rows, columns] = partsOf(c, layer, side);
      return [`vblora_logits_${side}`, normal(rows * columns * num(c, 'num_vectors'), num(c, 'init_logits_std'), random)];
    }));
  },
  merged(c, layer, t) {
    const { A, B } = factors(c, layer, t);
    return batchedMatmul(B, A, { residual: widen(t.weight), label: 'W + B A' });
  },
  ...besideBase((c, layer, t, base, x, training) => {
    const { A, B } = factors(c, layer, t);
    return linear(linear(training ? dropout(x, num(c, 'vblora_dropout')) : x, A, { label: 'x A' }), B, { residual: base, label: 'B' });
  }),
  cost(c, layer, tokens) {
    const [r, d] = [num(c, 'r'), layer.in * layer.out];
    // The bank's gradient looks at every part for each of its vectors.
    const mixing = r * (layer.in + layer.out) * (num(c, 'num_vectors') + 3 * num(c, 'topk'));
    return { streamed: 3 * tokens * r * (layer.in + layer.out) + mixing, merged: tokens * d, merging: 4 * r * d + mixing };
  },
};
