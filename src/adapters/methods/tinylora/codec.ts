import * as z from 'zod/mini';
import { commonRest, dropout, flag, rank, whole, type Codec } from '../../codec';
import { num } from '../../method';

/** TINYLORA. Vectors are called by the number of their group, which follows from how many layers are adapted. Source: peft/tuners/tinylora/config.py. */
export const tinyloraCodec: Codec = {
  type: 'TINYLORA',
  peft: true,
  fields: {
    r: z._default(rank, 2),
    u: z._default(rank, 64),
    weight_tying: z._default(z.number().check(z.gte(0), z.lte(1)), 0),
    projection_seed: z._default(whole, 42),
    save_projection: flag(true),
    tinylora_dropout: z._default(dropout, 0),
    // False leaves the vectors as memory has them, until a file fills them.
    init_weights: z._default(z.union([z.boolean(), z.literal('uniform')]), true),
    init_v_bound: z._default(z.number().check(z.gte(0)), 0.02),
  },
  read: ({ r, u, weight_tying, projection_seed, save_projection, tinylora_dropout, init_weights, init_v_bound }) => ({ r, u, weight_tying, projection_seed, save_projection, tinylora_dropout, init_weights: init_weights !== 'uniform', init_v_bound }),
  write: (c) => ({
    r: num(c, 'r'), u: num(c, 'u'), weight_tying: num(c, 'weight_tying'), projection_seed: num(c, 'projection_seed'), save_projection: c.save_projection !== false,
    tinylora_dropout: num(c, 'tinylora_dropout'), init_weights: c.init_weights === false ? 'uniform' : true, init_v_bound: num(c, 'init_v_bound'),
  }),
  rest: commonRest,
  excludes: false,
  counts: true,
  since: '0.19',
};
