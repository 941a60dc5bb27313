import * as z from 'zod/mini';
import type { Context, Shaped } from '../../nn/context';
import { transformerBlock, type BlockNames, type BlockSizes } from '../../nn/layers';
import { blockOutputs } from '../blockOutputs';
import { count, hiddenAct, side } from '../fields';

/** Fields that ViTConfig and DeiTConfig share, with transformers' defaults. */
export const vitFields = {
  hidden_size: z._default(count(8192), 768),
  num_hidden_layers: z._default(count(128), 12),
  num_attention_heads: z._default(count(256), 12),
  intermediate_size: z._default(count(65536), 3072),
  hidden_act: hiddenAct('gelu'),
  layer_norm_eps: z._default(z.number().check(z.gte(0), z.lte(0.1)), 1e-12),
  image_size: z._default(side(4096), 224),
  patch_size: z._default(side(512), 16),
  num_channels: z._default(z.literal(3), 3),
  qkv_bias: z._default(z.boolean(), true),
  id2label: z.optional(z.record(z.string(), z.string())),
  num_labels: z.optional(count(65536)),
};
export type VitConfig = z.output<z.ZodMiniObject<typeof vitFields>>;

/** Query, key, value and both MLP matrices of every block. */
export const vitTargets = '.*(attention\\.attention\\.(query|key|value)|intermediate\\.dense|(?<!attention\\.)output\\.dense)';

/** Names of the parts of block `layer` (`vit.encoder.layer.0`), by transformers' v4. */
export const vitNames = (layer: string): BlockNames => ({
  norm1: `${layer}.layernorm_before`,
  query: `${layer}.attention.attention.query`,
  key: `${layer}.attention.attention.key`,
  value: `${layer}.attention.attention.value`,
  output: `${layer}.attention.output.dense`,
  norm2: `${layer}.layernorm_after`,
  fc1: `${layer}.intermediate.dense`,
  fc2: `${layer}.output.dense`,
});

/** `Model.outputOf` of such blocks. */
export const vitOutputs = (prefix: string) => blockOutputs(`${prefix}.encoder.layer`, { attention: 'attention.output.dense', mlp: 'output.dense' });

/** Sizes of every block. */
const vitSizes = (c: VitConfig): BlockSizes => ({ heads: c.num_attention_heads, hidden: c.intermediate_size, eps: c.layer_norm_eps, act: c.hidden_act, qkvBias: c.qkv_bias });

/** Block `layer` on x (B, T, C). */
export const vitBlock = <T extends Shaped>(c: VitConfig, ctx: Context<T>, x: T, layer: string): T => ctx.block(layer, x, (from) => transformerBlock(ctx, from, vitNames(layer), vitSizes(c)));
