import * as z from 'zod/mini';
import { fullMatch } from '../../../io/pythonRegex';
import type { Codec } from '../../codec';

const names = z.union([z.string().check(z.maxLength(1000)), z.array(z.string().check(z.maxLength(1000))).check(z.maxLength(10_000))]);

/** A list as a regular expression: PEFT wants a list to be a part of the list of targets, which files may spell by whole names. */
const asPattern = (modules: unknown): string | string[] =>
  Array.isArray(modules) && modules.length > 0 ? `(.*\\.)?(${(modules as string[]).map((name) => name.replace(/[^\w]/g, '\\$&')).join('|')})` : ((modules as string | null) ?? []);

/** IA3. Source: peft/tuners/ia3/config.py. */
export const ia3Codec: Codec = {
  type: 'IA3',
  peft: true,
  fields: { feedforward_modules: z._default(z.nullable(names), null) },
  read({ feedforward_modules: modules }) {
    if (typeof modules === 'string') fullMatch(modules);
    return { feedforward_modules: Array.isArray(modules) && modules.length === 0 ? null : modules };
  },
  write: ({ feedforward_modules: modules }) => ({ feedforward_modules: asPattern(modules) }),
  rest: { fan_in_fan_out: false, inference_mode: true, init_ia3_weights: true },
  excludes: true,
  numbers: false,
  harmless: ['init_ia3_weights'],
};
