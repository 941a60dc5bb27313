import * as z from 'zod/mini';
import { dropout, flag, ownCodec, rank, type Codec } from '../../codec';
import { num } from '../../method';
import { fields } from './fields';

/**
 * PSOFT. Its folder holds no singular vectors: PEFT makes them when it opens it, with the signs that its library gives them, and under
 * others the same R computes something else. Here each row of V^T has its largest entry positive; these lines make PEFT do the same.
 * Source: peft/tuners/psoft/config.py and layer.py.
 */
const psoftCodec: Codec = {
  type: 'PSOFT',
  peft: true,
  linearOnly: true,
  says: (c) => c.save_vectors === false,
  fields: {
    r: z._default(rank, 32),
    psoft_alpha: z._default(z.number().check(z.gt(0)), 32),
    psoft_dropout: z._default(dropout, 0),
    ab_svd_init: z._default(z.enum(['psoft_init', 'pissa_init']), 'psoft_init'),
    psoft_orth: flag(true),
    psoft_mag_b: flag(true),
    psoft_mag_a: flag(true),
    use_cayley_neumann: flag(false),
    num_cayley_neumann_terms: z._default(z.int().check(z.minimum(1), z.maximum(32)), 5),
    cayley_neumann_eps: z._default(z.nullable(z.number().check(z.gt(0), z.lt(1))), null),
  },
  read: ({ r, psoft_alpha, psoft_dropout, ab_svd_init, psoft_orth, psoft_mag_b, psoft_mag_a, use_cayley_neumann, num_cayley_neumann_terms, cayley_neumann_eps }) => ({
    r, psoft_alpha, psoft_dropout, ab_svd_init, psoft_orth, psoft_mag_b, psoft_mag_a, use_cayley_neumann, num_cayley_neumann_terms, cayley_neumann_eps, save_vectors: false,
  }),
  write: (c) => ({
    r: num(c, 'r'), psoft_alpha: num(c, 'psoft_alpha'), psoft_dropout: num(c, 'psoft_dropout'), ab_svd_init: c.ab_svd_init, psoft_orth: c.psoft_orth === true, psoft_mag_b: c.psoft_mag_b === true, psoft_mag_a: c.psoft_mag_a === true,
    use_cayley_neumann: c.use_cayley_neumann === true, num_cayley_neumann_terms: num(c, 'num_cayley_neumann_terms'), cayley_neumann_eps: c.cayley_neumann_eps ?? null,
  }),
  rest: { fan_in_fan_out: false, inference_mode: true, init_weights: true, psoft_svd: 'full', psoft_svd_lowrank_niter: 10, random_seed: 0 },
  excludes: true,
  refused: { psoft_svd: [(v) => v == null || v === 'full', 'takes singular vectors of a randomised decomposition, which cannot be made again'] },
  since: '0.19',
  remade: 'A folder of PSOFT from PEFT holds no singular vectors. They are made again from the model\'s weights, and where PEFT gave them other signs the adapter computes something else than it did there; let PEFT convert it to a LoRA (save_as_lora), which has none.',
  card: {
    setup: `from peft.tuners.psoft.layer import PsoftLayer
def signed(factors):  # PEFT takes singular vectors with any signs, under which the adapter would be another
    def largest_positive(*args, **kwargs):
        u, s, vh = factors(*args, **kwargs)
        sign = vh.gather(1, vh.abs().argmax(1, keepdim=True)).sign()
        return u * sign.T, s, vh * sign
    return largest_positive
PsoftLayer._compute_svd_factors = signed(PsoftLayer._compute_svd_factors)`,
    note: 'PEFT has PSOFT since 0.19. It makes singular vectors when it opens the folder: without the lines above it may give them other signs, and then computes something else without a word. Exported as LoRA the adapter needs no such care.',
  },
};

const own = ownCodec('FULLRANK_PSOFT', fields, () => ({}), { card: { note: 'for PEFT export it as LoRA, which computes the same' } });

/** PEFT's type, and ours for folders that hold the singular vectors. */
export const psoftCodecs: Codec[] = [psoftCodec, { ...own, read: (config) => ({ ...own.read(config), save_vectors: true }) }];
