import type { MethodConfig } from '../train/protocol';
import type { Codec } from './codec';
import type { MethodFields } from './field';
import { besideBase, type Arrays, type Method } from './method';
import { nameInPair } from './pair.fields';

/** A method whose update adds to what the layer makes and, merged, to the weight. */
export type Addend = Method & Required<Pick<Method, 'update' | 'merged'>>;

/** A method's own config out of a pair's, which is read over and over. */
function partOf(first: MethodFields, part: MethodFields): (c: MethodConfig) => MethodConfig {
  const names = part.fields.map(({ name }) => [name, nameInPair(first, part, name)] as const);
  const known = new WeakMap<MethodConfig, MethodConfig>();
  return (c) => {
    let own = known.get(c);
    if (!own) {
      own = { method: part.method };
      for (const [name, inPair] of names) own[name] = c[inPair];
      known.set(c, own);
    }
    return own;
  };
}

/**
 * Two methods on the same layers, each with its own tensors: delta is the sum of both. `fields` has the settings of both
 * (`pairFields`), and its budget is the first's. The tensors of the two must have different names.
 */
export function pair(fields: MethodFields, codecs: Codec[], first: Addend, second: Addend): Method {
  const parts = [first, second].map((method) => ({ method, own: partOf(first.fields, method.fields) }));
  const both = <T extends object>(of: (method: Addend, own: (c: MethodConfig) => MethodConfig) => T | undefined): T => Object.assign({}, ...parts.map(({ method, own }) => of(method, own))) as T;
  const inTurn = async (of: (method: Addend, own: (c: MethodConfig) => MethodConfig) => Promise<Arrays> | Arrays | undefined): Promise<Arrays> => {
    const all: Arrays = {};
    for (const { method, own } of parts) Object.assign(all, await of(method, own));
    return all;
  };
  return {
    fields,
    trains: 'adapter',
    codecs,
    tensors: (c, layer) => both((method, own) => method.tensors(own(c), layer)),
    fixed: (c, layer) => both((method, own) => method.fixed?.(own(c), layer)),
    shared: (c, layers, file) => both((method, own) => method.shared?.(own(c), layers, file)),
    check: (c, layer) => parts.forEach(({ method, own }) => method.check?.(own(c), layer)),
    range: first.range,
    decays: (c) => parts.every(({ method, own }) => method.decays?.(own(c)) ?? true),
    init: (c, layer, random, weight) => inTurn((method, own) => method.init(own(c), layer, random, weight)),
    derive: (c, layer, values, weight) => inTurn((method, own) => method.derive?.(own(c), layer, values, weight)),
    runsAsOne: (c, form) => parts.every(({ method, own }) => method.runsAsOne?.(own(c), form)),
    merged: (c, layer, t) => parts.reduce((weight, { method, own }) => method.merged(own(c), layer, { ...t, weight }), t.weight),
    ...besideBase((c, layer, t, base, x, training) => parts.reduce((y, { method, own }) => method.update(own(c), layer, t, y, x, training), base)),
    cost(c, layer, tokens) {
      const costs = parts.map(({ method, own }) => ({ merged: 0, merging: 0, ...(method.cost?.(own(c), layer, tokens) ?? { streamed: 0 }) }));
      const sum = (of: 'streamed' | 'merging') => costs.reduce((s, cost) => s + cost[of], 0);
      // The gradient of the merged weight is one, whatever was added to it.
      return { streamed: sum('streamed'), merged: Math.max(...costs.map(({ merged }) => merged)), merging: sum('merging') };
    },
  };
}
