import * as z from 'zod/mini';
import type { Tensor } from '../../engine/tensor';
import type { Context } from '../../nn/context';
import { norm, transformerBlock } from '../../nn/layers';
import { embed, patchify } from '../../ops/embed';
import { pool } from '../../ops/pool';
import { checkInput, checkSizes, count, hiddenAct, labelsOf, parseConfig } from '../fields';
import { ModelError, type ModelFamily, type VisionModel } from '../model';
import { interpolatePositions } from '../positions';

/** ViTConfig with transformers' defaults. */
const schema = z.object({
  model_type: z.enum(['vit', 'deit']),
  architectures: z.optional(z.nullable(z.array(z.string()))),
  hidden_size: z._default(count(8192), 768),
  num_hidden_layers: z._default(count(128), 12),
  num_attention_heads: z._default(count(256), 12),
  intermediate_size: z._default(count(65536), 3072),
  hidden_act: hiddenAct('gelu'),
  layer_norm_eps: z._default(z.number().check(z.gte(0), z.lte(0.1)), 1e-12),
  image_size: z._default(count(4096), 224),
  patch_size: z._default(count(512), 16),
  num_channels: z._default(z.literal(3), 3),
  qkv_bias: z._default(z.boolean(), true),
  id2label: z.optional(z.record(z.string(), z.string())),
  num_labels: z.optional(count(65536)),
});
type Config = z.output<typeof schema>;

/** Sizes of a config.json, with transformers' defaults. Throws ModelError. */
export const vitConfig = (config: unknown): Config => parseConfig(schema, config, 'ViT');

/** ViT and DeiT for image classification, by transformers' v4 names. Source: transformers modeling_vit.py. */
export const vit: ModelFamily = {
  model_types: ['vit', 'deit'],
  title: 'ViT / DeiT',
  parse(config) {
    const c = vitConfig(config);
    const distilled = c.architectures?.find((a) => /Distilled|Teacher/i.test(a));
    if (c.model_type === 'deit' && distilled) throw new ModelError(`config.json: ${distilled} has a distillation token, which is not supported`);
    checkSizes(c);
    return build(c, labelsOf(c.id2label, c.num_labels), c.image_size, c.image_size);
  },
};

function build(c: Config, labels: string[], height: number, width: number): VisionModel {
  checkInput(height, c.patch_size);
  checkInput(width, c.patch_size);
  return {
    family: 'vit',
    image_size: height,
    patch_size: c.patch_size,
    channels: 3,
    hidden_size: c.hidden_size,
    num_labels: labels.length,
    labels,
    head: 'classifier',
    default_target_modules: '.*(attention\\.attention\\.(query|key|value)|intermediate\\.dense|(?<!attention\\.)output\\.dense)',
    forward: (ctx, pixels) => forward(c, ctx, pixels, labels.length),
    with: (change) => build(c, change.labels ?? labels, change.height ?? change.image_size ?? height, change.width ?? change.image_size ?? width),
  };
}

function forward(c: Config, ctx: Context, pixels: Tensor, labels: number): Tensor {
  const root = c.model_type;
  const n = Math.floor(c.image_size / c.patch_size);
  const rows = pixels.shape[2]! / c.patch_size;
  const cols = pixels.shape[3]! / c.patch_size;
  let x = ctx.linear(`${root}.embeddings.patch_embeddings.projection`, patchify(pixels, c.patch_size), c.hidden_size, { adaptable: false });
  const positions = ctx.weight(`${root}.embeddings.position_embeddings`, [1, n * n + 1, c.hidden_size]);
  x = embed(x, ctx.weight(`${root}.embeddings.cls_token`, [1, 1, c.hidden_size]), interpolatePositions(positions, n, rows, cols));
  for (let i = 0; i < c.num_hidden_layers; i++) {
    const layer = `${root}.encoder.layer.${i}`;
    const from = x;
    x = ctx.block(layer, () =>
      transformerBlock(
        ctx,
        from,
        {
          norm1: `${layer}.layernorm_before`,
          query: `${layer}.attention.attention.query`,
          key: `${layer}.attention.attention.key`,
          value: `${layer}.attention.attention.value`,
          output: `${layer}.attention.output.dense`,
          norm2: `${layer}.layernorm_after`,
          fc1: `${layer}.intermediate.dense`,
          fc2: `${layer}.output.dense`,
        },
        { heads: c.num_attention_heads, hidden: c.intermediate_size, eps: c.layer_norm_eps, act: c.hidden_act, qkvBias: c.qkv_bias },
      ),
    );
  }
  // Only the class token reaches the head, so only it is normalised.
  const cls = norm(ctx, `${root}.layernorm`, pool(x, 0, 1), c.layer_norm_eps);
  return ctx.linear('classifier', cls, labels, { head: true, adaptable: false });
}
