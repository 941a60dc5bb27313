import * as z from 'zod/mini';
import { count, parseConfig } from '../fields';
import { llamaFields, llamaModel } from '../llama/llama';
import type { ModelFamily } from '../model';

const schema = z.object({
  model_type: z.literal('qwen2'),
  ...llamaFields({ hidden_size: 4096, intermediate_size: 22_016, vocab_size: 151_936, max_position_embeddings: 32_768, rms_norm_eps: 1e-6 }),
  use_sliding_window: z._default(z.boolean(), false),
  sliding_window: z._default(z.nullable(count(2 ** 24)), 4096),
  max_window_layers: z._default(z.int().check(z.gte(0), z.lte(512)), 28),
  layer_types: z.nullish(z.array(z.enum(['full_attention', 'sliding_attention']))),
});

/** Qwen2: as Llama, with biases on query, key and value, and windows in some layers where its config asks for them. Source: transformers modeling_qwen2.py. */
export const qwen2: ModelFamily = {
  model_types: ['qwen2'],
  title: 'Qwen2',
  parse(config) {
    const c = parseConfig(schema, config, 'Qwen2');
    const slides = (i: number) => c.use_sliding_window && (c.layer_types ? c.layer_types[i] === 'sliding_attention' : i >= c.max_window_layers);
    return llamaModel(c, {
      family: 'qwen2', name: 'Qwen2', biases: { qkv: true, output: false, mlp: false }, default_target_modules: ['q_proj', 'v_proj'],
      window: (i) => (slides(i) ? (c.sliding_window ?? undefined) : undefined),
      gguf: { architecture: 'qwen2', rotary: ['default'], square: true },
    });
  },
};
