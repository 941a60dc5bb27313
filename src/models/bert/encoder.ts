import type { Context, Shaped } from '../../nn/context';
import { norm, postNormBlock, type BlockNames } from '../../nn/layers';
import { defined } from '../../numbers/defined';
import type { Names } from '../names';
import { checkTokens, maskOf } from '../text';
import type { EncoderConfig } from './config';

/** Names of the parts of block `layer` (`bert.encoder.layer.0`), the same in transformers 4 and 5. */
const blockNames = (layer: string): BlockNames => ({
  query: `${layer}.attention.self.query`,
  key: `${layer}.attention.self.key`,
  value: `${layer}.attention.self.value`,
  output: `${layer}.attention.output.dense`,
  norm1: `${layer}.attention.output.LayerNorm`,
  fc1: `${layer}.intermediate.dense`,
  fc2: `${layer}.output.dense`,
  norm2: `${layer}.output.LayerNorm`,
});

/** The table in which tokens are looked up. */
export const wordsOf = (prefix: string): string => `${prefix}.embeddings.word_embeddings.weight`;

/**
 * Tokens (B, T, C) of ids (B, T) after the last block: the sum of word, position and type, normalised, and post-norm blocks, in which what
 * the batch's mask hides is no key. `longest` is how many tokens there are positions for, and `placedPadding` which of them padding has, where
 * it has one of its own; like the word it learns nothing. Source: transformers modeling_bert.py.
 */
export function encoded<T extends Shaped>(c: EncoderConfig, prefix: string, { longest, placedPadding }: { longest: number; placedPadding?: number }, ctx: Context<T>, ids: T): T {
  checkTokens(defined(ids.shape[1]), longest);
  const embedded = (table: string, rows: number, of: T, padding?: number) => ctx.tokenEmbedding(ctx.weight(table, [rows, c.hidden_size], { table: true }), of, padding);
  const words = embedded(wordsOf(prefix), c.vocab_size, ids, c.pad_token_id);
  const placed = ctx.add(words, embedded(`${prefix}.embeddings.position_embeddings.weight`, c.max_position_embeddings, ctx.positions(ids, placedPadding), placedPadding), { label: 'with positions' });
  const sum = ctx.add(placed, embedded(`${prefix}.embeddings.token_type_embeddings.weight`, c.type_vocab_size, ctx.input('token_type_ids', ids.shape, c.type_vocab_size)), { label: 'with types' });
  let x = norm(ctx, `${prefix}.embeddings.LayerNorm`, sum, c.layer_norm_eps);
  const sizes = { heads: c.num_attention_heads, hidden: c.intermediate_size, eps: c.layer_norm_eps, act: c.hidden_act, mask: maskOf(ctx, ids) };
  for (let i = 0; i < c.num_hidden_layers; i++) {
    const layer = `${prefix}.encoder.layer.${i}`;
    x = ctx.block(layer, ctx.tokens({ tower: 'text', block: i }, x), (from) => postNormBlock(ctx, from, blockNames(layer), sizes));
  }
  return x;
}

/** Files of the bare backbone leave the prefix out, and the first of them say gamma and beta of a norm. */
export const encoderNames = (prefix: string): Names => ({
  v4: (name) => (/^(embeddings|encoder|pooler)\./.test(name) ? `${prefix}.${name}` : name).replace(/\.LayerNorm\.(gamma|beta)$/, (_, part) => `.LayerNorm.${part === 'gamma' ? 'weight' : 'bias'}`),
  v5: (name) => name,
});
