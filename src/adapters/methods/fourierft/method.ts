import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { linear, type MatmulOptions } from '../../../ops/matmul';
import { turns, waves } from '../../../ops/waves';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { normal } from '../../init';
import { besideBase, num, type Arrays, type Layer, type LayerTensors, type Method } from '../../method';
import { fourierftCodec } from './codec';
import { fields } from './fields';
import { checkCount, frequencyRange, placesOf } from './places';

/** Fixed parts: places of the trained entries, and cosines and sines for both sizes. */
function fixedOf(c: MethodConfig, layer: Layer): Arrays {
  const { rows, columns } = placesOf(c, layer, num(c, 'n_frequency'));
  return { fourierft_rows: rows, fourierft_columns: columns, fourierft_row_turns: turns(layer.out), fourierft_column_turns: turns(layer.in) };
}

/** delta (out, in), or W + delta: the cosine of a sum of two angles is cos cos - sin sin, so delta is a product of two matrices of waves. */
function update(c: MethodConfig, { in: n, out: m }: Layer, t: LayerTensors, { residual, label }: Pick<MatmulOptions, 'residual' | 'label'>): Tensor {
  const left = waves(defined(t.fixed.fourierft_rows), defined(t.fixed.fourierft_row_turns), { x: defined(t.own.fourierft_spectrum), sign: -1, label: 'waves of rows' });
  const right = waves(defined(t.fixed.fourierft_columns), defined(t.fixed.fourierft_column_turns), { label: 'waves of columns' });
  return linear(left, right, { alpha: num(c, 'scaling') / (m * n), residual, label });
}

/**
 * FourierFT: delta = s Re(ifft2(S)), S zero but for the trained values at random places (arXiv 2405.03003); that is
 * s / (out in) sum over k of x[k] cos(2 pi (row[k] o / out + column[k] i / in)). Source: peft/tuners/fourierft/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [fourierftCodec],
  count: { each: 'n_frequency' },
  tensors: (c) => ({ fourierft_spectrum: [num(c, 'n_frequency')] }),
  fixed: (c, { in: n, out: m }) => ({
    fourierft_rows: { shape: [num(c, 'n_frequency')], derived: true },
    fourierft_columns: { shape: [num(c, 'n_frequency')], derived: true },
    fourierft_row_turns: { shape: [2, m], derived: true },
    fourierft_column_turns: { shape: [2, n], derived: true },
  }),
  derive: (c, layer) => fixedOf(c, layer),
  check: (c, layer) => checkCount(num(c, 'n_frequency'), layer),
  range: frequencyRange,
  init: (c, layer, random) => ({ fourierft_spectrum: c.init_weights ? new Float32Array(num(c, 'n_frequency')) : normal(num(c, 'n_frequency'), 1, random), ...fixedOf(c, layer) }),
  merged: (c, layer, t) => recorder().view(update(c, layer, t, { residual: widen(t.weight), label: 'W + waves' }), t.weight.shape),
  ...besideBase((c, layer, t, base, x) => linear(x, update(c, layer, t, { label: 'waves' }), { residual: base, label: 'x waves' })),
  cost(c, layer, tokens) {
    const d = layer.in * layer.out;
    const making = 2 * num(c, 'n_frequency') * d;
    return { streamed: 3 * tokens * d + 2 * making, merged: tokens * d, merging: 3 * making };
  },
};
