import * as z from 'zod/mini';
import { blockOutputs } from '../blockOutputs';
import { count, parseConfig } from '../fields';
import { ModelError, type Model, type ModelFamily } from '../model';
import { decoderFields, decoderModel } from '../textDecoder';
import { rotaryFields, rotaryOf } from './rotary';
import { llamaGguf, type LlamaGguf } from './gguf';
import { HEAD, llamaHidden, TABLE, type LlamaSizes } from './block';

/** Fields that Llama's configs share with those made after it; `by` are the defaults of transformers' class. */
export const llamaFields = (by: { hidden_size: number; intermediate_size: number; vocab_size: number; max_position_embeddings: number; rms_norm_eps: number }) => ({
  ...decoderFields,
  ...rotaryFields,
  hidden_size: z._default(count(65_536), by.hidden_size),
  num_hidden_layers: z._default(count(512), 32),
  num_attention_heads: z._default(count(1024), 32),
  num_key_value_heads: z.nullish(count(1024)),
  head_dim: z.nullish(count(512)),
  intermediate_size: z._default(count(2 ** 20), by.intermediate_size),
  vocab_size: z._default(count(2 ** 22), by.vocab_size),
  max_position_embeddings: z._default(count(2 ** 24), by.max_position_embeddings),
  rms_norm_eps: z._default(z.number().check(z.gte(0), z.lte(0.1)), by.rms_norm_eps),
  hidden_act: z._default(z.literal('silu'), 'silu'),
  tie_word_embeddings: z._default(z.boolean(), false),
});

type Fields = z.output<z.ZodMiniObject<ReturnType<typeof llamaFields>>>;

/** Properties that are a family's own. */
export interface LlamaKind {
  family: string;
  /** transformers' name of its classes. */
  name: string;
  biases: LlamaSizes['biases'];
  fused?: boolean;
  default_target_modules: string[];
  window?: LlamaSizes['window'];
  modules?: Model['modules'];
  gguf: LlamaGguf;
}

/** A model of such a family. Throws ModelError of sizes that do not fit. */
export function llamaModel(c: Fields, { family, name, biases, fused = false, default_target_modules, window = () => undefined, modules, gguf }: LlamaKind): Model {
  const [heads, kv_heads] = [c.num_attention_heads, c.num_key_value_heads ?? c.num_attention_heads];
  const head_dim = c.head_dim ?? c.hidden_size / heads;
  if (!Number.isInteger(head_dim) || head_dim % 2) throw new ModelError(`config.json: ${heads} heads do not divide the width ${c.hidden_size} into even parts`);
  if (heads % kv_heads) throw new ModelError(`config.json: num_key_value_heads ${kv_heads} does not divide num_attention_heads ${heads}`);
  const sizes: LlamaSizes = {
    vocab: c.vocab_size, layers: c.num_hidden_layers, heads, kv_heads, head_dim, hidden: c.hidden_size, mlp: c.intermediate_size, eps: c.rms_norm_eps,
    rotary: rotaryOf(c, head_dim), biases, fused, window,
  };
  return decoderModel({
    family, prefix: 'model', bare: /^(layers\.\d+|embed_tokens|norm)\./, architectures: { next: `${name}ForCausalLM`, text: `${name}ForSequenceClassification` }, default_target_modules,
    config: c, hidden_size: c.hidden_size, vocab_size: c.vocab_size, max_tokens: c.max_position_embeddings,
    head: c.tie_word_embeddings ? TABLE : HEAD,
    modules,
    outputOf: blockOutputs('model.layers', { attention: 'self_attn.o_proj', mlp: 'mlp.down_proj' }),
    gguf: () => llamaGguf(sizes, c.max_position_embeddings, gguf),
    hidden: (ctx, ids, places) => llamaHidden(sizes, ctx, ids, places),
  });
}

const schema = z.object({
  model_type: z.literal('llama'),
  ...llamaFields({ hidden_size: 4096, intermediate_size: 11_008, vocab_size: 32_000, max_position_embeddings: 2048, rms_norm_eps: 1e-6 }),
  attention_bias: z._default(z.boolean(), false),
  mlp_bias: z._default(z.boolean(), false),
});

/** Llama. Source: transformers modeling_llama.py. */
export const llama: ModelFamily = {
  model_types: ['llama'],
  title: 'Llama',
  parse(config) {
    const c = parseConfig(schema, config, 'Llama');
    return llamaModel(c, {
      family: 'llama', name: 'Llama', biases: { qkv: c.attention_bias, output: c.attention_bias, mlp: c.mlp_bias }, default_target_modules: ['q_proj', 'v_proj'],
      gguf: { architecture: 'llama', rotary: ['default', 'llama3', 'longrope'], pairs: true },
    });
  },
};
