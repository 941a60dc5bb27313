import { lastOf } from '../../engine/tensor';
import type { Activation, Context, Shaped } from '../../nn/context';
import { norm, selfAttention } from '../../nn/layers';

export interface Dinov2Sizes {
  heads: number;
  /** Width of the MLP: of fc1, or of the gate of SwiGLU. */
  hidden: number;
  eps: number;
  act: Activation;
  qkvBias: boolean;
  swiglu: boolean;
}

/**
 * Block `layer` (`dinov2.encoder.layer.0`) on x (B, T, C): x + scale1 * attention(norm1(x)), then
 * x + scale2 * mlp(norm2(x)). Source: transformers Dinov2Layer.
 */
export function dinov2Block<T extends Shaped>(ctx: Context<T>, x: T, layer: string, s: Dinov2Sizes): T {
  const width = lastOf(x);
  const h = norm(ctx, `${layer}.norm1`, x, s.eps);
  const part = (name: string) => `${layer}.attention.attention.${name}`;
  const a = ctx.linear(`${layer}.attention.output.dense`, selfAttention(ctx, h, { query: part('query'), key: part('key'), value: part('value') }, s), width);
  const y = layerScale(ctx, `${layer}.layer_scale1`, a, x);
  const m = mlp(ctx, norm(ctx, `${layer}.norm2`, y, s.eps), `${layer}.mlp`, s);
  return layerScale(ctx, `${layer}.layer_scale2`, m, y);
}

/** residual + lambda1 * x, one factor per channel. Source: transformers Dinov2LayerScale (arXiv 2103.17239). */
const layerScale = <T extends Shaped>(ctx: Context<T>, name: string, x: T, residual: T): T => ctx.add(ctx.scaleColumns(x, ctx.weight(`${name}.lambda1`, [lastOf(x)])), residual);

function mlp<T extends Shaped>(ctx: Context<T>, x: T, name: string, s: Dinov2Sizes): T {
  if (s.swiglu) return ctx.linear(`${name}.weights_out`, ctx.swiglu(ctx.linear(`${name}.weights_in`, x, 2 * s.hidden)), lastOf(x));
  return ctx.linear(`${name}.fc2`, ctx.linear(`${name}.fc1`, x, s.hidden, { act: s.act }), lastOf(x));
}
