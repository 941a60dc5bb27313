import { defined } from '../../../numbers/defined';
import { circulant, type CirculantOptions } from '../../../ops/circulant';
import { linear } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import { normal } from '../../init';
import { besideBase, type Layer, type LayerTensors, type Method } from '../../method';
import { blockOf } from './block';
import { c3aCodec } from './codec';
import { fields } from './fields';

/** delta, or the residual and delta. */
const update = ({ in: n }: Layer, t: LayerTensors, options: CirculantOptions) => circulant(defined(t.own.c3a_kernel), { alpha: 1 / n, ...options });

/** Bounds of uniform start values. */
const bounds: Readonly<Record<string, (layer: Layer) => number>> = {
  xavier_uniform: ({ in: n, out: m }) => Math.sqrt(6 / (n + m)),
  kaiming_uniform: ({ in: n }) => 1 / Math.sqrt(n),
  zeros: () => 0,
};

/**
 * C3A: delta[p b + o, q b + i] = kernel[p, q, (i - o) mod b] / in (arXiv 2407.19342). PEFT's backward takes the wrong entries of the
 * kernel for the gradient of a layer's input, so that all layers below an adapted one learn by wrong gradients there; here they are
 * the derivatives. Source: peft/tuners/c3a/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [c3aCodec],
  tensors(c, layer) {
    const b = blockOf(c, layer);
    return { c3a_kernel: [layer.out / b, layer.in / b, b] };
  },
  range: (layers) => [1, Math.max(...layers.map((layer) => Math.min(layer.in, layer.out)))],
  init(c, layer, random) {
    const count = (layer.in * layer.out) / blockOf(c, layer);
    const bound = bounds[String(c.init_weights)];
    return { c3a_kernel: bound ? Float32Array.from({ length: count }, () => (2 * random() - 1) * bound(layer)) : normal(count, 1, random) };
  },
  runsAsOne: (_, form) => form === 'merged',
  merged: (_, layer, t) => update(layer, t, { residual: widen(t.weight), label: 'W + blocks' }),
  ...besideBase((_, layer, t, base, x) => linear(x, update(layer, t, { label: 'blocks' }), { residual: base, label: 'x blocks' })),
  cost(_, layer, tokens) {
    const d = layer.in * layer.out;
    return { streamed: 3 * tokens * d + 2 * d, merged: tokens * d, merging: 2 * d };
  },
};
