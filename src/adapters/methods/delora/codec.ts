import * as z from 'zod/mini';
import { dropout, givenPatterns, pattern, rank, type Codec } from '../../codec';
import { num } from '../../method';

/** DELORA. Source: peft/tuners/delora/config.py. */
export const deloraCodec: Codec = {
  type: 'DELORA',
  peft: true,
  linearOnly: true,
  fields: { r: z._default(rank, 8), delora_lambda: z._default(z.number(), 15), module_dropout: z._default(dropout, 0), rank_pattern: pattern(rank), lambda_pattern: pattern(z.number()) },
  read: ({ r, delora_lambda, module_dropout, rank_pattern, lambda_pattern }) => ({
    r, delora_lambda, module_dropout, ...givenPatterns({ rank_pattern, lambda_pattern }),
  }),
  write: (c, patterns) => ({ r: num(c, 'r'), delora_lambda: num(c, 'delora_lambda'), module_dropout: num(c, 'module_dropout'), rank_pattern: {}, lambda_pattern: {}, ...patterns }),
  rest: { bias: 'none', inference_mode: true, init_weights: true },
  excludes: true,
};
