import * as z from 'zod/mini';
import { drawnFields, drawnRest, dropout, rank, type Codec } from '../../codec';
import { num } from '../../method';

/** VERA. Source: peft/tuners/vera/config.py. */
export const veraCodec: Codec = {
  type: 'VERA',
  peft: true,
  fields: { r: z._default(rank, 256), d_initial: z._default(z.number(), 0.1), vera_dropout: z._default(dropout, 0), ...drawnFields },
  read: ({ r, d_initial, vera_dropout, projection_prng_key }) => ({ r, d_initial, vera_dropout, projection_prng_key }),
  write: (c) => ({ r: num(c, 'r'), d_initial: num(c, 'd_initial'), vera_dropout: num(c, 'vera_dropout'), projection_prng_key: num(c, 'projection_prng_key'), save_projection: true }),
  rest: drawnRest,
  excludes: false,
  bases: ['vera_A', 'vera_B'],
  harmless: ['init_vera_weights'],
};
