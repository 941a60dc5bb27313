import * as z from 'zod/mini';
import type { Context, Shaped } from '../../nn/context';
import { norm } from '../../nn/layers';
import { defined } from '../../numbers/defined';
import { checkInput, checkSizes, labelsOf, parseConfig } from '../fields';
import type { ModelFamily, Model } from '../model';
import { interpolatePositions } from '../positions';
import { vitFileNames } from './names';
import { vitBlock, vitFields, vitOutputs, vitTargets, type VitConfig } from './block';

const schema = z.object({ model_type: z.literal('vit'), ...vitFields });

/** Sizes of a config.json, with transformers' defaults. Throws ModelError. */
const vitConfig = (config: unknown): VitConfig => parseConfig(schema, config, 'ViT');

/** ViT for image classification, by transformers' v4 names. Source: transformers modeling_vit.py. */
export const vit: ModelFamily = {
  model_types: ['vit'],
  title: 'ViT',
  parse(config) {
    const c = vitConfig(config);
    checkSizes(c);
    return build(c, labelsOf(c.id2label, c.num_labels), c.image_size, c.image_size);
  },
};

function build(c: VitConfig, labels: string[], height: number, width: number): Model {
  checkInput(height, c.patch_size);
  checkInput(width, c.patch_size);
  return {
    family: 'vit',
    base_model_prefix: 'vit',
    names: vitFileNames('vit'),
    renamed: '5.9',
    outputOf: vitOutputs('vit'),
    idle: ['vit.pooler.dense'],
    architecture: 'ViTForImageClassification',
    image_size: height,
    patch_size: c.patch_size,
    channels: 3,
    hidden_size: c.hidden_size,
    num_labels: labels.length,
    labels,
    head: 'classifier',
    default_target_modules: vitTargets,
    tokens: { before: 1, read: { first: 0, count: 1 } },
    forward: (ctx, pixels) => forward(c, ctx, pixels, labels.length),
    with: (change) => build(c, change.labels ?? labels, change.height ?? change.image_size ?? height, change.width ?? change.image_size ?? width),
  };
}

function forward<T extends Shaped>(c: VitConfig, ctx: Context<T>, pixels: T, labels: number): T {
  const n = Math.floor(c.image_size / c.patch_size);
  const rows = defined(pixels.shape[2]) / c.patch_size;
  const cols = defined(pixels.shape[3]) / c.patch_size;
  let x = ctx.patches('vit.embeddings.patch_embeddings.projection', pixels, c.patch_size, c.hidden_size);
  const positions = ctx.weight('vit.embeddings.position_embeddings', [1, n * n + 1, c.hidden_size]);
  x = ctx.embed(x, ctx.weight('vit.embeddings.cls_token', [1, 1, c.hidden_size]), interpolatePositions(ctx, positions, n, rows, cols));
  for (let i = 0; i < c.num_hidden_layers; i++) x = vitBlock(c, ctx, ctx.tokens({ tower: 'image', block: i }, x), `vit.encoder.layer.${i}`);
  // Only the class token reaches the head, so only it is normalised.
  const cls = norm(ctx, 'vit.layernorm', ctx.pool(x, 0, 1), c.layer_norm_eps);
  return ctx.linear('classifier', cls, labels, { head: true, adaptable: false });
}
