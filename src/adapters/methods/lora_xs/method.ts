import { defined } from '../../../numbers/defined';
import { addBlocks } from '../../../ops/blocks';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { normal } from '../../init';
import { largestSingular } from '../../largest';
import { loraXsCodecs, MAPPING } from './codec';
import { fields } from './fields';
import { num, type Method } from '../../method';
import { rankRange, withinRank } from '../../singular';

const scale = (c: MethodConfig): number => num(c, 'lora_alpha') / num(c, 'r');

/**
 * LoRA-XS: delta = s B R A with B = U_r and A = S_r V_r^T of the weight fixed, R (r, r) trained (arXiv 2405.17604).
 * The factors stand in the file: R is of no use under singular vectors of other signs. Source: MohammadrezaBanaei/LoRA-XS.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: loraXsCodecs,
  count: { each: 'r²' },
  tensors: (c) => ({ [MAPPING]: [num(c, 'r'), num(c, 'r')] }),
  fixed: (c, { in: n, out: m }) => ({ 'lora_A.weight': { shape: [num(c, 'r'), n] }, 'lora_B.weight': { shape: [m, num(c, 'r')] } }),
  check: withinRank,
  range: rankRange,
  async init(c, layer, random, weight) {
    const r = num(c, 'r');
    const { U, S, Vt } = largestSingular(await weight(), layer.out, layer.in, r);
    return { [MAPPING]: normal(r * r, 1e-5, random), 'lora_A.weight': Float32Array.from(Vt, (v, i) => v * defined(S[Math.floor(i / layer.in)])), 'lora_B.weight': Float32Array.from(U) };
  },
  merged(c, _, t) {
    const BR = batchedMatmul(defined(t.fixed['lora_B.weight']), defined(t.own[MAPPING]), { label: 'B R' });
    return batchedMatmul(BR, defined(t.fixed['lora_A.weight']), { alpha: scale(c), residual: widen(t.weight), label: 'W + s B R A' });
  },
  streamed(c, _, t, x, residual) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const u = linear(linear(x, defined(t.fixed['lora_A.weight']), { label: 'x A' }), defined(t.own[MAPPING]), { label: 'R' });
    return addBlocks(base, u, defined(t.fixed['lora_B.weight']), { alpha: scale(c), label: 's B' });
  },
  equivalent: {
    config: (c) => ({ r: num(c, 'r'), lora_alpha: num(c, 'lora_alpha') }),
    tensors(c, { out: m }, tensor) {
      const r = num(c, 'r');
      const [A, B, R] = ['lora_A.weight', 'lora_B.weight', MAPPING].map((name) => tensor(name).data) as [Float32Array, Float32Array, Float32Array];
      const BR = Float32Array.from({ length: m * r }, (_, i) => {
        const [o, k] = [Math.floor(i / r), i % r];
        let s = 0;
        for (let j = 0; j < r; j++) s += defined(B[o * r + j]) * defined(R[j * r + k]);
        return s;
      });
      return { 'lora_A.weight': A, 'lora_B.weight': BR };
    },
  },
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    const d = layer.in * layer.out;
    return { streamed: 2 * tokens * r * (layer.in + layer.out) + 3 * tokens * r * r, merged: tokens * d, merging: 2 * r * (d + r * layer.out) };
  },
};
