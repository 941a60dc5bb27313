import type { Context, Shaped } from '../../nn/context';
import { transformerBlock } from '../../nn/layers';
import type { TextConfig, VisionConfig } from './config';

/** A block of either tower. Source: transformers modeling_clip.py, CLIPEncoderLayer. */
export function clipBlock<T extends Shaped>(ctx: Context<T>, layer: string, x: T, c: VisionConfig | TextConfig, causal = false): T {
  const names = {
    norm1: `${layer}.layer_norm1`,
    query: `${layer}.self_attn.q_proj`,
    key: `${layer}.self_attn.k_proj`,
    value: `${layer}.self_attn.v_proj`,
    output: `${layer}.self_attn.out_proj`,
    norm2: `${layer}.layer_norm2`,
    fc1: `${layer}.mlp.fc1`,
    fc2: `${layer}.mlp.fc2`,
  };
  const sizes = { heads: c.num_attention_heads, hidden: c.intermediate_size, eps: c.layer_norm_eps, act: c.hidden_act, causal };
  return ctx.block(layer, x, (from) => transformerBlock(ctx, from, names, sizes));
}
