import { quote } from '../../../errors/text';
import type { Tensor } from '../../../engine/tensor';
import { FormatError } from '../../../io/formatError';
import { defined } from '../../../numbers/defined';
import { dropout } from '../../../ops/dropout';
import { gather, MOST_GATHERED, placesOf } from '../../../ops/gather';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import { defaultOf, type MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { besideBase, num, type Arrays, type FixedTensor, type Layer, type LayerTensors, type Method } from '../../method';
import { uniloraCodec } from './codec';
import { equivalent } from './equivalent';
import { fields } from './fields';
import { assign, type Assigned } from './places';

const THETA = 'unilora_theta_d';
const SIDES = ['A', 'B'] as const;
type Side = (typeof SIDES)[number];

/** Setting of a layer that follows from all of them: gives what is drawn for it. */
const DRAWN = 'drawn';

/** A (r, in) and B (out, r). */
const shapeOf = (c: MethodConfig, { in: n, out: m }: Layer, side: Side): [number, number] => (side === 'A' ? [num(c, 'r'), n] : [m, num(c, 'r')]);
const entriesOf = (c: MethodConfig, { in: n, out: m }: Layer): number => num(c, 'r') * (n + m);

/** A layer's part of what is assigned, behind `from` entries of others: the numbers at its places, and their factors. */
function partOf(c: MethodConfig, layer: Layer, { indices, scales }: Assigned, from: number): Arrays {
  let at = from;
  return Object.fromEntries(SIDES.flatMap((side) => {
    const [rows, columns] = shapeOf(c, layer, side);
    const own = Float32Array.from(indices.subarray(at, (at += rows * columns)));
    return [[`unilora_indices_${side}`, own], [`unilora_scales_${side}`, own.map((n) => defined(scales[n]))]];
  }));
}

const assigned = (c: MethodConfig, entries: number): Assigned => assign(entries, num(c, 'theta_d_length'), num(c, 'proj_seed'));

/** Draws of a layer; for it alone where no others are known. */
const drawnOf = (c: MethodConfig, layer: Layer): Arrays => (c[DRAWN] as (() => Arrays) | undefined)?.() ?? partOf(c, layer, assigned(c, entriesOf(c, layer)), 0);

/** With where each number goes, by which its gradient is added up. */
function withPlaces(c: MethodConfig, { name }: Layer, given: Arrays): Arrays {
  const d = num(c, 'theta_d_length');
  return Object.fromEntries(SIDES.flatMap((side) => {
    const [indices, scales] = [`unilora_indices_${side}`, `unilora_scales_${side}`];
    const own = defined(given[indices]);
    const wrong = own.find((n) => !(Number.isInteger(n) && n >= 0 && n < d));
    if (wrong !== undefined) throw new FormatError(`${indices} of ${quote(name)} names number ${wrong} of the vector; it has ${d}.`);
    const { order, starts } = placesOf(own, d);
    return [[indices, own], [scales, defined(given[scales])], [`unilora_order_${side}`, order], [`unilora_starts_${side}`, starts]];
  }));
}

/** A (1, r, in) and B (1, out, r), their entries out of the vector. */
function factors(c: MethodConfig, layer: Layer, t: LayerTensors): Record<Side, Tensor> {
  const placed = (side: Side) => {
    const of = (what: string) => defined(t.fixed[`unilora_${what}_${side}`]);
    return gather(defined(t.common[THETA]), { index: of('indices'), factor: of('scales'), order: of('order'), starts: of('starts') }, [1, ...shapeOf(c, layer, side)], side);
  };
  return { A: placed('A'), B: placed('B') };
}

/**
 * Uni-LoRA: delta = B A, their entries being numbers of one vector for the whole model, each divided by the square root of how often it
 * stands anywhere (arXiv 2506.00799). Source: peft/tuners/unilora/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [uniloraCodec],
  equivalent,
  settled(c, layers) {
    let entries = 0;
    const before = new Map(layers.map((layer) => {
      const from = entries;
      entries += entriesOf(c, layer);
      return [layer.name, from];
    }));
    let all: Assigned | undefined;
    return (layer) => {
      const from = before.get(layer.name);
      // One that does not run here brings its own.
      return from === undefined ? {} : { [DRAWN]: () => partOf(c, layer, (all ??= assigned(c, entries)), from) };
    };
  },
  apart: () => ({ save_indices: true }),
  check(c, layer) {
    const most = Math.max(...SIDES.map((side) => shapeOf(c, layer, side)).map(([rows, columns]) => rows * columns));
    if (most > MOST_GATHERED) throw new ConfigError(`r is ${num(c, 'r')}, which gives a matrix of ${layer.name} ${most} entries; at most ${MOST_GATHERED} can be filled.`);
  },
  count: { all: 'theta_d_length' },
  tensors: () => ({}),
  common(c) {
    const [d, bound] = [num(c, 'theta_d_length'), num(c, 'init_theta_d_bound')];
    return { [THETA]: { shape: [d], start: (random) => Float32Array.from({ length: d }, () => (2 * random() - 1) * bound) } };
  },
  fixed(c, layer) {
    const derived = c.save_indices !== true;
    return Object.fromEntries(SIDES.flatMap((side): [string, FixedTensor][] => {
      const shape = shapeOf(c, layer, side);
      return [
        [`unilora_indices_${side}`, { shape, dtype: 'I64', derived }],
        [`unilora_scales_${side}`, { shape, derived }],
        [`unilora_order_${side}`, { shape: [shape[0] * shape[1]], derived: true }],
        [`unilora_starts_${side}`, { shape: [num(c, 'theta_d_length') + 1], derived: true }],
      ];
    }));
  },
  derive: (c, layer, own) => withPlaces(c, layer, c.save_indices ? own : drawnOf(c, layer)),
  // Beyond as many numbers as the matrices have entries some would stand nowhere.
  range: (layers) => [1, layers.reduce((sum, { in: n, out: m }) => sum + n + m, 0) * defaultOf(fields, 'r')],
  init: (c, layer) => withPlaces(c, layer, drawnOf(c, layer)),
  merged(c, layer, t) {
    const { A, B } = factors(c, layer, t);
    return batchedMatmul(B, A, { residual: widen(t.weight), label: 'W + B A' });
  },
  ...besideBase((c, layer, t, base, x, training) => {
    const { A, B } = factors(c, layer, t);
    return linear(linear(training ? dropout(x, num(c, 'unilora_dropout')) : x, A, { label: 'x A' }), B, { residual: base, label: 'B' });
  }),
  cost(c, layer, tokens) {
    const [r, d] = [num(c, 'r'), layer.in * layer.out];
    // Each entry is put in place once, and its gradient taken from there once.
    const placing = 2 * entriesOf(c, layer);
    return { streamed: 3 * tokens * r * (layer.in + layer.out) + placing, merged: tokens * d, merging: 3 * r * d + placing };
  },
};
