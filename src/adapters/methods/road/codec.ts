import * as z from 'zod/mini';
import type { Codec } from '../../codec';
import { num } from '../../method';

/** ROAD. Source: peft/tuners/road/config.py. */
export const roadCodec: Codec = {
  type: 'ROAD',
  peft: true,
  linearOnly: true,
  fields: { variant: z._default(z.enum(['road_1', 'road_2', 'road_4']), 'road_1'), group_size: z._default(z.int().check(z.minimum(2), z.maximum(65_536), z.multipleOf(2)), 64) },
  read: ({ variant, group_size }) => ({ variant, group_size }),
  write: (c) => ({ variant: c.variant, group_size: num(c, 'group_size') }),
  rest: { inference_mode: true, init_weights: true },
  excludes: false,
  numbers: false,
};
