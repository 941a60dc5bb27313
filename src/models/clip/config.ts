import * as z from 'zod/mini';
import { checkSizes, count, hiddenAct, parseConfig } from '../fields';
import { ModelError } from '../model';

const eps = z._default(z.number().check(z.gte(0), z.lte(0.1)), 1e-5);

/** CLIPVisionConfig with transformers' defaults. */
const vision = z.object({
  hidden_size: z._default(count(8192), 768),
  num_hidden_layers: z._default(count(128), 12),
  num_attention_heads: z._default(count(256), 12),
  intermediate_size: z._default(count(65536), 3072),
  hidden_act: hiddenAct('quick_gelu'),
  layer_norm_eps: eps,
  image_size: z._default(count(4096), 224),
  patch_size: z._default(count(512), 32),
  num_channels: z._default(z.literal(3), 3),
});

const token = z.int().check(z.gte(0), z.lte(2 ** 31 - 1));

/** CLIPTextConfig with transformers' defaults. */
const text = z.object({
  vocab_size: z._default(count(2 ** 20), 49408),
  hidden_size: z._default(count(8192), 512),
  num_hidden_layers: z._default(count(128), 12),
  num_attention_heads: z._default(count(256), 8),
  intermediate_size: z._default(count(65536), 2048),
  max_position_embeddings: z._default(count(4096), 77),
  hidden_act: hiddenAct('quick_gelu'),
  layer_norm_eps: eps,
  eos_token_id: z._default(token, 49407),
});

const schema = z.object({
  model_type: z.literal('clip'),
  projection_dim: z._default(count(8192), 512),
  vision_config: z.nullish(vision),
  text_config: z.nullish(text),
  // Files of early versions; transformers lets these win.
  vision_config_dict: z.nullish(vision),
  text_config_dict: z.nullish(text),
  id2label: z.optional(z.record(z.string(), z.string())),
  num_labels: z.optional(count(65536)),
});

export type VisionConfig = z.output<typeof vision>;
export type TextConfig = z.output<typeof text>;
export interface ClipConfig {
  projection_dim: number;
  vision: VisionConfig;
  text: TextConfig;
  id2label?: Record<string, string>;
  num_labels?: number;
}

/** CLIP's config.json with transformers' defaults filled in. Throws ModelError. */
export function parseClipConfig(config: unknown): ClipConfig {
  const c = parseConfig(schema, config, 'CLIP');
  const parsed = { ...c, vision: c.vision_config_dict ?? c.vision_config ?? z.parse(vision, {}), text: c.text_config_dict ?? c.text_config ?? z.parse(text, {}) };
  checkSizes(parsed.vision);
  const { hidden_size, num_attention_heads } = parsed.text;
  if (hidden_size % num_attention_heads) throw new ModelError(`config.json: ${num_attention_heads} heads do not divide the width ${hidden_size} of the text tower`);
  return parsed;
}
