import * as z from 'zod/mini';
import { drawnRest, dropout, flag, rank, whole, type Codec } from '../../codec';
import { num } from '../../method';

/** UNILORA, since PEFT 0.20. Source: peft/tuners/unilora/config.py. */
export const uniloraCodec: Codec = {
  type: 'UNILORA',
  peft: true,
  fields: {
    r: z._default(rank, 4),
    proj_seed: z._default(whole, 42),
    theta_d_length: z._default(z.int().check(z.minimum(1), z.maximum(16_777_216)), 256),
    unilora_dropout: z._default(dropout, 0),
    init_theta_d_bound: z._default(z.number().check(z.gt(0)), 0.02),
    save_indices: flag(false),
  },
  read: ({ r, proj_seed, theta_d_length, unilora_dropout, init_theta_d_bound, save_indices }) => ({ r, proj_seed, theta_d_length, unilora_dropout, init_theta_d_bound, save_indices }),
  write: (c) => ({
    r: num(c, 'r'), proj_seed: num(c, 'proj_seed'), theta_d_length: num(c, 'theta_d_length'), unilora_dropout: num(c, 'unilora_dropout'), init_theta_d_bound: num(c, 'init_theta_d_bound'), save_indices: c.save_indices === true,
  }),
  rest: drawnRest,
  excludes: false,
  since: '0.20',
};
