import { deitConfig } from '../../models/deit/deit';
import { vitNames, vitSizes } from '../../models/vit/block';
import { block, linear, norm, patchTokens, token, withPositions, withToken } from './layers';
import type { ModelGraph } from './model';

/** DeiT with its distillation token: one head on the class token, or the mean of two heads. */
export const deit: ModelGraph = (g, pixels, { config, vision }) => {
  const c = deitConfig(config);
  const width = c.hidden_size;
  const n = Math.floor(c.image_size / c.patch_size);
  let x = patchTokens(g, 'deit.embeddings.patch_embeddings.projection', pixels, c.patch_size, width);
  x = withToken(g, 'deit.embeddings.distillation_token', [1, 1, width], x, width);
  x = withToken(g, 'deit.embeddings.cls_token', [1, 1, width], x, width);
  x = withPositions(g, 'deit.embeddings.position_embeddings', [1, 2 + n * n, width], x, n, vision.image_size / c.patch_size, { extra: 2 });
  for (let i = 0; i < c.num_hidden_layers; i++) x = block(g, x, width, vitNames(`deit.encoder.layer.${i}`), vitSizes(c));
  const tokens = norm(g, 'deit.layernorm', x, width, c.layer_norm_eps);
  const logits = (head: string, index: number) => linear(g, head, token(g, tokens, index), width, vision.num_labels);
  if (vision.head === 'classifier') return logits('classifier', 0);
  const sum = g.op('Add', [logits('cls_classifier', 0), logits('distillation_classifier', 1)], {}, 'both heads');
  return g.op('Mul', [sum, g.scalar(0.5)], {}, 'mean of heads');
};
