import { ggufNames, type GgufForm } from '../gguf';
import { ModelError } from '../model';
import type { Gpt2Config } from './gpt2';

const PLACES = 'position_embd';

const nameOf = ggufNames(
  'transformer.h',
  { 'ln_1': 'attn_norm', 'attn.c_attn': 'attn_qkv', 'attn.c_proj': 'attn_output', 'ln_2': 'ffn_norm', 'mlp.c_fc': 'ffn_up', 'mlp.c_proj': 'ffn_down' },
  { 'transformer.wte': 'token_embd', 'transformer.wpe': PLACES, 'transformer.ln_f': 'output_norm', 'lm_head': 'output' },
);

/** As llama.cpp has it. Source: its src/models/gpt2.cpp and conversion script. Throws ModelError of an activation that it does not have. */
export function gpt2Gguf(c: Gpt2Config): GgufForm {
  const act = c.activation_function;
  if (act !== 'gelu_new' && act !== 'gelu_pytorch_tanh') throw new ModelError(`config.json: activation_function is ${act}; llama.cpp runs this family with gelu_new alone.`);
  return {
    architecture: 'gpt2',
    settings: {
      'context_length': ['u32', c.n_positions],
      'embedding_length': ['u32', c.n_embd],
      'feed_forward_length': ['u32', c.n_inner ?? 4 * c.n_embd],
      'block_count': ['u32', c.n_layer],
      'attention.head_count': ['u32', c.n_head],
      'attention.layer_norm_epsilon': ['f32', c.layer_norm_epsilon],
    },
    nameOf,
    exact: [`${PLACES}.weight`],
    made: {},
  };
}
