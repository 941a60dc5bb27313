import { recorder } from '../../../engine/record';
import { rowsOf, type Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { swap } from '../../../ops/swap';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { kaimingUniform } from '../../init';
import { besideBase, num, type Layer, type LayerTensors, type Method } from '../../method';
import { ownAlpha } from '../loha/codec';
import { lokrCodec } from './codec';
import { fields } from './fields';

/** Two factors of a side: the given one first where it divides the side, else the two nearest to each other of which the smaller, which is first, is at most that. Source: peft/tuners/lokr/layer.py, factorization. */
export function split(side: number, factor: number): [number, number] {
  if (factor > 0 && side % factor === 0) return [factor, side / factor];
  const most = Math.floor(Math.sqrt(side));
  for (let first = factor === -1 ? most : Math.min(factor, most); first > 1; first--) if (side % first === 0) return [first, side / first];
  return [1, side];
}

interface Sizes {
  r: number;
  /** Of the first matrix, outputs and inputs. */
  l: number;
  m: number;
  /** Of the second. */
  k: number;
  n: number;
  /** True if they are trained as they are; otherwise each is a product of rank r. */
  whole1: boolean;
  whole2: boolean;
}

function sizes(c: MethodConfig, layer: Layer): Sizes {
  const [r, factor] = [num(c, 'r'), num(c, 'decompose_factor')];
  const [[l, k], [m, n]] = [split(layer.out, factor), split(layer.in, factor)];
  return { r, l, m, k, n, whole1: !(c.decompose_both === true && r < Math.max(l, m) / 2), whole2: !(r < Math.max(k, n) / 2) };
}

const scale = (c: MethodConfig): number => ownAlpha(c) / num(c, 'r');

/** One of the two matrices, (G, rows, columns). */
const factorOf = ({ own }: LayerTensors, name: string): Tensor => own[name] ?? batchedMatmul(defined(own[`${name}_a`]), defined(own[`${name}_b`]), { label: name });

/** alpha x W^T for one of them, without making it where it is a product. */
const through = ({ own }: LayerTensors, name: string, x: Tensor, alpha = 1): Tensor =>
  own[name] ? linear(x, own[name], { alpha, label: `x ${name}` }) : linear(linear(x, defined(own[`${name}_b`]), { label: `x ${name}_b` }), defined(own[`${name}_a`]), { alpha, label: `x ${name}` });

/** LoKr: delta = alpha / r w1 (x) w2, Kronecker's product (LyCORIS, arXiv 2309.14859). Source: peft/tuners/lokr/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [lokrCodec],
  tensors(c, layer) {
    const { r, l, m, k, n, whole1, whole2 } = sizes(c, layer);
    return { ...(whole1 ? { lokr_w1: [l, m] } : { lokr_w1_a: [l, r], lokr_w1_b: [r, m] }), ...(whole2 ? { lokr_w2: [k, n] } : { lokr_w2_a: [k, r], lokr_w2_b: [r, n] }) };
  },
  suffixes: ['lokr_w1', 'lokr_w1_a', 'lokr_w1_b', 'lokr_w2', 'lokr_w2_a', 'lokr_w2_b'],
  // From half the longer side of the second matrix on, the count stays as it is.
  range: (layers) => [1, Math.max(...layers.map((l) => Math.ceil(Math.max(split(l.in, -1)[1], split(l.out, -1)[1]) / 2)))],
  init(c, layer, random) {
    const { r, l, m, k, n, whole1, whole2 } = sizes(c, layer);
    return {
      ...(whole1 ? { lokr_w1: new Float32Array(l * m) } : { lokr_w1_a: new Float32Array(l * r), lokr_w1_b: kaimingUniform(r, m, random) }),
      ...(whole2 ? { lokr_w2: kaimingUniform(k, n, random) } : { lokr_w2_a: kaimingUniform(k, r, random), lokr_w2_b: kaimingUniform(r, n, random) }),
    };
  },
  runsAsOne: (_, form) => form === 'merged',
  merged(c, layer, t) {
    const { l, m, k, n } = sizes(c, layer);
    const G = defined(t.weight.shape[0]);
    const rec = recorder();
    const products = batchedMatmul(rec.view(factorOf(t, 'lokr_w1'), [G, l * m, 1]), rec.view(factorOf(t, 'lokr_w2'), [G, 1, k * n]), { alpha: scale(c), label: 's w1 w2' });
    return add(widen(t.weight), swap(products, [m, k, n], [G, layer.out, layer.in], 's w1 (x) w2'), { label: 'W + s w1 (x) w2' });
  },
  // x as matrices (m, n), one a row: w1 x w2^T, a few operations beside those of the whole weight.
  ...besideBase((c, layer, t, base, x) => {
    const { l, m, k, n } = sizes(c, layer);
    const T = rowsOf(x);
    const right = through(t, 'lokr_w2', recorder().view(x, [T * m, n]));
    const left = through(t, 'lokr_w1', swap(right, [m, k, 1], [T * k, m], 'turned'), scale(c));
    return add(base, swap(left, [k, l, 1], [...x.shape.slice(0, -1), layer.out], 'turned back'), { label: 's w1 x w2' });
  }),
  cost(c, layer, tokens) {
    const { r, l, m, k, n, whole1, whole2 } = sizes(c, layer);
    const d = layer.in * layer.out;
    const [first, second] = [whole1 ? l * m : r * (l + m), whole2 ? k * n : r * (k + n)];
    return { streamed: 3 * tokens * (m * second + k * first + layer.out), merged: tokens * d, merging: 4 * d };
  },
};
