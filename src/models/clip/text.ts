import type { Context, Shaped } from '../../nn/context';
import { norm } from '../../nn/layers';
import { defined } from '../../numbers/defined';
import { ModelError, type TextTower } from '../model';
import type { ClipConfig, TextConfig } from './config';
import { clipBlock } from './block';

/** `eos_token_id` of configs written before transformers knew CLIP's real one. */
const LEGACY_EOS = 2;

const TABLE = 'text_model.embeddings.token_embedding.weight';

/** CLIP's text tower. Source: transformers modeling_clip.py, CLIPTextTransformer. */
export const textTower = (c: ClipConfig): TextTower => ({
  vocab_size: c.text.vocab_size,
  max_tokens: c.text.max_position_embeddings,
  feature_size: c.projection_dim,
  endOf: (ids) => endOfText(ids, c.text.eos_token_id),
  table: TABLE,
  features: (ctx, ids, ends, images) => textFeatures(c, ctx, ids, ends, images),
});

/**
 * Place of the token that a text is pooled at, as transformers finds it: with the old configs' eos_token_id 2 the first
 * that has the largest id, otherwise the first that is eos_token_id, and 0 where none is.
 */
export function endOfText(ids: ArrayLike<number>, eos_token_id: TextConfig['eos_token_id']): number {
  let at = 0;
  for (let i = 0; i < ids.length; i++) {
    if (eos_token_id === LEGACY_EOS ? defined(ids[i]) > defined(ids[at]) : ids[i] === eos_token_id) {
      at = i;
      if (eos_token_id !== LEGACY_EOS) break;
    }
  }
  return at;
}

/** ids (B, T) and the places of their ends (B) to text features (B, D), not normalised; more of them where there are texts for each of `images`. */
function textFeatures<T extends Shaped>(c: ClipConfig, ctx: Context<T>, ids: T, ends: T, images?: T): T {
  const t = c.text;
  const length = defined(ids.shape[1]);
  if (length > t.max_position_embeddings) throw new ModelError(`texts of ${length} tokens are longer than the ${t.max_position_embeddings} that this model has positions for`);
  const width = t.hidden_size;
  const tokens = ctx.tokens({ tower: 'text', block: 0, images }, ctx.tokenEmbedding(ctx.weight(TABLE, [t.vocab_size, width]), ids));
  const positions = ctx.rows(ctx.weight('text_model.embeddings.position_embedding.weight', [t.max_position_embeddings, width]), 0, length);
  let x = ctx.addRows(tokens, positions);
  for (let i = 0; i < t.num_hidden_layers; i++) x = clipBlock(ctx, `text_model.encoder.layers.${i}`, i === 0 ? x : ctx.tokens({ tower: 'text', block: i, images }, x), t, true);
  // Only the pooled token is needed, so only it is normalised.
  const pooled = norm(ctx, 'text_model.final_layer_norm', ctx.pickTokens(x, ends), t.layer_norm_eps);
  return ctx.linear('text_projection', pooled, c.projection_dim, { bias: false });
}
