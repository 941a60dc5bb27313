import * as z from 'zod/mini';
import { givenPatterns, pattern, rank, type Codec } from '../../codec';
import { num } from '../../method';
import { blockOf } from './block';

const starts = ['gaussian', 'kaiming_uniform', 'xavier_uniform'] as const;

/** C3A. PEFT wants a size that divides both sides of a layer: those of layers that take another than the setting stand in the pattern. Source: peft/tuners/c3a/config.py. */
export const c3aCodec: Codec = {
  type: 'C3A',
  peft: true,
  linearOnly: true,
  fields: {
    block_size: z._default(rank, 256),
    block_size_pattern: pattern(rank),
    init_weights: z._default(z.nullable(z.union([z.boolean(), z.enum(starts)])), 'xavier_uniform'),
  },
  read: ({ block_size, block_size_pattern, init_weights }) => ({
    block_size,
    init_weights: init_weights === true ? 'zeros' : (init_weights || 'xavier_uniform'),
    ...givenPatterns({ block_size_pattern }),
  }),
  write(c, { block_size_pattern = {} }, layers) {
    const others = layers.filter((layer) => blockOf(layer.config, layer) !== num(layer.config, 'block_size'));
    return {
      block_size: num(c, 'block_size'),
      init_weights: c.init_weights === 'zeros' ? true : c.init_weights,
      block_size_pattern: { ...Object.fromEntries(others.map((layer) => [layer.name, blockOf(layer.config, layer)])), ...(block_size_pattern as object) },
    };
  },
  rest: { bias: 'none', inference_mode: true },
  excludes: false,
};
