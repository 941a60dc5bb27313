import { packF16, writeSafetensors, type TensorData } from '../../io/safetensors';
import { parseModel } from '../../models';
import { twoTowers } from '../../models/byText';
import { traceModel } from '../../models/trace';
import { turnedShape } from '../../models/transposed';
import { defined } from '../../numbers/defined';
import { formulaWeights } from '../../testing/fullSize';
import { tinyJson } from '../../testing/tiny';
import { tinyClipFiles } from '../../testing/tinyClip';
import { decoderConfigs } from '../../testing/tinyDecoders';
import { encoderConfig, wordTokenizer } from '../../testing/tinyTexts';

const sizes = { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, image_size: 16, patch_size: 8 };
const labels = { id2label: { 0: 'class 0', 1: 'class 1', 2: 'class 2' }, label2id: { 'class 0': 0, 'class 1': 1, 'class 2': 2 } };
const dino = { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, mlp_ratio: 2, image_size: 16, patch_size: 8, layerscale_value: 1, ...labels };
const { 'config.json': clipConfig } = tinyClipFiles();
const clip = { ...(JSON.parse(new TextDecoder().decode(clipConfig)) as Record<string, unknown>), logit_scale_init_value: 2.5, initializer_factor: 1 };

/** Tokens that generation and classification of several texts at once need besides. */
const special = { bos_token_id: 0, pad_token_id: 1, eos_token_id: 2 };
// transformers 4.45 lets all of a text be seen where windows slide, but in flash attention.
const { use_sliding_window: _, ...qwen2 } = decoderConfigs.Qwen2!;

/** Configs of checkpoints, each of a shape that transformers has a class for; those that classify have a head of three labels. */
export const configs = {
  ViT: { model_type: 'vit', architectures: ['ViTForImageClassification'], ...sizes, ...labels },
  DeiT: { model_type: 'deit', architectures: ['DeiTForImageClassification'], ...sizes, ...labels },
  'DeiT, two heads': { model_type: 'deit', architectures: ['DeiTForImageClassificationWithTeacher'], ...sizes, ...labels },
  DINOv2: { model_type: 'dinov2', architectures: ['Dinov2ForImageClassification'], ...dino },
  'DINOv2, SwiGLU': { model_type: 'dinov2', architectures: ['Dinov2ForImageClassification'], ...dino, use_swiglu_ffn: true },
  'DINOv2, registers': { model_type: 'dinov2_with_registers', architectures: ['Dinov2WithRegistersForImageClassification'], ...dino, num_register_tokens: 2 },
  CLIP: { architectures: ['CLIPModel'], ...clip },
  'CLIP, classifier': { ...clip, architectures: ['CLIPForImageClassification'], ...labels },
  RoBERTa: { ...encoderConfig('roberta'), architectures: ['RobertaForSequenceClassification'], ...labels },
  BERT: { ...encoderConfig('bert'), architectures: ['BertForSequenceClassification'], ...labels },
  'GPT-2': { ...decoderConfigs['GPT-2'], ...special, architectures: ['GPT2LMHeadModel'] },
  'GPT-2, classifier': { ...decoderConfigs['GPT-2'], ...special, architectures: ['GPT2ForSequenceClassification'], ...labels },
  Llama: { ...decoderConfigs.Llama, ...special, architectures: ['LlamaForCausalLM'] },
  Qwen2: { ...qwen2, ...special, architectures: ['Qwen2ForCausalLM'] },
  'Qwen2, classifier': { ...qwen2, ...special, architectures: ['Qwen2ForSequenceClassification'], ...labels },
  'Phi-3': { ...decoderConfigs['Phi-3'], ...special, architectures: ['Phi3ForCausalLM'] },
};
export type Checkpoint = keyof typeof configs;

const preprocess: Record<string, object> = {
  vit: { image_processor_type: 'ViTImageProcessor', do_resize: true, size: { height: 16, width: 16 }, resample: 2, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
  clip: { image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 16 }, crop_size: 16 },
};

/** The files of a checkpoint, weights by a formula, stored as f16 where `half`. Floats of config.json are written as Python writes them. */
export function checkpointFiles(name: Checkpoint, half = false): Record<string, Uint8Array> {
  const config: Record<string, unknown> = { ...configs[name], torch_dtype: half ? 'float16' : 'float32' };
  const model = parseModel(config);
  const shapes = new Map(traceModel(name === 'CLIP' ? twoTowers(model) : model).weights);
  // transformers has it for pretraining; no forward of ours reads it.
  if (model.family === 'dinov2') shapes.set(`${model.base_model_prefix}.embeddings.mask_token`, [1, dino.hidden_size]);
  // A norm that only the features of CLIP go through, which a classifier does not use.
  if (model.family === 'clip') for (const end of ['weight', 'bias']) shapes.set(`vision_model.post_layernorm.${end}`, [sizes.hidden_size]);
  const tensors = new Map<string, TensorData>();
  for (const [key, shape] of shapes) shapes.set(key, turnedShape(model, key, shape));
  for (const [key, { shape, read }] of formulaWeights(shapes)) {
    const data = read() as Float32Array;
    tensors.set(key, half ? { dtype: 'F16', shape, data: new Uint8Array(packF16(data).buffer) } : { dtype: 'F32', shape, data });
  }
  const text = JSON.stringify(config, null, 2).replace(/("(?:layerscale_value|initializer_factor)": \d+)(?=[,\n])/g, '$1.0');
  const weights = { 'config.json': new TextEncoder().encode(text), 'model.safetensors': writeSafetensors(tensors) };
  if (model.language) return { ...weights, ...wordTokenizer() };
  const tokenizer: Record<string, Uint8Array> = name === 'CLIP' ? { 'tokenizer.json': defined(tinyClipFiles()['tokenizer.json']) } : {};
  return { ...weights, 'preprocessor_config.json': tinyJson(preprocess[model.family === 'clip' ? 'clip' : 'vit']), ...tokenizer };
}
