import * as z from 'zod/mini';
import { commonRest, dropout, flag, rank, type Codec } from '../../codec';
import { num } from '../../method';

const bound = z.number().check(z.gte(0));

/** VBLORA. Source: peft/tuners/vblora/config.py. */
export const vbloraCodec: Codec = {
  type: 'VBLORA',
  peft: true,
  fields: {
    r: z._default(rank, 4),
    num_vectors: z._default(rank, 256),
    vector_length: z._default(rank, 256),
    topk: z._default(rank, 2),
    vblora_dropout: z._default(dropout, 0),
    init_vector_bank_bound: z._default(bound, 0.02),
    init_logits_std: z._default(bound, 0.1),
    save_only_topk_weights: flag(false),
  },
  read: ({ r, num_vectors, vector_length, topk, vblora_dropout, init_vector_bank_bound, init_logits_std, save_only_topk_weights }) => ({ r, num_vectors, vector_length, topk, vblora_dropout, init_vector_bank_bound, init_logits_std, save_only_topk_weights }),
  write: (c, _, layers) => ({
    r: num(c, 'r'), num_vectors: num(c, 'num_vectors'), vector_length: c.vector_length ?? layers[0]?.config.vector_length, topk: num(c, 'topk'), vblora_dropout: num(c, 'vblora_dropout'),
    init_vector_bank_bound: num(c, 'init_vector_bank_bound'), init_logits_std: num(c, 'init_logits_std'), save_only_topk_weights: c.save_only_topk_weights === true,
  }),
  rest: commonRest,
  excludes: true,
};
