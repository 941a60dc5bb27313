import * as z from 'zod/mini';
import { commonRest, flag, givenPatterns, pattern, whole, type Codec } from '../../codec';
import { num } from '../../method';

const frequencies = z.int().check(z.minimum(1), z.maximum(16_777_216));

/** FOURIERFT. Which frequencies are trained stands in no file: they are drawn again. Source: peft/tuners/fourierft/config.py. */
export const fourierftCodec: Codec = {
  type: 'FOURIERFT',
  peft: true,
  fields: {
    n_frequency: z._default(frequencies, 1000),
    n_frequency_pattern: pattern(frequencies),
    scaling: z._default(z.number(), 150),
    random_loc_seed: z._default(whole, 777),
    init_weights: flag(false),
  },
  read: ({ n_frequency, n_frequency_pattern, scaling, random_loc_seed, init_weights }) => ({ n_frequency, scaling, random_loc_seed, init_weights, ...givenPatterns({ n_frequency_pattern }) }),
  write: (c, patterns) => ({
    n_frequency: num(c, 'n_frequency'), scaling: num(c, 'scaling'), random_loc_seed: num(c, 'random_loc_seed'), init_weights: c.init_weights === true, n_frequency_pattern: {}, ...patterns,
  }),
  rest: commonRest,
  excludes: true,
};
