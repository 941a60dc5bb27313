import * as z from 'zod/mini';
import type { MethodConfig } from '../../field';
import { dropout, empty, pattern, rank, whole, type Codec } from '../../codec';
import { loraCodec } from '../lora/codec';
import { num, numOr } from '../../method';

/** Ranks that layers keep on average. */
export const targetOf = (c: MethodConfig): number => numOr(c, 'target_r', Math.round((2 * num(c, 'init_r')) / 3));

/** Suffix of layers' names in PEFT's `rank_pattern`. */
const PATTERN_OF = '.lora_E';

/** [true, false] as "10", by layer. */
const kept = (p: Record<string, boolean[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(p).map(([name, flags]) => [name.endsWith(PATTERN_OF) ? name.slice(0, -PATTERN_OF.length) : name, flags.map(Number).join('')]));

const share = z._default(z.number().check(z.gte(0), z.lte(1)), 0.85);

/** ADALORA. Its config has LoRA's fields as well, of which `r` says nothing. Source: peft/tuners/adalora/config.py. */
export const adaloraCodec: Codec = {
  type: 'ADALORA',
  peft: true,
  fields: {
    init_r: z._default(rank, 12), target_r: z._default(whole, 8), lora_alpha: z._default(z.number(), 8), lora_dropout: z._default(dropout, 0),
    orth_reg_weight: z._default(z.number().check(z.gte(0)), 0.5), tinit: z._default(z.nullable(whole), 0), tfinal: z._default(z.nullable(whole), 0), deltaT: z._default(whole, 1),
    total_step: z._default(z.nullable(whole), null), beta1: share, beta2: share, rank_pattern: pattern(z.array(z.boolean()).check(z.maxLength(65_536))),
  },
  read: ({ init_r, target_r, lora_alpha, lora_dropout, orth_reg_weight, tinit, tfinal, deltaT, total_step, beta1, beta2, rank_pattern }) => ({
    init_r, target_r, lora_alpha, lora_dropout, orth_reg_weight, tinit, tfinal, deltaT, total_step, beta1, beta2, ...(empty(rank_pattern) ? {} : { rank_pattern: kept(rank_pattern as Record<string, boolean[]>) }),
  }),
  write: (c, { rank_pattern = null }) => ({
    init_r: num(c, 'init_r'), target_r: targetOf(c), lora_alpha: numOr(c, 'lora_alpha', num(c, 'init_r')), lora_dropout: num(c, 'lora_dropout'), orth_reg_weight: num(c, 'orth_reg_weight'),
    tinit: c.tinit, tfinal: c.tfinal, deltaT: num(c, 'deltaT'), total_step: c.total_step, beta1: num(c, 'beta1'), beta2: num(c, 'beta2'),
    rank_pattern: rank_pattern && Object.fromEntries(Object.entries(rank_pattern as Record<string, string>).map(([name, flags]) => [name + PATTERN_OF, [...flags].map((flag) => flag === '1')])),
  }),
  rest: { ...loraCodec.rest, r: 8, use_dora: false, use_rslora: false, alpha_pattern: {} },
  excludes: true,
  refused: loraCodec.refused,
  harmless: loraCodec.harmless,
  card: { ...loraCodec.card, note: 'PEFT adds the penalty on factors that are not orthogonal only where a task type is set, which models of images have none of; here it was part of the loss.' },
};
