import { memoryTree } from '../io/fileTree';
import { parseModel } from '../models';
import { twoTowers } from '../models/byText';
import { traceModel } from '../models/trace';
import { openModel, type LoadedModel } from '../train/openModel';
import { tinyJson, tinyWeights } from './tiny';
import { tinyMerges, tinyTokenizerJson } from './tinyTokenizer';

const config = {
  model_type: 'clip',
  projection_dim: 24,
  vision_config: { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, image_size: 16, patch_size: 8 },
  text_config: { hidden_size: 24, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 40, max_position_embeddings: 20, vocab_size: 514 + tinyMerges.length, eos_token_id: 513 + tinyMerges.length },
};

/** The files of a CLIP for square images of `size` pixels, weights made by a formula, and a tokenizer. */
export const clipFiles = (config: Record<string, unknown>, size: number): Record<string, Uint8Array> => ({
  'config.json': tinyJson(config),
  'preprocessor_config.json': tinyJson({ image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: size }, crop_size: size }),
  'tokenizer.json': tinyTokenizerJson(),
  'model.safetensors': tinyWeights(traceModel(twoTowers(parseModel(config))).weights, 11, { logit_scale: 2.3 }),
});

/** Those of one with two blocks a tower. */
export const tinyClipFiles = (): Record<string, Uint8Array> => clipFiles(config, 16);

/** That CLIP, opened. */
export const tinyClip = (): Promise<LoadedModel> => openModel(memoryTree('tiny-clip', tinyClipFiles()));
