import { recorder } from '../../../engine/record';
import { rowsOf, type Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { addBlocks } from '../../../ops/blocks';
import { dropout } from '../../../ops/dropout';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { swap } from '../../../ops/swap';
import { widen } from '../../../ops/widen';
import { defaultOf, type MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { kaimingUniform } from '../../init';
import { besideBase, num, type Layer, type LayerTensors, type Method } from '../../method';
import { loraRange } from '../lora/method';
import { graloraAlpha, graloraCodec } from './codec';
import { fields } from './fields';

/** alpha / (r + hybrid_r) */
const scale = (c: MethodConfig): number => graloraAlpha(c) / (num(c, 'r') + num(c, 'hybrid_r'));

/** Blocks of a layer: k along each side, of n inputs and m outputs, each of rank q. */
function cut(c: MethodConfig, layer: Layer): { k: number; r: number; q: number; n: number; m: number } {
  const [k, r] = [num(c, 'gralora_k'), num(c, 'r')];
  return { k, r, q: r / k, n: layer.in / k, m: layer.out / k };
}

const general = (c: MethodConfig): number => num(c, 'hybrid_r');

/** W plus the blocks' update. Of each block j of outputs and i of inputs it is the transpose of A[i][:, j q ...] B[j][i q ..., :]. */
function withBlocks(c: MethodConfig, layer: Layer, t: LayerTensors): Tensor {
  const { k, r, q, n, m } = cut(c, layer);
  const G = defined(t.weight.shape[0]);
  const { gralora_A, gralora_B } = t.own;
  const A = swap(defined(gralora_A), [layer.in, k, q], [G * k * k, n, q], 'A by blocks');
  const blocks = batchedMatmul(A, recorder().view(defined(gralora_B), [G * k * k, q, m]), { alpha: scale(c), label: 's A B by blocks' });
  return add(widen(t.weight), swap(blocks, [layer.in, m, 1], [G, layer.out, layer.in], 'delta'), { label: `W + s B A of rank ${k * r}` });
}

/**
 * GraLoRA: delta of block (j, i) = s (A[i][:, j q : (j + 1) q] B[j][i q : (i + 1) q, :])^T, plus s B A of `hybrid_r` on the whole
 * (arXiv 2505.20355). Source: peft/tuners/gralora/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [graloraCodec],
  count: { each: 'r (d_in + d_out) + hybrid_r (d_in + d_out)' },
  tensors(c, layer) {
    const { k, r, n, m } = cut(c, layer);
    const h = general(c);
    return { gralora_A: [k, n, r], gralora_B: [k, r, m], ...(h > 0 && { 'gralora_A_general.weight': [h, layer.in], 'gralora_B_general.weight': [layer.out, h] }) };
  },
  check(c, { name, in: n, out: m }) {
    const { k, r } = cut(c, { name, in: n, out: m });
    if (r % k) throw new ConfigError(`r is ${r} and gralora_k ${k}, which does not divide it: each block has r / gralora_k ranks. Choose a multiple of ${k} as r.`);
    if (n % k || m % k) throw new ConfigError(`gralora_k is ${k}, which does not divide the ${n % k ? `${n} inputs` : `${m} outputs`} of ${name}. Choose a gralora_k that divides both, or leave the layer out of target_modules.`);
  },
  range: loraRange,
  // Of its own default: with another gralora_k not every one of these fits.
  multiple: defaultOf(fields, 'gralora_k'),
  init(c, layer, random) {
    const { k, r, n, m } = cut(c, layer);
    const h = general(c);
    // As PEFT draws each block (r, n) and turns it.
    const bound = 1 / Math.sqrt(n);
    return {
      gralora_A: Float32Array.from({ length: k * n * r }, () => (2 * random() - 1) * bound),
      gralora_B: new Float32Array(k * r * m),
      ...(h > 0 && { 'gralora_A_general.weight': kaimingUniform(h, layer.in, random), 'gralora_B_general.weight': new Float32Array(layer.out * h) }),
    };
  },
  runsAsOne: (_, form) => form === 'merged',
  merged(c, layer, t) {
    const W = withBlocks(c, layer, t);
    return general(c) > 0 ? batchedMatmul(defined(t.own['gralora_B_general.weight']), defined(t.own['gralora_A_general.weight']), { alpha: scale(c), residual: W, label: 'W + s B A' }) : W;
  },
  ...besideBase((c, layer, t, base, whole, training) => {
    const { k, r, q, n, m } = cut(c, layer);
    const x = training ? dropout(whole, num(c, 'gralora_dropout')) : whole;
    const T = rowsOf(x);
    const A = recorder().view(defined(t.own.gralora_A), [k, n, r]);
    const u = batchedMatmul(swap(x, [T, k, n], [k, T, n], 'x by blocks'), A, { label: 'x A' });
    // From all ranks of a block of inputs to all that a block of outputs takes.
    const exchanged = swap(u, [k, T * k, q], [...x.shape.slice(0, -1), k * r], 'ranks by outputs');
    const y = addBlocks(base, exchanged, recorder().view(defined(t.own.gralora_B), [k, r, m]), { alpha: scale(c), transposed: true, label: 's B' });
    if (general(c) === 0) return y;
    return addBlocks(y, linear(x, defined(t.own['gralora_A_general.weight']), { label: 'x A, whole' }), defined(t.own['gralora_B_general.weight']), { alpha: scale(c), label: 's B, whole' });
  }),
  cost(c, layer, tokens) {
    const r = num(c, 'r') + general(c);
    const d = layer.in * layer.out;
    return { streamed: 3 * tokens * r * (layer.in + layer.out), merged: tokens * d, merging: (3 * num(c, 'r') * d) / num(c, 'gralora_k') + 3 * general(c) * d };
  },
};
