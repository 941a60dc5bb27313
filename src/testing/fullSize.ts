import { sizeOf } from '../engine/tensor';
import type { TensorToWrite } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { randomNormal } from './checkOp';

const labels = { num_labels: 1000 };
const small = { hidden_size: 384, num_attention_heads: 6 };
const tiny = { hidden_size: 192, num_attention_heads: 3, intermediate_size: 768 };
const base = { hidden_size: 768, num_attention_heads: 12 };
const dinov2 = { model_type: 'dinov2', num_hidden_layers: 12, mlp_ratio: 4, image_size: 518, patch_size: 14, use_swiglu_ffn: false, ...labels };

/**
 * config.json as the hub has them: openai/clip-vit-base-patch32, -base-patch16 and -large-patch14, google/vit-base-patch16-224,
 * facebook/dinov2-small, -base, -giant, dinov2-with-registers-base, deit-tiny-distilled-patch16-224, FacebookAI/roberta-base, Qwen/Qwen2-0.5B.
 */
export const fullSize = {
  'CLIP ViT-B/32': { model_type: 'clip' },
  'CLIP ViT-B/16': { model_type: 'clip', vision_config: { patch_size: 16 } },
  'CLIP ViT-L/14': {
    model_type: 'clip', projection_dim: 768,
    text_config: { hidden_size: 768, intermediate_size: 3072, num_attention_heads: 12, projection_dim: 768 },
    vision_config: { hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 16, patch_size: 14, projection_dim: 768 },
  },
  'ViT-B/16': { model_type: 'vit', ...base, num_hidden_layers: 12, intermediate_size: 3072, image_size: 224, patch_size: 16, ...labels },
  'DINOv2 S/14': { ...dinov2, ...small },
  'DINOv2 B/14': { ...dinov2, ...base },
  'DINOv2 B/14 with registers': { model_type: 'dinov2_with_registers', num_register_tokens: 4, image_size: 518, patch_size: 14, ...labels },
  'DINOv2 g/14': { ...dinov2, hidden_size: 1536, num_attention_heads: 24, num_hidden_layers: 40, use_swiglu_ffn: true },
  'DeiT-Ti/16 distilled': { model_type: 'deit', architectures: ['DeiTForImageClassificationWithTeacher'], ...tiny, ...labels },
  'RoBERTa-base': {
    model_type: 'roberta', architectures: ['RobertaForSequenceClassification'], ...base, num_hidden_layers: 12, intermediate_size: 3072, vocab_size: 50_265,
    max_position_embeddings: 514, type_vocab_size: 1, layer_norm_eps: 1e-5, pad_token_id: 1, bos_token_id: 0, eos_token_id: 2, num_labels: 2,
  },
  'Qwen2-0.5B': {
    model_type: 'qwen2', architectures: ['Qwen2ForCausalLM'], hidden_size: 896, intermediate_size: 4864, num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2,
    vocab_size: 151_936, max_position_embeddings: 131_072, rope_theta: 1e6, rms_norm_eps: 1e-6, tie_word_embeddings: true, use_sliding_window: false,
  },
} satisfies Record<string, object>;

export type FullSize = keyof typeof fullSize;

/**
 * Weights by a formula, of a spread that keeps activations near one, for `safetensorsParts`: a block of normal deviates
 * repeated (a period that divides no width), scaled by the root of the columns; norms and LayerScale about one.
 */
export function formulaWeights(shapes: ReadonlyMap<string, readonly number[]>): Map<string, TensorToWrite> {
  const random = randomNormal(5);
  const block = Float32Array.from({ length: 65_521 }, () => random());
  let at = 0;
  return new Map(
    [...shapes].map(([name, traced]) => {
      // Checkpoints have the patch embedding as the convolution that it is.
      const patch = Math.sqrt((traced[1] ?? 0) / 3);
      const shape = /patch_embedding.*weight$/.test(name) ? [defined(traced[0]), 3, patch, patch] : traced;
      const from = (at += 977);
      const read = () => {
        const data = new Float32Array(sizeOf(shape));
        const unit = /(norm.*|ln_\w+\.)weight$|lambda1$/i.test(name);
        const columns = shape.slice(1).reduce((a, b) => a * b, 1);
        const scale = name === 'logit_scale' ? 0 : unit || shape.length < 2 || /_token|(position|token|class)_embedding/.test(name) ? 0.1 : columns ** -0.5;
        const mean = name === 'logit_scale' ? 2.3 : unit ? 1 : 0;
        for (let i = 0; i < data.length; i++) data[i] = mean + scale * defined(block[(from + i) % block.length]);
        return data;
      };
      return [name, { dtype: 'F32' as const, shape, read }];
    }),
  );
}
