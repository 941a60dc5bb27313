import type { Tensor } from '../engine/tensor';
import { lastOf } from '../engine/tensor';
import type { Activation } from '../ops/activation';
import { attention, packedAttention } from '../ops/attention';
import { layerNorm } from '../ops/layerNorm';
import type { Context } from './context';

/** Layer norm with weights `name.weight` and `name.bias`. */
export function norm(ctx: Context, name: string, x: Tensor, eps: number): Tensor {
  const width = lastOf(x);
  return layerNorm(x, ctx.weight(`${name}.weight`, [width]), ctx.weight(`${name}.bias`, [width]), eps, name);
}

/** Names of the three layers that attention is of. */
export interface QkvNames {
  query: string;
  key: string;
  value: string;
}

export interface AttentionSizes {
  heads: number;
  qkvBias?: boolean;
  causal?: boolean;
}

/** Softmax attention of x (B, T, C) to itself, before the output layer: q, k and v are one product where they run as one. */
export function selfAttention(ctx: Context, x: Tensor, { query, key, value }: QkvNames, { heads, qkvBias = true, causal }: AttentionSizes): Tensor {
  const qkv = ctx.linears([query, key, value], x, lastOf(x), { bias: qkvBias });
  if (!Array.isArray(qkv)) return packedAttention(qkv, heads, causal, undefined, ctx.watch);
  const [q, k, v] = qkv;
  return attention(q!, k!, v!, heads, causal, undefined, ctx.watch);
}

/** Names of the parts of a transformer block, which differ between families. */
export interface BlockNames extends QkvNames {
  norm1: string;
  output: string;
  norm2: string;
  fc1: string;
  fc2: string;
}

export interface BlockSizes extends AttentionSizes {
  hidden: number;
  eps: number;
  act: Activation;
}

/** Pre-norm transformer block: x + attention(norm1(x)), then x + mlp(norm2(x)); x (B, T, C). */
export function transformerBlock(ctx: Context, x: Tensor, names: BlockNames, sizes: BlockSizes): Tensor {
  const width = lastOf(x);
  const h = norm(ctx, names.norm1, x, sizes.eps);
  const y = ctx.linear(names.output, selfAttention(ctx, h, names, sizes), width, { residual: x });
  const g = norm(ctx, names.norm2, y, sizes.eps);
  const m = ctx.linear(names.fc1, g, sizes.hidden, { act: sizes.act });
  return ctx.linear(names.fc2, m, width, { residual: y });
}
