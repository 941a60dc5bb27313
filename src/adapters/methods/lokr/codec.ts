import * as z from 'zod/mini';
import { flag, type Codec } from '../../codec';
import { num } from '../../method';
import { lycorisFields, lycorisRest, readLycoris, writeLycoris } from '../loha/codec';

/** LOKR. Source: peft/tuners/lokr/config.py. */
export const lokrCodec: Codec = {
  type: 'LOKR',
  peft: true,
  linearOnly: true,
  fields: { ...lycorisFields, decompose_both: flag(false), decompose_factor: z._default(z.int().check(z.gte(-1)), -1) },
  read: (config) => ({ ...readLycoris(config), decompose_both: config.decompose_both, decompose_factor: config.decompose_factor }),
  write: (c, patterns) => ({ ...writeLycoris(c, patterns), decompose_both: c.decompose_both === true, decompose_factor: num(c, 'decompose_factor') }),
  rest: { ...lycorisRest, rank_dropout_scale: false },
  excludes: true,
};
