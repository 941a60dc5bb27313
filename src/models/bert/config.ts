import * as z from 'zod/mini';
import { count, hiddenAct, parseConfig } from '../fields';
import { ModelError } from '../model';
import type { Problem, Reads } from '../text';

const id = z.int().check(z.gte(0), z.lte(2 ** 31 - 1));

/** Fields that BertConfig and RobertaConfig share, with the classes' own defaults, which are not those of the famous checkpoints. */
const fields = {
  architectures: z.nullish(z.array(z.string())),
  hidden_size: z._default(count(8192), 768),
  num_hidden_layers: z._default(count(128), 12),
  num_attention_heads: z._default(count(256), 12),
  intermediate_size: z._default(count(65536), 3072),
  hidden_act: hiddenAct('gelu'),
  max_position_embeddings: z._default(count(2 ** 17), 512),
  type_vocab_size: z._default(z.int().check(z.gte(1), z.lte(1024)), 2),
  layer_norm_eps: z._default(z.number().check(z.gte(0), z.lte(0.1)), 1e-12),
  position_embedding_type: z._default(z.literal('absolute', { error: 'supported: absolute' }), 'absolute'),
  is_decoder: z._default(z.literal(false, { error: 'only encoders are supported' }), false),
  problem_type: z.nullish(z.enum(['regression', 'single_label_classification', 'multi_label_classification'])),
  id2label: z.nullish(z.record(z.string(), z.string())),
  num_labels: z.optional(count(65536)),
  tie_word_embeddings: z._default(z.boolean(), true),
};

/** The sizes of an encoder of texts. */
export type EncoderConfig = z.output<z.ZodMiniObject<typeof fields>> & { vocab_size: number; pad_token_id: number };

/** Reads config.json of such a model, whose class has these defaults. Throws ModelError. */
export function encoderConfig(config: unknown, title: string, ofClass: { vocab_size: number; pad_token_id: number }): EncoderConfig {
  const schema = z.object({ ...fields, vocab_size: z._default(count(2 ** 20), ofClass.vocab_size), pad_token_id: z._default(id, ofClass.pad_token_id) });
  const c = parseConfig(schema, config, title);
  if (c.hidden_size % c.num_attention_heads) throw new ModelError(`config.json: ${c.num_attention_heads} heads do not divide the width ${c.hidden_size}`);
  if (c.pad_token_id >= c.vocab_size) throw new ModelError(`config.json: pad_token_id ${c.pad_token_id} is none of ${c.vocab_size} tokens`);
  return c;
}

/** Output that a checkpoint was made for, by the class that it names: one of each token, else one of the whole text. */
export const readsOf = ({ architectures }: EncoderConfig): Reads => (architectures?.some((name) => name.endsWith('ForTokenClassification')) ? 'tokens' : 'text');

/** Problem that its logits are trained on, as transformers decides where config.json leaves it open. */
export const problemOf = ({ problem_type }: EncoderConfig, labels: number): Problem => problem_type ?? (labels === 1 ? 'regression' : 'single_label_classification');
