import type { Names } from '../names';

/** Names of CLIP: transformers 5 has CLIPVisionModel without its inner wrapper. */
export const clipFileNames: Names = {
  v4: (name) => name.replace(/^((?:encoder\.layers\.\d+|embeddings|pre_layrnorm|post_layernorm)\.)/, 'vision_model.$1'),
  v5: (name) => name.replace(/^vision_model\.(?=encoder\.layers\.\d+\.)/, ''),
};
