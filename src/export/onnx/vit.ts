import { vitNames, vitSizes } from '../../models/vit/block';
import { vitConfig } from '../../models/vit/vit';
import { block, linear, norm, patchTokens, token, withPositions, withToken } from './layers';
import type { ModelGraph } from './model';

/** ViT for image classification on the class token. */
export const vit: ModelGraph = (g, pixels, { config, vision }) => {
  const c = vitConfig(config);
  const width = c.hidden_size;
  const n = Math.floor(c.image_size / c.patch_size);
  let x = patchTokens(g, 'vit.embeddings.patch_embeddings.projection', pixels, c.patch_size, width);
  x = withToken(g, 'vit.embeddings.cls_token', [1, 1, width], x, width);
  x = withPositions(g, 'vit.embeddings.position_embeddings', [1, 1 + n * n, width], x, n, vision.image_size / c.patch_size);
  for (let i = 0; i < c.num_hidden_layers; i++) x = block(g, x, width, vitNames(`vit.encoder.layer.${i}`), vitSizes(c));
  return linear(g, 'classifier', norm(g, 'vit.layernorm', token(g, x, 0), width, c.layer_norm_eps), width, vision.num_labels);
};
