import { vitConfig } from '../../models/vit/vit';
import { block, linear, norm, patchTokens, token, withPositions, withToken } from './layers';
import type { ModelGraph } from './model';

/** ViT and DeiT for image classification on the class token. */
export const vit: ModelGraph = (g, pixels, { config, vision }) => {
  const c = vitConfig(config);
  const width = c.hidden_size;
  const root = c.model_type;
  const n = Math.floor(c.image_size / c.patch_size);
  const sizes = { heads: c.num_attention_heads, hidden: c.intermediate_size, eps: c.layer_norm_eps, act: c.hidden_act, qkvBias: c.qkv_bias };
  let x = patchTokens(g, `${root}.embeddings.patch_embeddings.projection`, pixels, c.patch_size, width);
  x = withToken(g, `${root}.embeddings.cls_token`, [1, 1, width], x, width);
  x = withPositions(g, `${root}.embeddings.position_embeddings`, [1, 1 + n * n, width], x, n, vision.image_size / c.patch_size);
  for (let i = 0; i < c.num_hidden_layers; i++) {
    const layer = `${root}.encoder.layer.${i}`;
    const attention = `${layer}.attention.attention`;
    x = block(g, x, width, {
      norm1: `${layer}.layernorm_before`, query: `${attention}.query`, key: `${attention}.key`, value: `${attention}.value`,
      output: `${layer}.attention.output.dense`, norm2: `${layer}.layernorm_after`, fc1: `${layer}.intermediate.dense`, fc2: `${layer}.output.dense`,
    }, sizes);
  }
  return linear(g, 'classifier', norm(g, `${root}.layernorm`, token(g, x, 0), width, c.layer_norm_eps), width, vision.num_labels);
};
