import { lastOf } from '../engine/tensor';
import type { Activation, AttendOptions, Context, Shaped } from './context';

/** Layer norm with weights `name.weight` and `name.bias`. */
export function norm<T extends Shaped>(ctx: Context<T>, name: string, x: T, eps: number): T {
  const width = lastOf(x);
  return ctx.layerNorm(x, ctx.weight(`${name}.weight`, [width]), ctx.weight(`${name}.bias`, [width]), eps, name);
}

/** Names of the three layers that attention is of. */
export interface QkvNames {
  query: string;
  key: string;
  value: string;
}

export interface AttentionSizes<T = never> extends AttendOptions<T> {
  qkvBias?: boolean;
}

/** Softmax attention of x (B, T, C) to itself, before the output layer: q, k and v are one product where they run as one. */
export function selfAttention<T extends Shaped>(ctx: Context<T>, x: T, { query, key, value }: QkvNames, { heads, qkvBias = true, causal, mask, documents }: AttentionSizes<T>): T {
  return ctx.attend(ctx.linears([query, key, value], x, lastOf(x), { bias: qkvBias }), { heads, causal, mask, documents });
}

/** Names of the parts of a transformer block, which differ between families. */
export interface BlockNames extends QkvNames {
  norm1: string;
  output: string;
  norm2: string;
  fc1: string;
  fc2: string;
}

export interface BlockSizes<T = never> extends AttentionSizes<T> {
  hidden: number;
  eps: number;
  act: Activation;
}

/** Post-norm transformer block: y = norm1(x + attention(x)), then norm2(y + mlp(y)); x (B, T, C). Source: transformers modeling_bert.py, BertLayer. */
export function postNormBlock<T extends Shaped>(ctx: Context<T>, x: T, names: BlockNames, sizes: BlockSizes<T>): T {
  const width = lastOf(x);
  const y = norm(ctx, names.norm1, ctx.linear(names.output, selfAttention(ctx, x, names, sizes), width, { residual: x }), sizes.eps);
  const m = ctx.linear(names.fc1, y, sizes.hidden, { act: sizes.act });
  return norm(ctx, names.norm2, ctx.linear(names.fc2, m, width, { residual: y }), sizes.eps);
}

/** Pre-norm transformer block: x + attention(norm1(x)), then x + mlp(norm2(x)); x (B, T, C). */
export function transformerBlock<T extends Shaped>(ctx: Context<T>, x: T, names: BlockNames, sizes: BlockSizes<T>): T {
  const width = lastOf(x);
  const h = norm(ctx, names.norm1, x, sizes.eps);
  const y = ctx.linear(names.output, selfAttention(ctx, h, names, sizes), width, { residual: x });
  const g = norm(ctx, names.norm2, y, sizes.eps);
  const m = ctx.linear(names.fc1, g, sizes.hidden, { act: sizes.act });
  return ctx.linear(names.fc2, m, width, { residual: y });
}
