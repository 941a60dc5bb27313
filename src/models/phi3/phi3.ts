import * as z from 'zod/mini';
import { count, parseConfig } from '../fields';
import { llamaFields, llamaModel } from '../llama/llama';
import type { ModelFamily } from '../model';

const schema = z.object({
  model_type: z.literal('phi3'),
  ...llamaFields({ hidden_size: 3072, intermediate_size: 8192, vocab_size: 32_064, max_position_embeddings: 4096, rms_norm_eps: 1e-5 }),
  original_max_position_embeddings: z._default(count(2 ** 24), 4096),
  sliding_window: z.nullish(count(2 ** 24)),
  pad_token_id: z._default(z.nullable(z.int()), 32_000),
});

/** Phi-3: as Llama, with query, key and value in one layer, gate and up in another, and a window in all of them. Source: transformers modeling_phi3.py. */
export const phi3: ModelFamily = {
  model_types: ['phi3'],
  title: 'Phi-3',
  parse(config) {
    const c = parseConfig(schema, config, 'Phi-3');
    return llamaModel(c, {
      family: 'phi3', name: 'Phi3', biases: { qkv: false, output: false, mlp: false }, fused: true, default_target_modules: ['qkv_proj'], modules: ['o_proj', 'qkv_proj'], window: () => c.sliding_window ?? undefined,
      // A window is told it, though its versions since 2025 let every token see all before it.
      gguf: { architecture: 'phi3', rotary: ['default', 'longrope'], square: true, window: c.sliding_window ?? 0 },
    });
  },
};
