import * as z from 'zod/mini';
import { flag, rank, type Codec } from '../../codec';
import { num } from '../../method';

/** HRA. Source: peft/tuners/hra/config.py. */
export const hraCodec: Codec = {
  type: 'HRA',
  peft: true,
  linearOnly: true,
  fields: { r: z._default(rank, 8), apply_GS: flag(false) },
  read: ({ r, apply_GS }) => ({ r, apply_GS }),
  write: (c) => ({ r: num(c, 'r'), apply_GS: c.apply_GS === true }),
  rest: { bias: 'none', inference_mode: true, init_weights: true },
  excludes: true,
};
