import * as z from 'zod/mini';
import { lastOf } from '../../engine/tensor';
import type { Context, Shaped } from '../../nn/context';
import { norm } from '../../nn/layers';
import { blockOutputs } from '../blockOutputs';
import { count, parseConfig } from '../fields';
import { ModelError, type ModelFamily } from '../model';
import { maskOf } from '../text';
import { decoderFields, decoderModel } from '../textDecoder';
import { gpt2Gguf } from './gguf';

const schema = z.object({
  model_type: z.literal('gpt2'),
  ...decoderFields,
  vocab_size: z._default(count(2 ** 22), 50_257),
  n_positions: z._default(count(2 ** 20), 1024),
  n_embd: z._default(count(65_536), 768),
  n_layer: z._default(count(512), 12),
  n_head: z._default(count(1024), 12),
  n_inner: z.nullish(count(2 ** 20)),
  activation_function: z._default(z.enum(['gelu', 'quick_gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu'], { error: 'supported: gelu, quick_gelu, gelu_new, gelu_pytorch_tanh, relu' }), 'gelu_new'),
  layer_norm_epsilon: z._default(z.number().check(z.gte(0), z.lte(0.1)), 1e-5),
  scale_attn_weights: z._default(z.literal(true, { error: 'only scaled attention is supported' }), true),
  scale_attn_by_inverse_layer_idx: z._default(z.literal(false, { error: 'scaling by layer is not supported' }), false),
  add_cross_attention: z._default(z.literal(false, { error: 'cross attention is not supported' }), false),
  tie_word_embeddings: z._default(z.boolean(), true),
});

export type Gpt2Config = z.output<typeof schema>;

const TABLE = 'transformer.wte.weight';

/** The layers that are transformers' Conv1D, whose matrices lie in files as (in, out). */
const CONV1D = /^transformer\.h\.\d+\.(attn\.c_attn|attn\.c_proj|mlp\.c_fc|mlp\.c_proj)\.weight$/;

/** GPT-2. Source: transformers modeling_gpt2.py. */
export const gpt2: ModelFamily = {
  model_types: ['gpt2'],
  title: 'GPT-2',
  parse(config) {
    const c = parseConfig(schema, config, 'GPT-2');
    if (c.n_embd % c.n_head) throw new ModelError(`config.json: ${c.n_head} heads do not divide the width ${c.n_embd}`);
    return decoderModel({
      family: 'gpt2', prefix: 'transformer', bare: /^(h\.\d+|wte|wpe|ln_f)\./, architectures: { next: 'GPT2LMHeadModel', text: 'GPT2ForSequenceClassification' }, default_target_modules: ['c_attn'],
      config: c, hidden_size: c.n_embd, vocab_size: c.vocab_size, max_tokens: c.n_positions,
      head: c.tie_word_embeddings ? TABLE : 'lm_head.weight',
      transposed: (name) => CONV1D.test(name),
      outputOf: blockOutputs('transformer.h', { attention: 'attn.c_proj', mlp: 'mlp.c_proj' }),
      gguf: () => gpt2Gguf(c),
      hidden: (ctx, ids) => gpt2Hidden(c, ctx, ids),
    });
  },
};

function gpt2Hidden<T extends Shaped>(c: Gpt2Config, ctx: Context<T>, ids: T): T {
  const spans = ctx.spans(maskOf(ctx, ids));
  const tokens = ctx.tokenEmbedding(ctx.weight(TABLE, [c.vocab_size, c.n_embd], { table: true }), ids);
  const places = ctx.tokenEmbedding(ctx.weight('transformer.wpe.weight', [c.n_positions, c.n_embd], { table: true }), ctx.positions(ids));
  let x = ctx.add(tokens, places, { label: 'tokens and positions' });
  for (let i = 0; i < c.n_layer; i++) {
    const layer = `transformer.h.${i}`;
    x = ctx.block(layer, ctx.tokens({ tower: 'text', block: i }, x), (from) => block(c, ctx, from, layer, spans));
  }
  return norm(ctx, 'transformer.ln_f', x, c.layer_norm_epsilon);
}

/** x + attention(norm(x)), then x + mlp(norm(x)); x (B, T, C). */
function block<T extends Shaped>(c: Gpt2Config, ctx: Context<T>, x: T, layer: string, spans: T): T {
  const [width, heads] = [lastOf(x), c.n_head];
  const qkv = ctx.linear(`${layer}.attn.c_attn`, norm(ctx, `${layer}.ln_1`, x, c.layer_norm_epsilon), 3 * width);
  const y = ctx.linear(`${layer}.attn.c_proj`, ctx.attendGrouped(qkv, spans, { heads, kv_heads: heads }), width, { residual: x });
  const h = ctx.linear(`${layer}.mlp.c_fc`, norm(ctx, `${layer}.ln_2`, y, c.layer_norm_epsilon), c.n_inner ?? 4 * width, { act: c.activation_function });
  return ctx.linear(`${layer}.mlp.c_proj`, h, width, { residual: y });
}
