import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import type { Form } from '../player/form';
import { PlayerError } from './errors';
import type { Update } from './weights';

/** An adapter that is loaded. */
export interface Adapter {
  form: Form;
  /** Null where it is a head alone. */
  update: Update | null;
  /** Its head's tensors, by name; null where it takes the base's. */
  head: ReadonlyMap<string, Float32Array> | null;
}

/** Weight of each adapter by name, in the order in which they were loaded. */
export type Blend = ReadonlyMap<string, number>;

/** Models of one key have the same forward pass and the same classes. */
export const formKey = ({ labels, head, image_size }: Model): string => JSON.stringify([image_size, head, labels]);

/**
 * The head of a blend: H0 + sum of w (H - H0), as all weights are blended. Where the base has none of these classes it is the mean of
 * the adapters' by their weights, which for one adapter is its own. Null where nobody has one. Throws PlayerError of weights of no mean.
 */
export function blendedHead(base: Adapter['head'], parts: readonly (readonly [Pick<Adapter, 'head'>, number])[]): Adapter['head'] {
  const own = parts.flatMap(([{ head }, w]) => (head ? [[head, w] as const] : []));
  const [first] = own;
  if (!first) return base;
  if (!base && own.length === 1) return first[0];
  const sum = own.reduce((total, [, w]) => total + w, 0);
  if (!base && sum === 0) throw new PlayerError('The weights of this blend add up to 0, and the base has no head for its classes to fall back on.');
  return new Map([...first[0].keys()].map((name) => {
    const from = base?.get(name);
    const blended = from ? from.slice() : new Float32Array(defined(first[0].get(name)).length);
    for (const [head, w] of own) {
      const values = defined(head.get(name));
      for (let i = 0; i < blended.length; i++) blended[i] = defined(blended[i]) + (from ? w : w / sum) * (defined(values[i]) - (from ? defined(from[i]) : 0));
    }
    return [name, blended];
  }));
}
