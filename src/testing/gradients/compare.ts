import { methodOf } from '../../adapters';
import type { Device } from '../../engine/device';
import { nameOf, type LayerCase } from './cases';
import { formulas } from './formulas';
import type { Formula, Given, Shaped } from './formulas/formula';
import { compute, draw, LOOKED_UP, ROWS, type DrawnCase } from './layer';
import { asMatrix, at, matrix, plus, plusRow, sum, timesT, valueAt, type Matrix } from './matrix';
import { storages } from './storage';

/** Distance that a number is moved to each side. The error of a central difference is then about 1e-8 of its third derivative, and rounding in f64 1e-11. */
export const STEP = 1e-4;

/** Half a unit in the last place of f32, 64 times: a result is a sum of some hundred products of up to four factors, each rounded to 24 bits. The largest error seen is a quarter of it. */
export const TOLERANCE = 64 * 2 ** -24;

/** Largest difference of an array from another, over `size`, which is the largest magnitude of the other when left out. */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>, size = largestOf(want)): number {
  if (got.length !== want.length) throw new Error(`${got.length} values beside ${want.length}`);
  let apart = 0;
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(valueAt(got, i) - valueAt(want, i));
    apart = Math.max(apart, Number.isNaN(difference) ? Infinity : difference);
  }
  // A gradient that is 0 everywhere would show nothing.
  return size > 1e-6 ? apart / size : Infinity;
}

export const largestOf = (values: ArrayLike<number>): number => Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Divisor of a gradient's error: its largest magnitude; of a single number, whose terms may cancel, the largest of any gradient of the case. */
export const sizeOfGradient = (name: string, gradients: Readonly<Record<string, ArrayLike<number>>>): number => {
  const own = gradients[name] ?? [];
  return own.length === 1 ? Math.max(...Object.values(gradients).map(largestOf)) : largestOf(own);
};

/** Result of a case. */
export interface Outcome {
  name: string;
  /** Numbers that learn. */
  trainables: number;
  /** By name: 'y', 'x', and everything that learns. */
  errors: Record<string, number>;
}

export const largestError = ({ errors }: Outcome): number => Math.max(...Object.values(errors));

/** The arrays of a case in f64: those of each layer, and those that all have in common, from which the layers' are made anew for each difference. */
interface State {
  x: Float64Array;
  learning: Record<string, Float64Array>;
}

/** y of all layers, side by side, and what is added to the loss. */
function evaluate(c: LayerCase, drawn: DrawnCase, formula: Formula, weights: readonly Matrix[], fixed: readonly Record<string, Shaped>[], now: State, before: State): { y: Matrix; penalty: number } {
  const { in: n, out: m } = c.kind;
  const learnsWeights = methodOf(c.config.method).trains !== 'adapter';
  const given = drawn.layers.map((layer, i): Given => {
    const own = (state: State): Record<string, Shaped> => {
      const part = (name: string, size: number) => (state.learning[name] ?? new Float64Array()).slice(i * size, (i + 1) * size);
      return {
        ...(learnsWeights && { weight: { shape: [m, n], data: part('weight', m * n) }, ...(layer.bias && { bias: { shape: [m], data: part('bias', m) } }) }),
        ...Object.fromEntries(Object.entries(layer.own).map(([name, { shape, data }]) => [name, { shape, data: part(name, data.length) }])),
        ...Object.fromEntries(Object.entries(drawn.common).map(([name, { shape }]) => [name, { shape, data: state.learning[name] ?? new Float64Array() }])),
      };
    };
    const weight = weights[i];
    const still = fixed[i];
    if (!weight) throw new Error(`no weight ${i}`);
    return { settings: c.config, in: n, out: m, weight, tensors: { ...still, ...own(now) }, held: { ...still, ...own(before) } };
  });
  const effective = given.map((g) => formula.weight?.(g) ?? g.weight);
  const apply = (x: Matrix): Matrix[] => given.map((g, i) => {
    const y = timesT(x, effective[i] ?? g.weight);
    const base = learnsWeights ? g.tensors.bias?.data : drawn.layers[i]?.bias;
    const bias = formula.bias ? formula.bias(g, base ? Float64Array.from(base) : null) : base;
    const added = formula.added?.(g, x);
    const all = added ? plus(y, added) : y;
    return bias ? plusRow(all, bias) : all;
  });
  const one = (parts: Matrix[]): Matrix => {
    const [part] = parts;
    if (!part) throw new Error('no layer');
    return parts.length === 1 ? part : matrix(part.rows, parts.length * m, (row, j) => at(parts[Math.floor(j / m)] ?? part, row, j % m));
  };
  const table = effective[0];
  const x = c.kind.use === 'table' && table ? plus(asMatrix(now.x, ROWS, n), matrix(ROWS, n, (i, k) => at(table, LOOKED_UP[i] ?? -1, k))) : asMatrix(now.x, ROWS, n);
  const y = one(apply(x));
  return { y: c.kind.use === 'twice' ? one(apply(y)) : y, penalty: formula.penalty ? sum(given.length, (i) => (given[i] ? (formula.penalty?.(given[i]) ?? 0) : 0)) / given.length : 0 };
}

/** Expected result of a case, in f64. */
interface Reference {
  y: Float64Array;
  /** By name: 'x', and everything that learns. */
  gradients: Record<string, Float64Array>;
}

/** By central differences of every number, of the method's formula. */
function referenceOf(c: LayerCase, drawn: DrawnCase): Reference {
  const formula = formulas[c.config.method];
  if (!formula) throw new Error(`${c.config.method} has no formula in src/testing/gradients/formulas`);
  const learnsWeights = methodOf(c.config.method).trains !== 'adapter';
  const { in: n, out: m } = c.kind;
  const stored = storages[c.storage](drawn.layers.flatMap(({ weight }) => [...weight]));
  const weights = drawn.layers.map((_, i) => asMatrix(stored.slice(i * m * n, (i + 1) * m * n), m, n));
  const fixed = drawn.layers.map((layer) => Object.fromEntries([...Object.entries(layer.fixed), ...Object.entries(drawn.shared)].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }])));
  const all = (of: (layer: DrawnCase['layers'][number]) => Iterable<number>) => Float64Array.from(drawn.layers.flatMap((layer) => [...of(layer)]));
  const [first] = drawn.layers;
  const state = (): State => ({
    x: Float64Array.from(drawn.x),
    learning: {
      ...(learnsWeights && { weight: all(({ weight }) => weight), ...(first?.bias && { bias: all(({ bias }) => bias ?? []) }) }),
      ...Object.fromEntries(Object.keys(first?.own ?? {}).map((name) => [name, all(({ own }) => own[name]?.data ?? [])])),
      ...Object.fromEntries(Object.entries(drawn.common).map(([name, { data }]) => [name, Float64Array.from(data)])),
    },
  });
  const [now, before] = [state(), state()];
  const evaluated = () => evaluate(c, drawn, formula, weights, fixed, now, before);
  const value = () => {
    const { y, penalty } = evaluated();
    return penalty + sum(y.data.length, (i) => valueAt(y.data, i) * valueAt(drawn.dy, i));
  };
  const gradients = Object.fromEntries([['x', now.x] as const, ...Object.entries(now.learning)].map(([name, data]) => [name, differences(data, value)]));
  return { y: evaluated().y.data, gradients };
}

/** Central differences of `value` by each number of `data`, which it reads. */
export const differences = (data: Float64Array, value: () => number): Float64Array => data.slice().map((middle, i) => {
  data[i] = middle + STEP;
  const above = value();
  data[i] = middle - STEP;
  const below = value();
  data[i] = middle;
  return (above - below) / (2 * STEP);
});

/** The same for all ways to run a case, which follow one another. */
let latest: { key: string; drawn: DrawnCase; reference: Reference } | undefined;

/** Compares what the device makes of a case with central differences, in f64, of the method's formula. */
export async function compareLayer(device: Device, c: LayerCase): Promise<Outcome> {
  const key = JSON.stringify([c.config, c.kind, c.storage]);
  if (latest?.key !== key) {
    const drawn = await draw(c);
    latest = { key, drawn, reference: referenceOf(c, drawn) };
  }
  const { drawn, reference } = latest;
  const computed = await compute(device, c, drawn);
  const names = Object.keys(reference.gradients);
  const unexpected = Object.keys(computed.gradients).filter((name) => !names.includes(name));
  if (unexpected.length) throw new Error(`${nameOf(c)} learns ${unexpected.join(', ')}, which nothing was compared with`);
  const errors: Outcome['errors'] = { y: relativeError(computed.y, reference.y) };
  let trainables = 0;
  for (const [name, wanted] of Object.entries(reference.gradients)) {
    errors[name] = relativeError(computed.gradients[name] ?? [], wanted, sizeOfGradient(name, reference.gradients));
    if (name !== 'x') trainables += wanted.length;
  }
  return { name: nameOf(c), trainables, errors };
}
