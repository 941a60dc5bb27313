import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { linear } from '../../../ops/matmul';
import { scatter } from '../../../ops/scatter';
import { synthesis } from '../../../ops/synthesis';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { normal } from '../../init';
import { besideBase, num, type Arrays, type Layer, type LayerTensors, type Method } from '../../method';
import { checkCount, frequencyRange, placesOf } from '../fourierft/places';
import { waveftCodec } from './codec';
import { fields } from './fields';
import { filtersOf } from './wavelets';

/** Standard deviation of random start values, PEFT's. */
const STD = 0.01;

const tapsOf = (c: MethodConfig): number => filtersOf(String(c.wavelet_family)).length / 2;

/** Length of an axis of coefficients, even, whose transform is at least `size` long. */
const padded = (c: MethodConfig, size: number): number => 2 * Math.ceil((size + tapsOf(c) - 2) / 2);

/**
 * Places of the coefficients, rows before columns. PEFT puts them into the middle of the padded matrix, and transforms its top right by the
 * filter of details along the columns' index, its bottom left along the rows': where a transform along both has these, they change places.
 */
function indexOf(c: MethodConfig, layer: Layer): Float32Array {
  const { rows, columns } = placesOf(c, layer, num(c, 'n_frequency'));
  if (!c.use_idwt) return Float32Array.from([...rows, ...columns]);
  const [R, C] = [padded(c, layer.out), padded(c, layer.in)];
  const [down, right] = [Math.floor((R - layer.out) / 2), Math.floor((C - layer.in) / 2)];
  const index = new Float32Array(2 * rows.length);
  rows.forEach((plain, k) => {
    const [row, column] = [plain + down, defined(columns[k]) + right];
    index[k] = (row % (R / 2)) + (column >= C / 2 ? R / 2 : 0);
    index[rows.length + k] = (column % (C / 2)) + (row >= R / 2 ? C / 2 : 0);
  });
  return index;
}

const fixedOf = (c: MethodConfig, layer: Layer): Arrays => ({ waveft_index: indexOf(c, layer), waveft_filters: filtersOf(String(c.wavelet_family)) });

/** delta, (1, out, in). */
function update(c: MethodConfig, { in: n, out: m }: Layer, t: LayerTensors): Tensor {
  const [x, index, filters] = [defined(t.own.waveft_spectrum), defined(t.fixed.waveft_index), defined(t.fixed.waveft_filters)];
  const alpha = num(c, 'scaling');
  if (!c.use_idwt) return scatter(x, index, m, n, { alpha, label: 's S' });
  const S = scatter(x, index, padded(c, m), padded(c, n), { alpha, label: 's S' });
  return synthesis(synthesis(S, filters, m, { label: 'along rows' }), filters, n, { across: true, label: 'delta' });
}

/** Number of a layer's coefficients where larger layers have more: of as many in all its share, halves to the even one as Python rounds. */
function share(c: MethodConfig, layer: Layer, layers: readonly Layer[]): number {
  const all = layers.reduce((sum, one) => sum + one.in * one.out, 0);
  const exact = ((layer.in * layer.out) / all) * (num(c, 'n_frequency') * layers.length);
  const down = Math.floor(exact);
  const rest = exact - down;
  return Math.max(1, rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down);
}

/**
 * WaveFT: delta = s IDWT2(S), S zero but for the trained values at random places (arXiv 2505.12532), or s S without the transform.
 * Source: peft/tuners/waveft/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [waveftCodec],
  settled: (c, layers) => (layer) => (c.proportional_parameters ? { n_frequency: share(c, layer, layers) } : {}),
  count: { each: 'n_frequency' },
  tensors: (c) => ({ waveft_spectrum: [num(c, 'n_frequency')] }),
  fixed: (c) => ({ waveft_index: { shape: [2, num(c, 'n_frequency')], derived: true }, waveft_filters: { shape: [2, tapsOf(c)], derived: true } }),
  derive: (c, layer) => fixedOf(c, layer),
  check: (c, layer) => checkCount(num(c, 'n_frequency'), layer),
  range: frequencyRange,
  init: (c, layer, random) => ({ waveft_spectrum: c.init_weights ? new Float32Array(num(c, 'n_frequency')) : normal(num(c, 'n_frequency'), STD, random), ...fixedOf(c, layer) }),
  merged: (c, layer, t) => add(widen(t.weight), update(c, layer, t), { label: 'W + delta' }),
  ...besideBase((c, layer, t, base, x) => linear(x, update(c, layer, t), { residual: base, label: 'x delta' })),
  cost(c, layer, tokens) {
    const d = layer.in * layer.out;
    const making = c.use_idwt ? 4 * tapsOf(c) * d : d;
    return { streamed: 3 * tokens * d + making, merged: tokens * d, merging: 1.5 * making };
  },
};
