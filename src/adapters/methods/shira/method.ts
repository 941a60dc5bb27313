import { FormatError } from '../../../io/formatError';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { linear } from '../../../ops/matmul';
import { scatter } from '../../../ops/scatter';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { generator } from '../../init';
import { num, type Layer, type Method } from '../../method';
import { shiraCodec } from './codec';
import { fields } from './fields';

/** As many as LoRA of rank r has parameters. */
const count = (c: MethodConfig, { in: n, out: m }: Layer): number => num(c, 'r') * (n + m);

/** The first `k` of a random order of 0 .. n - 1, ascending. */
function someOf(n: number, k: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < k; i++) {
    const j = i + Math.floor(random() * (n - i));
    [order[i], order[j]] = [defined(order[j]), defined(order[i])];
  }
  return order.slice(0, k).sort();
}

/** The places of the `k` largest, ascending; of equal ones the first. */
function largestOf(weight: Float32Array, k: number): Uint32Array {
  const order = Uint32Array.from(weight, (_, i) => i).sort((i, j) => Math.abs(defined(weight[j])) - Math.abs(defined(weight[i])) || i - j);
  return order.slice(0, k).sort();
}

/**
 * SHiRA: delta is zero but for r (in + out) values at fixed places (arXiv 2406.13175). PEFT draws the places of all layers of one
 * size from one seed, which makes them the same; here each layer draws its own. Source: peft/tuners/shira/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [shiraCodec],
  count: { each: 'r (d_in + d_out)' },
  tensors: (c, layer) => ({ shira_weight: [count(c, layer)] }),
  fixed: (c, layer) => ({ shira_indices: { shape: [2, count(c, layer)], dtype: 'I32' } }),
  check(c, layer) {
    const [k, all] = [count(c, layer), layer.in * layer.out];
    if (k > all) throw new ConfigError(`r is ${num(c, 'r')}, which are ${k} values of ${layer.name}; it has ${all}.`);
  },
  range: (layers) => [1, Math.min(...layers.map((l) => Math.floor((l.in * l.out) / (l.in + l.out))))],
  async init(c, layer, random, weight) {
    const k = count(c, layer);
    const draw = c.random_seed === null ? random : generator(`shira ${num(c, 'random_seed')} ${layer.name}`);
    const at = c.mask_type === 'weight_magnitude' ? largestOf(await weight(), k) : someOf(layer.in * layer.out, k, draw);
    const indices = new Float32Array(2 * k);
    at.forEach((place, i) => {
      indices[i] = Math.floor(place / layer.in);
      indices[k + i] = place % layer.in;
    });
    return { shira_weight: new Float32Array(k), shira_indices: indices };
  },
  derive(_, layer, { shira_indices: at }) {
    const k = at!.length / 2;
    const seen = new Set<number>();
    for (let i = 0; i < k; i++) {
      const [row, column] = [defined(at![i]), defined(at![k + i])];
      if (!(row >= 0 && row < layer.out && column >= 0 && column < layer.in)) throw new FormatError(`shira_indices of ${layer.name} has (${row}, ${column}); the weight is [${layer.out}, ${layer.in}].`);
      seen.add(row * layer.in + column);
    }
    if (seen.size < k) throw new FormatError(`shira_indices of ${layer.name} has a place more than once.`);
    return {};
  },
  merged: (_, layer, t) => add(widen(t.weight), scatter(t.own.shira_weight!, t.fixed.shira_indices!, layer.out, layer.in), { label: 'W + delta' }),
  streamed(_, layer, t, x, residual) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    return linear(x, scatter(t.own.shira_weight!, t.fixed.shira_indices!, layer.out, layer.in), { residual: base, label: 'x delta' });
  },
  cost(_, layer, tokens) {
    const d = layer.in * layer.out;
    return { streamed: 3 * tokens * d, merged: tokens * d, merging: d };
  },
};
