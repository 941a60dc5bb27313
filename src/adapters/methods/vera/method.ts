import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { dropout } from '../../../ops/dropout';
import { linear } from '../../../ops/matmul';
import { scaleColumns } from '../../../ops/scale';
import { num, type Method } from '../../method';
import { veraCodec } from './codec';
import { fields } from './fields';
import { mergedPair, sharedPair, slicesOfPair } from './shared';

const pair = { A: 'vera_A', B: 'vera_B' };

/** VeRA: delta = diag(b) B diag(d) A with shared random A, B (arXiv 2310.11454). Source: peft/tuners/vera/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [veraCodec],
  count: { each: 'd_out + r' },
  tensors: (c, layer) => ({ vera_lambda_b: [layer.out], vera_lambda_d: [num(c, 'r')] }),
  // Beyond the width of the layers more rank adds parameters but no expressive power; the bases grow all the same.
  range: (layers) => [1, 4 * Math.max(...layers.map((l) => Math.max(l.in, l.out)))],
  shared: (c, layers) => sharedPair(pair, c, layers),
  init: (c, layer) => ({
    vera_lambda_b: new Float32Array(layer.out),
    vera_lambda_d: new Float32Array(num(c, 'r')).fill(num(c, 'd_initial')),
  }),
  runsAsOne: (_, form) => form === 'merged',
  merged: (_, layer, t) => mergedPair(pair, layer, t, { d: defined(t.own.vera_lambda_d), b: defined(t.own.vera_lambda_b) }),
  streamed(c, layer, t, x, residual, training) {
    const { A, B, a, b } = slicesOfPair(pair, layer, t);
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const u = linear(training ? dropout(x, num(c, 'vera_dropout')) : x, A, { sliceW: a, label: 'x A' });
    const v = linear(scaleColumns(u, t.own.vera_lambda_d!), B, { sliceW: b, label: 'd B' });
    return add(base, scaleColumns(v, t.own.vera_lambda_b!), { label: 'vera' });
  },
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    const d = layer.in * layer.out;
    return { streamed: 2 * tokens * r * (layer.in + layer.out), merged: tokens * d, merging: 3 * r * d };
  },
};
