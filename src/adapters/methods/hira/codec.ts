import * as z from 'zod/mini';
import { dropout, givenPatterns, pattern, rank, type Codec } from '../../codec';
import { num } from '../../method';

/** HIRA, since PEFT 0.20. Source: peft/tuners/hira/config.py. */
export const hiraCodec: Codec = {
  type: 'HIRA',
  peft: true,
  fields: { r: z._default(rank, 32), hira_dropout: z._default(dropout, 0), rank_pattern: pattern(rank) },
  read: ({ r, hira_dropout, rank_pattern }) => ({ r, hira_dropout, ...givenPatterns({ rank_pattern }) }),
  write: (c, patterns) => ({ r: num(c, 'r'), hira_dropout: num(c, 'hira_dropout'), rank_pattern: {}, ...patterns }),
  rest: { fan_in_fan_out: false, inference_mode: true, init_weights: true },
  excludes: true,
  since: '0.20',
  card: { note: 'PEFT has HiRA since 0.20.' },
};
