import * as z from 'zod/mini';
import { givenPatterns, pattern, rank, type Codec } from '../../codec';
import type { MethodConfig } from '../../field';
import { num, numOr } from '../../method';

/** r when left out, so that the update is scaled by 1. */
export const ownAlpha = (c: MethodConfig): number => numOr(c, 'alpha', num(c, 'r'));

/** Fields of PEFT's LyCORIS types that say how large the update is, with their defaults there. Source: peft/tuners/lycoris_utils.py. */
export const lycorisFields = { r: z._default(rank, 8), alpha: z._default(z.number(), 8), rank_pattern: pattern(rank), alpha_pattern: pattern(z.number()) };

export const readLycoris = ({ r, alpha, rank_pattern, alpha_pattern }: Record<string, unknown>): Record<string, unknown> => ({ r, alpha, ...givenPatterns({ rank_pattern, alpha_pattern }) });

/** An alpha that is left out is a layer's own rank, which a file says layer by layer. */
export function writeLycoris(c: MethodConfig, { rank_pattern = {}, alpha_pattern = {} }: Record<string, unknown>): Record<string, unknown> {
  const [ranks, alphas] = [rank_pattern as Record<string, number>, alpha_pattern as Record<string, number>];
  return { r: num(c, 'r'), alpha: ownAlpha(c), rank_pattern: ranks, alpha_pattern: c.alpha == null ? { ...alphas, ...ranks, ...alphas } : alphas };
}

/** Further fields that they write. Both dropouts leave out rows or whole layers while PEFT trains, and change no saved adapter; the rest is for convolutions. */
export const lycorisRest = { inference_mode: true, init_weights: true, module_dropout: 0, rank_dropout: 0, use_effective_conv2d: false };

/** LOHA. Source: peft/tuners/loha/config.py. */
export const lohaCodec: Codec = {
  type: 'LOHA',
  peft: true,
  linearOnly: true,
  fields: lycorisFields,
  read: readLycoris,
  write: writeLycoris,
  rest: lycorisRest,
  excludes: true,
};
