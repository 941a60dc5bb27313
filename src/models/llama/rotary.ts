import * as z from 'zod/mini';
import { written } from '../../errors/text';
import { cos, exp, log, sin } from '../../numbers/elementary';
import { defined } from '../../numbers/defined';
import { ModelError } from '../model';

/** Rotary positions: angles of each position and channel, as a table of cos and sin that is made here. */
export interface Rotary {
  theta: number;
  scaling:
    | { type: 'default' }
    | { type: 'llama3'; factor: number; low: number; high: number; original: number }
    /** Divisors of the frequencies, within the `original` positions and beyond them; `magnitude` of cos and sin. */
    | { type: 'longrope'; short: number[]; long: number[]; original: number; magnitude: number };
}

const positive = z.number().check(z.gt(0));
const factors = z.array(positive).check(z.maxLength(4096));

/** `rope_scaling` of transformers 4, and `rope_parameters` of 5. */
const parameters = z.looseObject({
  rope_type: z.optional(z.string()),
  type: z.optional(z.string()),
  rope_theta: z.optional(positive),
  factor: z.optional(positive),
  low_freq_factor: z.optional(positive),
  high_freq_factor: z.optional(positive),
  original_max_position_embeddings: z.optional(positive),
  short_factor: z.optional(factors),
  long_factor: z.optional(factors),
  attention_factor: z.nullish(positive),
  partial_rotary_factor: z.optional(z.number()),
});

/** Fields of a config that say how positions turn. */
export const rotaryFields = { rope_theta: z.optional(positive), rope_scaling: z.nullish(parameters), rope_parameters: z.nullish(parameters), original_max_position_embeddings: z.nullish(positive), partial_rotary_factor: z.optional(z.number()) };

type Fields = z.output<z.ZodMiniObject<typeof rotaryFields>> & { max_position_embeddings: number };

/** The rotary positions of a config, as transformers 4 or 5 wrote it, with heads of `head_dim` channels. Throws ModelError of a kind that is not supported. */
export function rotaryOf(c: Fields, head_dim: number): Rotary {
  const given = c.rope_parameters ?? c.rope_scaling ?? {};
  const theta = given.rope_theta ?? c.rope_theta ?? 10_000;
  const named = given.rope_type ?? given.type ?? 'default';
  const partial = given.partial_rotary_factor ?? c.partial_rotary_factor ?? 1;
  if (partial !== 1) throw new ModelError(`config.json: partial_rotary_factor is ${partial}; here whole heads are turned.`);
  const need = <T>(field: string, value: T | null | undefined): T => {
    if (value === null || value === undefined) throw new ModelError(`config.json: rotary positions of the kind ${named} need ${field}.`);
    return value;
  };
  if (named === 'default') return { theta, scaling: { type: 'default' } };
  if (named === 'llama3') {
    const original = need('original_max_position_embeddings', given.original_max_position_embeddings);
    return { theta, scaling: { type: 'llama3', factor: need('factor', given.factor), low: need('low_freq_factor', given.low_freq_factor), high: need('high_freq_factor', given.high_freq_factor), original } };
  }
  // Phi-3's first configs say su.
  if (named === 'longrope' || named === 'su') {
    const original = given.original_max_position_embeddings ?? need('original_max_position_embeddings', c.original_max_position_embeddings);
    const by = c.max_position_embeddings / original;
    const magnitude = given.attention_factor ?? (by <= 1 ? 1 : Math.sqrt(1 + log(by) / log(original)));
    const [short, long] = [need('short_factor', given.short_factor), need('long_factor', given.long_factor)];
    for (const list of [short, long]) if (list.length !== head_dim / 2) throw new ModelError(`config.json: short_factor and long_factor must have ${head_dim / 2} numbers, one of them has ${list.length}.`);
    return { theta, scaling: { type: 'longrope', short, long, original, magnitude } };
  }
  throw new ModelError(`config.json: rotary positions of the kind ${written(named, 60)}; supported are default, llama3, longrope.`);
}

/**
 * cos and sin (positions, 2, head_dim / 2) for texts of `length` tokens, as many as there are positions when left out, with the roundings to f32
 * that transformers makes: of a frequency, and of an angle. Source: transformers modeling_rope_utils.py.
 */
export function rotaryTable(rotary: Rotary, head_dim: number, positions: number, length = positions): Float32Array {
  const half = head_dim / 2;
  const { scaling } = rotary;
  const table = new Float32Array(positions * head_dim);
  const magnitude = scaling.type === 'longrope' ? scaling.magnitude : 1;
  for (let i = 0; i < half; i++) {
    const frequency = Math.fround(frequencyOf(rotary, i, head_dim, length));
    for (let p = 0; p < positions; p++) {
      const angle = Math.fround(frequency * p);
      table[p * head_dim + i] = cos(angle) * magnitude;
      table[p * head_dim + half + i] = sin(angle) * magnitude;
    }
  }
  return table;
}

/** Divisors of the frequencies of the kind llama3, against those that are not scaled (head_dim / 2). */
export function frequencyDivisors(rotary: Rotary, head_dim: number): Float32Array {
  const plain: Rotary = { theta: rotary.theta, scaling: { type: 'default' } };
  return Float32Array.from({ length: head_dim / 2 }, (_, i) => frequencyOf(plain, i, head_dim, 1) / frequencyOf(rotary, i, head_dim, 1));
}

function frequencyOf({ theta, scaling }: Rotary, i: number, head_dim: number, length: number): number {
  const plain = 1 / exp(log(theta) * ((2 * i) / head_dim));
  if (scaling.type === 'longrope') return plain / defined((length > scaling.original ? scaling.long : scaling.short)[i]);
  if (scaling.type === 'default') return plain;
  const { factor, low, high, original } = scaling;
  const wavelength = (2 * Math.PI) / plain;
  if (wavelength > original / low) return plain / factor;
  if (wavelength < original / high) return plain;
  const smooth = (original / wavelength - low) / (high - low);
  return ((1 - smooth) * plain) / factor + smooth * plain;
}
