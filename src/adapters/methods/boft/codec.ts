import * as z from 'zod/mini';
import { whole, type Codec } from '../../codec';
import { num } from '../../method';

/** BOFT. Source: peft/tuners/boft/config.py. */
export const boftCodec: Codec = {
  type: 'BOFT',
  peft: true,
  linearOnly: true,
  fields: { boft_block_size: z._default(whole, 4), boft_block_num: z._default(whole, 0), boft_n_butterfly_factor: z._default(z.int().check(z.minimum(1), z.maximum(16)), 1) },
  read: ({ boft_block_size, boft_block_num, boft_n_butterfly_factor }) => ({ boft_block_size, boft_block_num, boft_n_butterfly_factor }),
  write: (c) => ({ boft_block_size: num(c, 'boft_block_size'), boft_block_num: num(c, 'boft_block_num'), boft_n_butterfly_factor: num(c, 'boft_n_butterfly_factor') }),
  rest: { bias: 'none', fan_in_fan_out: false, inference_mode: true, init_weights: true, boft_dropout: 0 },
  excludes: true,
  // It acts in training alone.
  harmless: ['boft_dropout'],
  card: { note: 'With several factors PEFT needs the CUDA extension of BOFT: without it PEFT makes adapters of one factor, which such a file does not fit.' },
};
