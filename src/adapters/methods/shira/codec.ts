import * as z from 'zod/mini';
import { rank, whole, type Codec } from '../../codec';
import { num } from '../../method';

/** SHIRA. The places stand in the file, however they were chosen. Source: peft/tuners/shira/config.py. */
export const shiraCodec: Codec = {
  type: 'SHIRA',
  peft: true,
  linearOnly: true,
  fields: { r: z._default(rank, 32), mask_type: z._default(z.enum(['random', 'weight_magnitude']), 'random'), random_seed: z._default(z.nullable(whole), null) },
  read: ({ r, mask_type, random_seed }) => ({ r, mask_type, random_seed }),
  write: (c) => ({ r: num(c, 'r'), mask_type: c.mask_type, random_seed: c.random_seed }),
  rest: { fan_in_fan_out: false, inference_mode: true, init_weights: true },
  excludes: false,
  numbers: false,
};
