import { recorder } from '../../../engine/record';
import { defined } from '../../../numbers/defined';
import { svd } from '../../../numbers/singular';
import { dropout } from '../../../ops/dropout';
import { linear } from '../../../ops/matmul';
import { randloraRows } from '../../../ops/randloraRows';
import type { MethodConfig } from '../../field';
import { num, type Arrays, type Layer, type LayerTensors, type Method } from '../../method';
import { mergedFactors, method as randlora, randloraScale, streamedFactors, type TwoFactors } from '../randlora/method';
import { randloraSvdCodec } from './codec';
import { fields } from './fields';

interface Sizes {
  r: number;
  /** Number of bases. */
  n: number;
  least: number;
  most: number;
}

function sizes(c: MethodConfig, { in: n, out: m }: Layer): Sizes {
  const [r, least] = [num(c, 'r'), Math.min(n, m)];
  return { r, n: Math.ceil(least / r), least, most: Math.max(n, m) };
}

/** B (max, n r) and the scaled rows of A (n r, min). */
function factors(c: MethodConfig, layer: Layer, t: LayerTensors): TwoFactors {
  const { r, n, most } = sizes(c, layer);
  const B = recorder().view(t.fixed.randlora_B!, [most, n * r]);
  return { left: B, right: randloraRows(t.fixed.randlora_A!, t.own.randlora_lambda!, t.own.randlora_gamma!), alpha: randloraScale(c) };
}

/**
 * RandLoRA with singular vectors for bases: delta = s sum_j B_j Lambda_j A_j Gamma_j, transposed where in > out, with B_j and A_j the
 * vectors j r to j r + r - 1 of W, or of its transpose, as long as random ones are: sqrt(max) U and sqrt(min) V^T, zeros past
 * the last. What the RandLoRA paper calls future work (arXiv 2502.00987, 6.6), by our definition: each layer has bases of its
 * own, which its file brings, and they meet as in the paper's sum. The numbers are a reference in plain torch.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [randloraSvdCodec],
  count: { each: '⌈min(d_in, d_out) / r⌉ (r + min(d_in, d_out))' },
  tensors: randlora.tensors,
  fixed(c, layer) {
    const { r, n, least, most } = sizes(c, layer);
    return { randlora_A: { shape: [r, n, least] }, randlora_B: { shape: [most, n, r] } };
  },
  range: randlora.range,
  async init(c, layer, random, weight): Promise<Arrays> {
    const { r, n, least, most } = sizes(c, layer);
    const { U, Vt } = svd(await weight(), layer.out, layer.in);
    const tall = layer.out >= layer.in;
    const [A, B] = [new Float32Array(r * n * least), new Float32Array(most * n * r)];
    for (let q = 0; q < least; q++) {
      const [j, p] = [Math.floor(q / r), q % r];
      for (let k = 0; k < least; k++) A[(p * n + j) * least + k] = Math.sqrt(least) * (tall ? defined(Vt[q * least + k]) : defined(U[k * least + q]));
      for (let i = 0; i < most; i++) B[i * n * r + q] = Math.sqrt(most) * (tall ? defined(U[i * least + q]) : defined(Vt[q * most + i]));
    }
    return { ...(await randlora.init(c, layer, random, weight)), randlora_A: A, randlora_B: B };
  },
  merged: (c, layer, t) => mergedFactors(layer, t, factors(c, layer, t)),
  streamed(c, layer, t, x, residual, training) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    return streamedFactors(layer, base, training ? dropout(x, num(c, 'randlora_dropout')) : x, factors(c, layer, t));
  },
  cost: randlora.cost,
};
