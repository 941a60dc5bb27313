import { defined } from '../../../numbers/defined';
import type { MethodConfig } from '../../field';
import { addBlocks } from '../../../ops/blocks';
import { dropout } from '../../../ops/dropout';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import { loraScale, loraTensors } from '../lora/method';
import { loraAlpha } from '../lora/codec';
import { num, type Arrays, type Layer, type Method } from '../../method';
import { fields } from './fields';
import { pissaCodec } from './codec';
import { rankRange, withinRank } from '../../singular';
import { rootFactors } from '../../largest';

/** The factors' start: B0 = U sqrt(S / s) (out, r) and A0 = sqrt(S / s) V^T (r, in), so that s B0 A0 is the weight's top-r part. Asynchronous for the package's player, which fetches `rootFactors` when it is called (cli/setup/lean.mjs). */
async function start(c: MethodConfig, layer: Layer, weight: Float32Array): Promise<{ A: Float32Array; B: Float32Array }> {
  return rootFactors(weight, layer, num(c, 'r'), loraScale(c));
}

/**
 * PiSSA: delta = s (B A - B0 A0), where s B0 A0 is the top-r part of the weight and B0, A0 is where B, A start (arXiv 2404.02948).
 * PEFT puts W - s B0 A0 in the place of W; here W stays, so that it is shared with other adapters and stored as any weight is.
 * Source: peft/tuners/lora/layer.py, pissa_init.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [pissaCodec],
  count: { each: 'r (d_in + d_out)' },
  tensors: loraTensors,
  fixed: (c, { in: n, out: m }) => ({ pissa_A: { shape: [num(c, 'r'), n], derived: true }, pissa_B: { shape: [m, num(c, 'r')], derived: true } }),
  check: withinRank,
  range: rankRange,
  decays: (c) => c.decay === true,
  async init(c, layer, _, weight): Promise<Arrays> {
    const { A, B } = await start(c, layer, await weight());
    return { 'lora_A.weight': A, 'lora_B.weight': B, pissa_A: A.slice(), pissa_B: B.slice() };
  },
  async derive(c, layer, _, weight): Promise<Arrays> {
    const { A, B } = await start(c, layer, await weight());
    return { pissa_A: A, pissa_B: B };
  },
  merged(c, _, t) {
    const rest = batchedMatmul(t.fixed.pissa_B!, t.fixed.pissa_A!, { alpha: -loraScale(c), residual: widen(t.weight), label: 'W - s B0 A0' });
    return batchedMatmul(defined(t.own['lora_B.weight']), defined(t.own['lora_A.weight']), { alpha: loraScale(c), residual: rest, label: '+ s B A' });
  },
  streamed(c, _, t, x, residual, training) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const rest = addBlocks(base, linear(x, t.fixed.pissa_A!, { label: 'x A0' }), t.fixed.pissa_B!, { alpha: -loraScale(c), label: '- s B0' });
    const u = linear(training ? dropout(x, num(c, 'lora_dropout')) : x, defined(t.own['lora_A.weight']), { label: 'x A' });
    return addBlocks(rest, u, defined(t.own['lora_B.weight']), { alpha: loraScale(c), label: '+ s B' });
  },
  equivalent: {
    config(c) {
      // s stays as it is at twice the rank.
      const grown = c.use_rslora ? Math.SQRT2 : 2;
      const each = (pattern: unknown, factor: number) => Object.fromEntries(Object.entries((pattern ?? {}) as Record<string, number>).map(([name, value]) => [name, factor * value]));
      const alphas = { ...(c.lora_alpha === null ? each(c.rank_pattern, grown) : {}), ...each(c.alpha_pattern, grown) };
      return { r: 2 * num(c, 'r'), lora_alpha: grown * loraAlpha(c), lora_dropout: c.lora_dropout, use_rslora: c.use_rslora, rank_pattern: each(c.rank_pattern, 2), alpha_pattern: alphas };
    },
    // A' = [A; A0] and B' = [B, -B0]
    tensors(c, { in: n, out: m }, tensor) {
      const r = num(c, 'r');
      const [A, A0, B, B0] = ['lora_A.weight', 'pissa_A', 'lora_B.weight', 'pissa_B'].map((name) => tensor(name).data) as [Float32Array, Float32Array, Float32Array, Float32Array];
      const both = new Float32Array(2 * r * n);
      both.set(A);
      both.set(A0, r * n);
      return { 'lora_A.weight': both, 'lora_B.weight': Float32Array.from({ length: 2 * r * m }, (_, i) => (i % (2 * r) < r ? defined(B[Math.floor(i / (2 * r)) * r + (i % (2 * r))]) : -defined(B0[Math.floor(i / (2 * r)) * r + (i % (2 * r)) - r]))) };
    },
  },
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    const d = layer.in * layer.out;
    return { streamed: 5 * tokens * r * (layer.in + layer.out), merged: tokens * d, merging: 5 * r * d };
  },
};
