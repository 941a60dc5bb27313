import * as z from 'zod/mini';
import { recorder } from '../../engine/record';
import type { Tensor } from '../../engine/tensor';
import type { Context } from '../../nn/context';
import { norm, transformerBlock } from '../../nn/layers';
import { embed, patchify } from '../../ops/embed';
import { linear } from '../../ops/matmul';
import { l2Normalize } from '../../ops/normalize';
import { pool } from '../../ops/pool';
import { checkInput, checkSizes, count, hiddenAct, labelsOf, parseConfig } from '../fields';
import { ModelError, type ModelFamily, type VisionModel } from '../model';
import { interpolatePositions } from '../positions';

/** CLIPVisionConfig with transformers' defaults. */
const vision = z.object({
  hidden_size: z._default(count(8192), 768),
  num_hidden_layers: z._default(count(128), 12),
  num_attention_heads: z._default(count(256), 12),
  intermediate_size: z._default(count(65536), 3072),
  hidden_act: hiddenAct('quick_gelu'),
  layer_norm_eps: z._default(z.number().check(z.gte(0), z.lte(0.1)), 1e-5),
  image_size: z._default(count(4096), 224),
  patch_size: z._default(count(512), 32),
  num_channels: z._default(z.literal(3), 3),
});
const schema = z.object({
  model_type: z.literal('clip'),
  projection_dim: z._default(count(8192), 512),
  vision_config: z.optional(vision),
  id2label: z.optional(z.record(z.string(), z.string())),
  num_labels: z.optional(count(65536)),
});
type Config = Omit<z.output<typeof schema>, 'vision_config'> & { vision_config: z.output<typeof vision> };

/** Sizes of a config.json, with transformers' defaults. Throws ModelError. */
export function clipConfig(config: unknown): Config {
  const parsed = parseConfig(schema, config, 'CLIP');
  return { ...parsed, vision_config: parsed.vision_config ?? z.parse(vision, {}) };
}

/** Label of the frozen text head: rows exp(logit_scale) * normalised text features (K, projection_dim). */
export const TEXT_HEAD = 'head_weight';

/**
 * CLIP's vision tower. With `text_head` classes it classifies by a frozen matrix of text features (`head_weight`);
 * otherwise by a new trainable `classifier` on the mean of the patch tokens, as CLIPForImageClassification does.
 * Source: transformers modeling_clip.py.
 */
export const clip: ModelFamily = {
  model_types: ['clip'],
  title: 'CLIP (vision tower)',
  parse(config) {
    const c = clipConfig(config);
    checkSizes(c.vision_config);
    return build(c, labelsOf(c.id2label, c.num_labels), c.vision_config.image_size, c.vision_config.image_size, false);
  },
};

/** The same CLIP model with `classes` rows of frozen text features as its head. */
export function withTextHead(model: VisionModel, classes: number): TextHeadModel {
  if (!('textHead' in model)) throw new ModelError(`a text head needs a CLIP model, this is ${model.family}`);
  return (model as ClipModel).textHead(classes);
}

/** A CLIP model; `feature_size` is the width of its image and text features. */
export interface TextHeadModel extends VisionModel {
  feature_size: number;
}

interface ClipModel extends TextHeadModel {
  textHead(classes: number): TextHeadModel;
}

function build(c: Config, labels: string[], height: number, width: number, textHead: boolean): ClipModel {
  const v = c.vision_config;
  checkInput(height, v.patch_size);
  checkInput(width, v.patch_size);
  return {
    family: 'clip',
    image_size: height,
    patch_size: v.patch_size,
    channels: 3,
    hidden_size: v.hidden_size,
    feature_size: c.projection_dim,
    num_labels: labels.length,
    labels,
    head: textHead ? null : 'classifier',
    // Anchored, so that in transformers' CLIPModel the text tower stays out.
    default_target_modules: 'vision_model\\..*(self_attn\\.(q_proj|k_proj|v_proj)|mlp\\.(fc1|fc2))',
    forward: (ctx, pixels) => forward(c, ctx, pixels, labels.length, textHead),
    with: (change) => build(c, change.labels ?? labels, change.height ?? change.image_size ?? height, change.width ?? change.image_size ?? width, textHead),
    textHead: (classes) => build(c, Array.from({ length: classes }, (_, i) => labels[i] ?? `class ${i}`), height, width, true),
  };
}

function forward(c: Config, ctx: Context, pixels: Tensor, labels: number, textHead: boolean): Tensor {
  const v = c.vision_config;
  const n = Math.floor(v.image_size / v.patch_size);
  const rows = pixels.shape[2]! / v.patch_size;
  const cols = pixels.shape[3]! / v.patch_size;
  let x = ctx.linear('vision_model.embeddings.patch_embedding', patchify(pixels, v.patch_size), v.hidden_size, { adaptable: false, bias: false });
  const positions = ctx.weight('vision_model.embeddings.position_embedding.weight', [n * n + 1, v.hidden_size]);
  x = embed(x, ctx.weight('vision_model.embeddings.class_embedding', [v.hidden_size]), interpolatePositions(positions, n, rows, cols));
  x = norm(ctx, 'vision_model.pre_layrnorm', x, v.layer_norm_eps); // sic: transformers' own spelling
  for (let i = 0; i < v.num_hidden_layers; i++) {
    const layer = `vision_model.encoder.layers.${i}`;
    const from = x;
    x = ctx.block(layer, () =>
      transformerBlock(
        ctx,
        from,
        {
          norm1: `${layer}.layer_norm1`,
          query: `${layer}.self_attn.q_proj`,
          key: `${layer}.self_attn.k_proj`,
          value: `${layer}.self_attn.v_proj`,
          output: `${layer}.self_attn.out_proj`,
          norm2: `${layer}.layer_norm2`,
          fc1: `${layer}.mlp.fc1`,
          fc2: `${layer}.mlp.fc2`,
        },
        { heads: v.num_attention_heads, hidden: v.intermediate_size, eps: v.layer_norm_eps, act: v.hidden_act },
      ),
    );
  }
  if (!textHead) {
    const patches = x.shape[1]! - 1;
    return ctx.linear('classifier', pool(x, 1, patches), labels, { head: true, adaptable: false });
  }
  const pooled = norm(ctx, 'vision_model.post_layernorm', pool(x, 0, 1), v.layer_norm_eps);
  const features = l2Normalize(ctx.linear('visual_projection', pooled, c.projection_dim, { bias: false }));
  const head = recorder().declare('frozen', TEXT_HEAD, [labels, c.projection_dim]);
  return linear(features, head, { label: 'logits' });
}
