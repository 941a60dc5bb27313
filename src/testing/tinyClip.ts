import { sizeOf } from '../engine/tensor';
import { memoryTree } from '../io/fileTree';
import { writeSafetensors } from '../io/safetensors';
import { parseModel } from '../models';
import { twoTowers } from '../models/clip/clip';
import { traceModel } from '../models/trace';
import { openModel, type LoadedModel } from '../train/openModel';
import { randomNormal } from './checkOp';
import { tinyMerges, tinyTokenizerJson } from './tinyTokenizer';

const config = {
  model_type: 'clip',
  projection_dim: 24,
  vision_config: { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, image_size: 16, patch_size: 8 },
  text_config: { hidden_size: 24, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 40, max_position_embeddings: 20, vocab_size: 514 + tinyMerges.length, eos_token_id: 513 + tinyMerges.length },
};

/** The files of a CLIP with two blocks a tower, weights made by a formula, and a tokenizer. */
export function tinyClipFiles(): Record<string, Uint8Array> {
  const random = randomNormal(11);
  const tensors: Record<string, { dtype: 'F32'; shape: number[]; data: Float32Array }> = {};
  for (const [name, shape] of traceModel(twoTowers(parseModel(config))).weights) {
    const isNorm = /norm.*weight$/.test(name);
    tensors[name] = { dtype: 'F32', shape: [...shape], data: Float32Array.from({ length: sizeOf(shape) }, () => (name === 'logit_scale' ? 2.3 : (isNorm ? 1 : 0) + 0.15 * random())) };
  }
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return {
    'config.json': json(config),
    'preprocessor_config.json': json({ image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 16 }, crop_size: 16 }),
    'tokenizer.json': tinyTokenizerJson(),
    'model.safetensors': writeSafetensors(tensors),
  };
}

/** That CLIP, opened. */
export const tinyClip = (): Promise<LoadedModel> => openModel(memoryTree('tiny-clip', tinyClipFiles()));
