import * as z from 'zod/mini';
import { dropout, rank, type Codec } from '../../codec';
import { num } from '../../method';

/** MISS. Source: peft/tuners/miss/config.py. */
export const missCodec: Codec = {
  type: 'MISS',
  peft: true,
  linearOnly: true,
  fields: { r: z._default(rank, 64), miss_dropout: z._default(dropout, 0) },
  read: ({ r, miss_dropout }) => ({ r, miss_dropout }),
  write: (c) => ({ r: num(c, 'r'), miss_dropout: num(c, 'miss_dropout') }),
  rest: { mini_r: 1, bias: 'none', inference_mode: true, init_weights: true },
  excludes: true,
  refused: { init_weights: [(value) => value !== 'bat' && value !== 'mini', 'trains blocks of other shapes'] },
  harmless: ['mini_r'],
};
