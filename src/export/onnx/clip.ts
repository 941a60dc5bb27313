import { TEXT_HEAD } from '../../models/clip/clip';
import { parseClipConfig } from '../../models/clip/config';
import { block, linear, meanToken, norm, patchTokens, token, withPositions, withToken } from './layers';
import type { ModelGraph } from './model';

/** CLIP's vision tower under a trained classifier, or under a fixed matrix of text features (`head_weight`). */
export const clip: ModelGraph = (g, pixels, { config, vision }) => {
  const { vision: c, projection_dim } = parseClipConfig(config);
  const width = c.hidden_size;
  const n = Math.floor(c.image_size / c.patch_size);
  const sizes = { heads: c.num_attention_heads, hidden: c.intermediate_size, eps: c.layer_norm_eps, act: c.hidden_act };
  let x = patchTokens(g, 'vision_model.embeddings.patch_embedding', pixels, c.patch_size, width, { bias: false });
  x = withToken(g, 'vision_model.embeddings.class_embedding', [width], x, width);
  x = withPositions(g, 'vision_model.embeddings.position_embedding.weight', [1 + n * n, width], x, n, vision.image_size / c.patch_size);
  x = norm(g, 'vision_model.pre_layrnorm', x, width, c.layer_norm_eps); // sic: transformers' own spelling
  for (let i = 0; i < c.num_hidden_layers; i++) {
    const layer = `vision_model.encoder.layers.${i}`;
    const attention = `${layer}.self_attn`;
    x = block(g, x, width, {
      norm1: `${layer}.layer_norm1`, query: `${attention}.q_proj`, key: `${attention}.k_proj`, value: `${attention}.v_proj`,
      output: `${attention}.out_proj`, norm2: `${layer}.layer_norm2`, fc1: `${layer}.mlp.fc1`, fc2: `${layer}.mlp.fc2`,
    }, sizes);
  }
  if (vision.head !== null) return linear(g, vision.head, meanToken(g, x, 1), width, vision.num_labels);
  const pooled = norm(g, 'vision_model.post_layernorm', token(g, x, 0), width, c.layer_norm_eps);
  const features = linear(g, 'visual_projection', pooled, width, projection_dim, { bias: false });
  const length = g.op('ReduceL2', [features], { axes: [-1], keepdims: 1 }, 'length');
  const head = g.op('Transpose', [g.weight(TEXT_HEAD, [vision.num_labels, projection_dim])], { perm: [1, 0] }, `${TEXT_HEAD}/transpose`);
  return g.op('MatMul', [g.op('Div', [features, length], {}, 'normalised'), head], {}, `${TEXT_HEAD}/matmul`);
};
