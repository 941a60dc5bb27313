import * as z from 'zod/mini';
import type { MethodConfig } from '../../field';
import { drawnFields, drawnRest, dropout, flag, ownCodec, rank, type Codec } from '../../codec';
import { num, numOr } from '../../method';
import { fields } from './fields';

/** 20 r when left out, which is PEFT's default. */
export const randloraAlpha = (c: MethodConfig): number => numOr(c, 'randlora_alpha', 20 * num(c, 'r'));

/** Properties of the file besides the config, whatever its type. */
export const randloraFile: Pick<Codec, 'bases' | 'beside' | 'drawn'> = {
  bases: ['randlora_A', 'randlora_B'],
  // How bases were drawn, how they lie in memory and how a layer runs: the file brings the bases, and computes the same.
  beside: ['bases', 'bases_storage', 'form'],
  drawn: (c) => (c.bases === 'uniform' ? 'PEFT draws them in bf16 here. If it was trained where PEFT draws in f16, they differ: save it with save_projection.' : null),
};

/** RANDLORA, of the method as PEFT has it. Source: peft/tuners/randlora/config.py. */
const peft: Codec = {
  type: 'RANDLORA',
  peft: true,
  fields: { r: z._default(rank, 32), randlora_alpha: z._default(z.number(), 640), randlora_dropout: z._default(dropout, 0), ...drawnFields, sparse: flag(false), very_sparse: flag(false) },
  read: ({ r, randlora_alpha, randlora_dropout, projection_prng_key, sparse, very_sparse }) => ({
    r, randlora_alpha, randlora_dropout, projection_prng_key,
    // PEFT draws very sparse bases when both are set.
    bases: very_sparse ? 'very_sparse' : sparse ? 'sparse' : 'uniform',
  }),
  says: (c) => c.pairing === 'peft' && c.ablation === 'none',
  write: (c) => ({
    r: num(c, 'r'), randlora_alpha: randloraAlpha(c), randlora_dropout: num(c, 'randlora_dropout'), projection_prng_key: num(c, 'projection_prng_key'), save_projection: true,
    sparse: c.bases === 'sparse', very_sparse: c.bases === 'very_sparse',
  }),
  rest: drawnRest,
  excludes: false,
  ...randloraFile,
  card: { note: 'PEFT may warn of missing keys `randlora_A` and `randlora_B`: it looks for a copy under each layer, and the file has the bases once, for all of them.' },
};

export const randloraCodecs: Codec[] = [peft, ownCodec('FULLRANK_RANDLORA', fields, (c) => ({ randlora_alpha: randloraAlpha(c) }), randloraFile)];
