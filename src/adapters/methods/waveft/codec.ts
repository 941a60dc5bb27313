import * as z from 'zod/mini';
import { quote } from '../../../errors/text';
import { FormatError } from '../../../io/formatError';
import { commonRest, flag, givenPatterns, pattern, whole, type Codec } from '../../codec';
import { num } from '../../method';
import { lowPass } from './wavelets';

const frequencies = z.int().check(z.minimum(1), z.maximum(16_777_216));

/** WAVEFT. Which coefficients are trained stands in no file: they are drawn again. Source: peft/tuners/waveft/config.py. */
export const waveftCodec: Codec = {
  type: 'WAVEFT',
  peft: true,
  fields: {
    n_frequency: z._default(frequencies, 2592),
    n_frequency_pattern: pattern(frequencies),
    scaling: z._default(z.number(), 25),
    wavelet_family: z._default(z.string(), 'db1'),
    use_idwt: flag(true),
    proportional_parameters: flag(false),
    random_loc_seed: z._default(whole, 777),
    init_weights: flag(true),
  },
  read({ n_frequency_pattern, wavelet_family, n_frequency, scaling, use_idwt, proportional_parameters, random_loc_seed, init_weights }) {
    const family = wavelet_family as string;
    if (!Object.hasOwn(lowPass, family)) {
      throw new FormatError(`The adapter is of the wavelet ${quote(family)}; there are ${Object.keys(lowPass).join(', ')}. PEFT's coif4 and coif5 are no wavelets, and it has none that are longer. Merge the adapter with PEFT and load the result as a model.`);
    }
    return { n_frequency, scaling, wavelet_family: family, use_idwt, proportional_parameters, random_loc_seed, init_weights, ...givenPatterns({ n_frequency_pattern }) };
  },
  write: (c, patterns) => ({
    n_frequency: num(c, 'n_frequency'), scaling: num(c, 'scaling'), wavelet_family: c.wavelet_family, use_idwt: c.use_idwt === true, proportional_parameters: c.proportional_parameters === true,
    random_loc_seed: num(c, 'random_loc_seed'), init_weights: c.init_weights === true, n_frequency_pattern: {}, ...patterns,
  }),
  rest: commonRest,
  excludes: true,
};
