import { decoderConfigs } from './tinyDecoders';
import { familyConfigs } from './tinyFamilies';

const encoder = { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 24, vocab_size: 40, max_position_embeddings: 24 };

/** config.json of a small model of every family that the project ships, and of its variants, by a name for tests. */
export const everyConfig: Record<string, Record<string, unknown>> = {
  ...familyConfigs,
  ...decoderConfigs,
  'BERT': { model_type: 'bert', ...encoder },
  'RoBERTa': { model_type: 'roberta', ...encoder },
};
