import * as z from 'zod/mini';
import { drawnFields, drawnRest, dropout, off, rank, whole, type Codec } from '../../codec';
import { num } from '../../method';

/** PVERA, since PEFT 0.19; `generator_seed` since 0.20, so it is written where it is set. Source: peft/tuners/pvera/config.py. */
export const pveraCodec: Codec = {
  type: 'PVERA',
  peft: true,
  fields: { r: z._default(rank, 256), d_initial: z._default(z.number(), 0.1), pvera_dropout: z._default(dropout, 0), generator_seed: z._default(z.nullable(whole), null), ...drawnFields },
  read: ({ r, d_initial, pvera_dropout, generator_seed, projection_prng_key }) => ({ r, d_initial, pvera_dropout, generator_seed, projection_prng_key }),
  write: (c) => ({
    r: num(c, 'r'), d_initial: num(c, 'd_initial'), pvera_dropout: num(c, 'pvera_dropout'), projection_prng_key: num(c, 'projection_prng_key'), save_projection: true,
    ...(c.generator_seed !== null && { generator_seed: num(c, 'generator_seed') }),
  }),
  rest: { ...drawnRest, sample_at_inference: false },
  excludes: false,
  refused: { sample_at_inference: [off, 'draws noise outside training, so that the same image gives other results each time'] },
  bases: ['pvera_A', 'pvera_B'],
  since: '0.19',
};
