import type { GgufValue } from '../../io/gguf/write';
import { ggufNames, type GgufForm } from '../gguf';
import { ModelError } from '../model';
import type { LlamaSizes } from './block';
import { frequencyDivisors, type Rotary } from './rotary';

/** llama.cpp's support of a family of this kind. */
export interface LlamaGguf {
  architecture: string;
  /** Kinds of rotary positions that it computes. */
  rotary: readonly Rotary['scaling']['type'][];
  /** Channels that turn together lie side by side there, not half a head apart. */
  pairs?: boolean;
  /** Its heads fill the width. */
  square?: boolean;
  /** Tokens that one sees, 0 for all, where it is told that; without it, it sees all of them. */
  window?: number;
}

const nameOf = ggufNames(
  'model.layers',
  {
    'input_layernorm': 'attn_norm', 'self_attn.q_proj': 'attn_q', 'self_attn.k_proj': 'attn_k', 'self_attn.v_proj': 'attn_v', 'self_attn.qkv_proj': 'attn_qkv', 'self_attn.o_proj': 'attn_output',
    // Gate and up in one go by the name of the latter.
    'post_attention_layernorm': 'ffn_norm', 'mlp.gate_proj': 'ffn_gate', 'mlp.up_proj': 'ffn_up', 'mlp.gate_up_proj': 'ffn_up', 'mlp.down_proj': 'ffn_down',
  },
  { 'model.embed_tokens': 'token_embd', 'model.norm': 'output_norm', 'lm_head': 'output' },
);

/** Queries and keys, and their biases. */
const TURNED = /\.self_attn\.[qk]_proj\.(weight|bias)$/;

/** As llama.cpp has it. Source: its src/models and conversion scripts of these families. Throws ModelError of what it would compute otherwise. */
export function llamaGguf(s: LlamaSizes, max_tokens: number, how: LlamaGguf): GgufForm {
  const { scaling } = s.rotary;
  if (!how.rotary.includes(scaling.type)) throw new ModelError(`config.json: llama.cpp does not scale the rotary positions of this family, and those of the kind ${scaling.type} are.`);
  if (how.square && s.heads * s.head_dim !== s.hidden) throw new ModelError(`config.json: ${s.heads} heads of ${s.head_dim} channels; llama.cpp runs this family with heads that fill its width of ${s.hidden} alone.`);
  const windowed = how.window === undefined && Array.from({ length: s.layers }, (_, i) => s.window(i)).some((window) => window !== undefined);
  if (windowed) throw new ModelError('config.json: some layers see a window of tokens alone; in llama.cpp all layers of this family see all of them.');
  return {
    architecture: how.architecture,
    settings: {
      'vocab_size': ['u32', s.vocab],
      'context_length': ['u32', max_tokens],
      'embedding_length': ['u32', s.hidden],
      'feed_forward_length': ['u32', s.mlp],
      'block_count': ['u32', s.layers],
      'attention.head_count': ['u32', s.heads],
      'attention.head_count_kv': ['u32', s.kv_heads],
      'attention.key_length': ['u32', s.head_dim],
      'attention.value_length': ['u32', s.head_dim],
      'attention.layer_norm_rms_epsilon': ['f32', s.eps],
      'rope.dimension_count': ['u32', s.head_dim],
      'rope.freq_base': ['f32', s.rotary.theta],
      ...(how.window !== undefined && { 'attention.sliding_window': ['u32', how.window] as const }),
      ...rotarySettings(scaling),
    },
    nameOf,
    rowOf: (weight) => (how.pairs && TURNED.test(weight) ? (row) => inHalves(row, s.head_dim) : undefined),
    made: rotaryTensors(s),
  };
}

/** Place, in heads whose halves turn together, of the row that lies at `row` in heads whose neighbours do. */
function inHalves(row: number, head_dim: number): number {
  const at = row % head_dim;
  return row - at + Math.floor(at / 2) + (at % 2) * (head_dim / 2);
}

function rotarySettings(scaling: Rotary['scaling']): Record<string, GgufValue> {
  if (scaling.type !== 'longrope') return {};
  return {
    'rope.scaling.type': ['string', scaling.type],
    'rope.scaling.original_context_length': ['u32', scaling.original],
    'rope.scaling.attn_factor': ['f32', scaling.magnitude],
  };
}

/** Divisors of the frequencies, where they are scaled. */
function rotaryTensors({ rotary, head_dim }: LlamaSizes): Record<string, Float32Array> {
  const { scaling } = rotary;
  if (scaling.type === 'default') return {};
  if (scaling.type === 'llama3') return { 'rope_freqs.weight': frequencyDivisors(rotary, head_dim) };
  return { 'rope_factors_long.weight': Float32Array.from(scaling.long), 'rope_factors_short.weight': Float32Array.from(scaling.short) };
}
