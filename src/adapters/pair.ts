import type { Codec } from './codec';
import type { MethodConfig, MethodFields } from './field';
import { besideBase, type Arrays, type Method, type Prompts } from './method';
import { nameInPair } from './pair.fields';

/** A method whose update, if it has one, adds to what the layer makes and, merged, to the weight. */
export type Addend = Method & Required<Pick<Method, 'update'>>;

type Own = (c: MethodConfig) => MethodConfig;

/** Members that work on all layers of one method, and cannot do so for two at once. */
const alone = ['afterStep', 'average', 'finished', 'outer'] as const;

/** A method's own config out of a pair's, which is read over and over. */
function partOf(first: MethodFields, part: MethodFields): Own {
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

/** Formula of what both count on a matrix, by the pair's settings. */
function countOf(first: MethodFields, parts: readonly Method[]): Method['count'] {
  const each = parts.flatMap(({ fields, count }) => (count?.each === undefined ? [] : fields.fields.reduce((text, { name }) => text.replace(new RegExp(`\\b${name}\\b`, 'g'), nameInPair(first, fields, name)), count.each)));
  return { each: each.length > 0 ? each.join(' + ') : undefined };
}

/** Prompts of one part of a pair, by the pair's settings. The pair is saved as a whole. */
function promptsOf({ texts, compare, tensors, count, fresh, put }: Prompts, own: Own): Prompts {
  return {
    tensors: (c, ...on) => tensors(own(c), ...on),
    count: (c) => count(own(c)),
    fresh: (c, ...at) => fresh(own(c), ...at),
    put: (c, ...into) => put(own(c), ...into),
    ...(compare && { compare: (c, ...seen) => compare(own(c), ...seen) }),
    ...(texts && { texts: { ...texts, words: (c) => texts.words(own(c)), vectors: (c) => texts.vectors(own(c)), rows: (c, names) => texts.rows(own(c), names) } }),
  };
}

/**
 * Two methods on one model, each with its own tensors, whose names must differ: where both are on a layer, delta is the sum of both;
 * one of them may put tokens into sequences, as long as it does not ask for the model without any method (`Compared.frozen`), whose
 * layers the other changes. `fields` has the settings of both (`pairFields`), and its budget is that of one of them. Throws where one of
 * them does something of its own with what it has trained.
 */
export function pair(fields: MethodFields, codecs: Codec[], first: Addend, second: Addend): Method {
  const parts = [first, second].map((method) => ({ method, own: partOf(first.fields, method.fields) }));
  for (const { method } of parts) for (const name of alone) if (method[name]) throw new Error(`${fields.method}: ${method.fields.method} has \`${name}\`, of which a pair can do no part.`);
  const both = <T extends object>(of: (method: Addend, own: Own) => T | undefined): T => Object.assign({}, ...parts.map(({ method, own }) => of(method, own))) as T;
  const inTurn = async (of: (method: Addend, own: Own) => Promise<Arrays> | Arrays | undefined): Promise<Arrays> => {
    const all: Arrays = {};
    for (const { method, own } of parts) Object.assign(all, await of(method, own));
    return all;
  };
  const prompts = parts.flatMap(({ method, own }) => (method.prompts ? promptsOf(method.prompts, own) : []))[0];
  const budgeted = parts.find(({ method }) => method.fields.budget !== null && nameInPair(first.fields, method.fields, method.fields.budget) === fields.budget);
  const merges = parts.flatMap(({ method: { merged }, own }) => (merged ? { merged, own } : []));
  const mergeable = merges.length === parts.length;
  return {
    fields,
    trains: 'adapter',
    codecs,
    count: countOf(first.fields, [first, second]),
    tensors: (c, layer) => both((method, own) => method.tensors(own(c), layer)),
    fixed: (c, layer) => both((method, own) => method.fixed?.(own(c), layer)),
    shared: (c, layers, file) => both((method, own) => method.shared?.(own(c), layers, file)),
    common: (c, layers) => both((method, own) => method.common?.(own(c), layers)),
    penalty(c, layers) {
      const all = parts.flatMap(({ method, own }) => method.penalty?.(own(c), layers) ?? []);
      return all.length > 0 ? (stack) => all.flatMap((penalty) => penalty(stack)) : null;
    },
    ...(prompts && { prompts }),
    check: (c, layer) => parts.forEach(({ method, own }) => method.check?.(own(c), layer)),
    range: budgeted?.method.range,
    decays: (c) => parts.every(({ method, own }) => method.decays?.(own(c)) ?? true),
    init: (c, layer, random, weight) => inTurn((method, own) => method.init(own(c), layer, random, weight)),
    derive: (c, layer, values, weight) => inTurn((method, own) => method.derive?.(own(c), layer, values, weight)),
    runsAsOne: (c, form) => parts.every(({ method, own }) => method.runsAsOne?.(own(c), form)),
    ...(mergeable && { merged: (c, layer, t) => merges.reduce((weight, { merged, own }) => merged(own(c), layer, { ...t, weight }), t.weight) }),
    ...besideBase((c, layer, t, base, x, training) => parts.reduce((y, { method, own }) => method.update(own(c), layer, t, y, x, training), base)),
    cost(c, layer, tokens) {
      const costs = parts.map(({ method, own }) => ({ merged: 0, merging: 0, ...(method.cost?.(own(c), layer, tokens) ?? { streamed: 0 }) }));
      const sum = (of: 'streamed' | 'merging') => costs.reduce((s, cost) => s + cost[of], 0);
      // The gradient of the merged weight is one, whatever was added to it.
      return { streamed: sum('streamed'), ...(mergeable && { merged: Math.max(...costs.map(({ merged }) => merged)), merging: sum('merging') }) };
    },
  };
}
