import { memoryTree } from '../io/fileTree';
import { parseModel } from '../models';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { openModel, type LoadedModel } from '../train/openModel';
import { tinyClip } from './tinyClip';
import { tinyJson, tinyWeights } from './tiny';

const size = { hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, image_size: 16, patch_size: 8, num_labels: 3 };
const vit = { ...size, intermediate_size: 24 };
const clip = { projection_dim: 12, vision_config: vit, text_config: { hidden_size: 24, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 40, max_position_embeddings: 20, vocab_size: 30, eos_token_id: 29 } };

/** config.json of a small model of every family and variant, by a name for tests. */
export const familyConfigs: Record<string, Record<string, unknown>> = {
  'ViT': { model_type: 'vit', ...vit },
  'DeiT, one head': { model_type: 'deit', architectures: ['DeiTForImageClassification'], ...vit },
  'DeiT, two heads': { model_type: 'deit', architectures: ['DeiTForImageClassificationWithTeacher'], ...vit },
  'DINOv2': { model_type: 'dinov2', ...size, mlp_ratio: 2 },
  'DINOv2, SwiGLU': { model_type: 'dinov2', ...size, mlp_ratio: 2, use_swiglu_ffn: true },
  'DINOv2 with registers': { model_type: 'dinov2_with_registers', ...size, mlp_ratio: 2, num_register_tokens: 2 },
  'CLIP, a classifier': { model_type: 'clip', num_labels: 3, ...clip },
};

/** The files of one of them, with weights made by a formula. */
export function familyFiles(name: string): Record<string, Uint8Array> {
  const config = defined(familyConfigs[name]);
  return {
    'config.json': tinyJson(config),
    'preprocessor_config.json': tinyJson({ image_processor_type: 'ViTImageProcessor', size: { height: 16, width: 16 }, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] }),
    'model.safetensors': tinyWeights(traceModel(parseModel(config)).weights, 5),
  };
}

/** One of them, opened, or the CLIP that tells classes apart by their texts. */
export const openFamily = (name: string): Promise<LoadedModel> => (name === byText ? tinyClip() : openModel(memoryTree('tiny', familyFiles(name))));

const byText = 'CLIP, by text';

/** All that `openFamily` opens. */
export const familyNames = [...Object.keys(familyConfigs), byText];
