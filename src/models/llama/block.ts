import { lastOf } from '../../engine/tensor';
import type { Context, Shaped } from '../../nn/context';
import { maskOf } from '../text';
import { rotaryTable, type Rotary } from './rotary';

/** Sizes of a decoder with rotary positions, RMS norms, grouped queries and gated MLPs. */
export interface LlamaSizes {
  vocab: number;
  layers: number;
  heads: number;
  kv_heads: number;
  head_dim: number;
  hidden: number;
  mlp: number;
  eps: number;
  rotary: Rotary;
  /** Biases of query, key and value; of the output of attention; of the MLP. */
  biases: { qkv: boolean; output: boolean; mlp: boolean };
  /** Query, key and value are one layer, and gate and up another. */
  fused: boolean;
  /** Number of tokens that one sees in a layer; all when undefined. */
  window(layer: number): number | undefined;
}

/** RMS norm with the weight `name.weight`. */
const rms = <T extends Shaped>(ctx: Context<T>, name: string, x: T, eps: number): T => ctx.rmsNorm(x, ctx.weight(`${name}.weight`, [lastOf(x)]), eps, name);

/** Names of the table of tokens and of the head. */
export const TABLE = 'model.embed_tokens.weight';
export const HEAD = 'lm_head.weight';

/** ids (B, T) to what the head reads (B, T, C), where positions are below `places`. Source: transformers modeling_llama.py, modeling_qwen2.py, modeling_phi3.py. */
export function llamaHidden<T extends Shaped>(s: LlamaSizes, ctx: Context<T>, ids: T, places: number): T {
  const [mask, positions] = [maskOf(ctx, ids), ctx.positions(ids)];
  const { scaling } = s.rotary;
  const shorter = scaling.type === 'longrope' && places > scaling.original ? { most: scaling.original, data: () => rotaryTable(s.rotary, s.head_dim, places, scaling.original) } : undefined;
  const table = ctx.constant('rotary table', [places, 2, s.head_dim / 2], () => rotaryTable(s.rotary, s.head_dim, places), shorter);
  const seen = new Map<number | undefined, T>();
  const spansOf = (window?: number): T => {
    const spans = seen.get(window) ?? ctx.spans(mask, window);
    seen.set(window, spans);
    return spans;
  };
  let x = ctx.tokenEmbedding(ctx.weight(TABLE, [s.vocab, s.hidden], { table: true }), ids);
  for (let i = 0; i < s.layers; i++) {
    const spans = spansOf(s.window(i));
    const layer = `model.layers.${i}`;
    x = ctx.block(layer, ctx.tokens({ tower: 'text', block: i }, x), (from) => block(s, ctx, from, layer, { spans, positions, table }));
  }
  return rms(ctx, 'model.norm', x, s.eps);
}

/** x + attention(rms(x)), then x + mlp(rms(x)); x (B, T, C). */
function block<T extends Shaped>(s: LlamaSizes, ctx: Context<T>, x: T, layer: string, { spans, positions, table }: Record<'spans' | 'positions' | 'table', T>): T {
  const turn = (part: T, heads: number) => ctx.rotary(part, positions, table, heads);
  const { heads, kv_heads } = s;
  const [first, second, third] = queryKeyValue(s, ctx, rms(ctx, `${layer}.input_layernorm`, x, s.eps), `${layer}.self_attn`);
  // Of what lies side by side the first heads turn: queries and keys.
  const turned = second ? [turn(first, heads), turn(second, kv_heads), ...(third ? [third] : [])] : turn(first, heads + kv_heads);
  const attended = ctx.attendGrouped(turned, spans, { heads, kv_heads });
  const y = ctx.linear(`${layer}.self_attn.o_proj`, attended, s.hidden, { residual: x, bias: s.biases.output });
  const g = rms(ctx, `${layer}.post_attention_layernorm`, y, s.eps);
  const bias = s.biases.mlp;
  const up = s.fused ? ctx.linear(`${layer}.mlp.gate_up_proj`, g, 2 * s.mlp, { bias }) : ctx.linears([`${layer}.mlp.gate_proj`, `${layer}.mlp.up_proj`], g, s.mlp, { bias });
  return ctx.linear(`${layer}.mlp.down_proj`, ctx.swiglu(up), s.hidden, { residual: y, bias });
}

/** All three side by side in one value; queries and then the others in one; or each by itself. */
function queryKeyValue<T extends Shaped>(s: LlamaSizes, ctx: Context<T>, x: T, name: string): [T, T?, T?] {
  const [own, shared] = [s.heads * s.head_dim, s.kv_heads * s.head_dim];
  const bias = s.biases.qkv;
  if (s.fused) return [ctx.linear(`${name}.qkv_proj`, x, own + 2 * shared, { bias })];
  if (own === shared) {
    const all = ctx.linears(['q_proj', 'k_proj', 'v_proj'].map((part) => `${name}.${part}`), x, own, { bias });
    return Array.isArray(all) ? (all as [T, T, T]) : [all];
  }
  const query = ctx.linear(`${name}.q_proj`, x, own, { bias });
  const others = ctx.linears([`${name}.k_proj`, `${name}.v_proj`], x, shared, { bias });
  return Array.isArray(others) ? [query, others[0], others[1]] : [query, others];
}
