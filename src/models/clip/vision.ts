import type { Context, Shaped } from '../../nn/context';
import { norm } from '../../nn/layers';
import { defined } from '../../numbers/defined';
import { interpolatePositions } from '../positions';
import { clipBlock } from './block';
import type { ClipConfig } from './config';

/** Tokens (B, T, C) of pixel_values after the last block, class token first. Source: transformers CLIPVisionTransformer. */
export function imageTokens<T extends Shaped>(c: ClipConfig, ctx: Context<T>, pixels: T): T {
  const v = c.vision;
  const n = Math.floor(v.image_size / v.patch_size);
  const rows = defined(pixels.shape[2]) / v.patch_size;
  const cols = defined(pixels.shape[3]) / v.patch_size;
  let x = ctx.patches('vision_model.embeddings.patch_embedding', pixels, v.patch_size, v.hidden_size, { bias: false });
  const positions = ctx.weight('vision_model.embeddings.position_embedding.weight', [n * n + 1, v.hidden_size]);
  x = ctx.embed(x, ctx.weight('vision_model.embeddings.class_embedding', [v.hidden_size]), interpolatePositions(ctx, positions, n, rows, cols));
  // What enters the first block goes through this norm before.
  x = norm(ctx, 'vision_model.pre_layrnorm', ctx.tokens({ tower: 'image', block: 0 }, x), v.layer_norm_eps); // sic: transformers' own spelling
  for (let i = 0; i < v.num_hidden_layers; i++) x = clipBlock(ctx, `vision_model.encoder.layers.${i}`, i === 0 ? x : ctx.tokens({ tower: 'image', block: i }, x), v);
  return x;
}

/** Image features (B, D) of pixel_values, not normalised. */
export function imageFeatures<T extends Shaped>(c: ClipConfig, ctx: Context<T>, pixels: T): T {
  const pooled = norm(ctx, 'vision_model.post_layernorm', ctx.pool(imageTokens(c, ctx, pixels), 0, 1), c.vision.layer_norm_eps);
  return ctx.linear('visual_projection', pooled, c.projection_dim, { bias: false });
}
