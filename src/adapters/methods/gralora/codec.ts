import * as z from 'zod/mini';
import { commonRest, dropout, rank, whole, type Codec } from '../../codec';
import type { MethodConfig } from '../../field';
import { num, numOr } from '../../method';

/** Twice r when left out, as large as it is beside PEFT's r. */
export const graloraAlpha = (c: MethodConfig): number => numOr(c, 'alpha', 2 * num(c, 'r'));

/** GRALORA, since PEFT 0.19. Source: peft/tuners/gralora/config.py. */
export const graloraCodec: Codec = {
  type: 'GRALORA',
  peft: true,
  fields: { r: z._default(rank, 32), hybrid_r: z._default(whole, 0), alpha: z._default(z.number(), 64), gralora_dropout: z._default(dropout, 0), gralora_k: z._default(rank, 2) },
  read: ({ r, hybrid_r, alpha, gralora_dropout, gralora_k }) => ({ r, hybrid_r, alpha, gralora_dropout, gralora_k }),
  write: (c) => ({ r: num(c, 'r'), hybrid_r: num(c, 'hybrid_r'), alpha: graloraAlpha(c), gralora_dropout: num(c, 'gralora_dropout'), gralora_k: num(c, 'gralora_k') }),
  rest: { ...commonRest, init_weights: true },
  excludes: false,
  since: '0.19',
};
