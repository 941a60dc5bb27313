import { defined } from '../../numbers/defined';
import { encoderModel, type EncoderFamily } from '../bert/classifier';
import { encoderConfig } from '../bert/config';
import type { ModelFamily } from '../model';

/**
 * The first token goes through two layers, both of them the head. Positions count the tokens that are no padding, from behind the
 * padding's own, which the ids tell and not the mask; so the table has rows for fewer tokens than it has.
 */
const family: EncoderFamily = {
  family: 'roberta',
  class: 'Roberta',
  longest: (c) => c.max_position_embeddings - c.pad_token_id - 1,
  placedPadding: (c) => c.pad_token_id,
  head_output: 'classifier.out_proj',
  ofText(ctx, tokens, labels) {
    const first = ctx.pool(tokens, 0, 1);
    const dense = ctx.linear('classifier.dense', first, defined(first.shape[1]), { act: 'tanh', head: true, adaptable: false });
    return ctx.linear('classifier.out_proj', dense, labels, { head: true, adaptable: false });
  },
  masked: { dense: 'lm_head.dense', act: 'gelu', norm: 'lm_head.layer_norm', bias: 'lm_head.bias' },
};

/** RoBERTa for texts, for tokens, and for those that are hidden. Source: transformers modeling_roberta.py. */
export const roberta: ModelFamily = {
  model_types: ['roberta'],
  title: 'RoBERTa',
  parse: (config) => encoderModel(family, encoderConfig(config, 'RoBERTa', { vocab_size: 50_265, pad_token_id: 1 })),
};
