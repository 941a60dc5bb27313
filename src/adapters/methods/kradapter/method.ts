import type { Tensor } from '../../../engine/tensor';
import { khatriRao, type KhatriRaoOptions } from '../../../ops/khatriRao';
import { linear } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { kradapterCodec } from './codec';
import { fields } from './fields';
import { num, type Layer, type LayerTensors, type Method } from '../../method';

/** Rows of u and v, and how long they are: k1 k2 is at least the longer side of the weight. */
function sizes({ in: n, out: m }: Layer): { rows: number; k1: number; k2: number; cols: number } {
  const [rows, cols] = [Math.min(n, m), Math.max(n, m)];
  const k1 = Math.floor(Math.sqrt(rows));
  return { rows, cols, k1, k2: Math.ceil(cols / k1) };
}

const update = (c: MethodConfig, layer: Layer, t: LayerTensors, options: KhatriRaoOptions): Tensor =>
  khatriRao(t.own.kradapter_u!, t.own.kradapter_v!, sizes(layer).cols, { transposed: layer.out > layer.in, alpha: num(c, 'scaling'), ...options });

/**
 * KRAdapter: delta = s K, or its transpose where the weight is tall, K[m, b k1 + a] = u[m, a] v[m, b] (arXiv 2508.00230), as the layer
 * in the authors' README has it: their program's merge adds another matrix. Source: PaulAlbert31/KRAdapter.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [kradapterCodec],
  tensors(_, layer) {
    const { rows, k1, k2 } = sizes(layer);
    return { kradapter_u: [rows, k1], kradapter_v: [rows, k2] };
  },
  init(_, layer, random) {
    const { rows, k1, k2 } = sizes(layer);
    // torch.nn.init.kaiming_uniform_(a = 5)
    const bound = Math.sqrt(6 / (26 * k2));
    return { kradapter_u: new Float32Array(rows * k1), kradapter_v: Float32Array.from({ length: rows * k2 }, () => (2 * random() - 1) * bound) };
  },
  runsAsOne: (_, form) => form === 'merged',
  merged: (c, layer, t) => update(c, layer, t, { residual: widen(t.weight), label: 'W + s K' }),
  streamed(c, layer, t, x, residual) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    return linear(x, update(c, layer, t, { label: 's K' }), { residual: base, label: 'x s K' });
  },
  cost(_, layer, tokens) {
    const d = layer.in * layer.out;
    return { streamed: 3 * tokens * d + 3 * d, merged: tokens * d, merging: 3 * d };
  },
};
