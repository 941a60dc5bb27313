import { clipFiles } from './tinyClip';
import { tinyMerges } from './tinyTokenizer';

const end = 513 + tinyMerges.length;

/** A CLIP of three and two blocks for images of 28 x 28, which trains in a minute; `public/models/clip-nano` began as it. */
const config = {
  model_type: 'clip',
  projection_dim: 48,
  vision_config: { hidden_size: 64, num_hidden_layers: 3, num_attention_heads: 4, intermediate_size: 128, image_size: 28, patch_size: 7 },
  text_config: { hidden_size: 48, num_hidden_layers: 2, num_attention_heads: 4, intermediate_size: 96, max_position_embeddings: 40, vocab_size: end + 1, eos_token_id: end },
};

/** Its files, with weights made by a formula and the small tokenizer of the tests. */
export const smallClipFiles = (): Record<string, Uint8Array> => clipFiles(config, 28);
