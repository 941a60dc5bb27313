import { defined } from '../../numbers/defined';
import type { ModelFamily } from '../model';
import { encoderModel, type EncoderFamily } from './classifier';
import { encoderConfig } from './config';

/** The first token goes through the pooler, which is no part of the head, and then to the classifier. */
const family: EncoderFamily = {
  family: 'bert',
  class: 'Bert',
  longest: (c) => c.max_position_embeddings,
  ofText(ctx, tokens, labels) {
    const first = ctx.pool(tokens, 0, 1);
    const pooled = ctx.linear('bert.pooler.dense', first, defined(first.shape[1]), { act: 'tanh' });
    return ctx.linear('classifier', pooled, labels, { head: true, adaptable: false });
  },
  masked: { dense: 'cls.predictions.transform.dense', norm: 'cls.predictions.transform.LayerNorm', bias: 'cls.predictions.bias' },
};

/** BERT for texts, for tokens, and for those that are hidden. Source: transformers modeling_bert.py. */
export const bert: ModelFamily = {
  model_types: ['bert'],
  title: 'BERT',
  parse: (config) => encoderModel(family, encoderConfig(config, 'BERT', { vocab_size: 30_522, pad_token_id: 0 })),
};
