import * as z from 'zod/mini';
import { rank, type Codec } from '../../codec';
import { num } from '../../method';

/** GLORA, since PEFT 0.20. Source: peft/tuners/glora/config.py. */
export const gloraCodec: Codec = {
  type: 'GLORA',
  peft: true,
  linearOnly: true,
  fields: {
    r: z._default(rank, 8),
    config_A_B: z._default(z.enum(['lora', 'vector', 'constant', 'none']), 'lora'),
    config_C: z._default(z.enum(['lora', 'vector', 'none']), 'lora'),
    config_D_E: z._default(z.enum(['vector', 'constant', 'none']), 'constant'),
  },
  read: ({ r, config_A_B, config_C, config_D_E }) => ({ r, config_A_B, config_C, config_D_E }),
  write: (c) => ({ r: num(c, 'r'), config_A_B: c.config_A_B, config_C: c.config_C, config_D_E: c.config_D_E }),
  rest: { bias: 'none', inference_mode: true, init_weights: true },
  excludes: false,
  numbers: false,
  since: '0.20',
};
