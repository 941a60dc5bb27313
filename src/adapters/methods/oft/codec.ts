import * as z from 'zod/mini';
import { flag, whole, type Codec } from '../../codec';
import { num } from '../../method';

/** OFT. Source: peft/tuners/oft/config.py. */
export const oftCodec: Codec = {
  type: 'OFT',
  peft: true,
  linearOnly: true,
  fields: {
    r: z._default(whole, 0),
    oft_block_size: z._default(whole, 32),
    block_share: flag(false),
    use_cayley_neumann: flag(true),
    num_cayley_neumann_terms: z._default(z.int().check(z.minimum(1), z.maximum(32)), 5),
    coft: flag(false),
    eps: z._default(z.number().check(z.gt(0)), 6e-5),
  },
  read: ({ r, oft_block_size, block_share, use_cayley_neumann, num_cayley_neumann_terms, coft, eps }) => ({ r, oft_block_size, block_share, use_cayley_neumann, num_cayley_neumann_terms, coft, eps }),
  write: (c) => ({
    r: num(c, 'r'), oft_block_size: num(c, 'oft_block_size'), block_share: c.block_share === true, use_cayley_neumann: c.use_cayley_neumann === true,
    num_cayley_neumann_terms: num(c, 'num_cayley_neumann_terms'), coft: c.coft === true, eps: num(c, 'eps'),
  }),
  rest: { bias: 'none', fan_in_fan_out: false, inference_mode: true, init_weights: true, module_dropout: 0 },
  excludes: true,
  // It acts in training alone, and there on convolutions at most: PEFT has it and does not apply it to linear layers.
  harmless: ['module_dropout'],
  since: '0.18',
  card: { note: 'PEFT has OFT in this form since 0.18.' },
};
