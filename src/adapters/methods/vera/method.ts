import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { lastOf } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { dropout } from '../../../ops/dropout';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { scaleColumns, scaleRows } from '../../../ops/scale';
import { widen } from '../../../ops/widen';
import { num, type Layer, type LayerTensors, type Method } from '../../method';
import { veraCodec } from './codec';
import { veraBases } from './drawn';
import { fields } from './fields';

/** The layer's slices of the shared matrices: A[:, :in] and B[:out]. */
function slices(layer: Layer, t: LayerTensors): { A: Tensor; B: Tensor; a: { rows: number; cols: number; ld: number }; b: { rows: number; cols: number; ld: number } } {
  const A = t.shared.vera_A!;
  const B = t.shared.vera_B!;
  const r = lastOf(B);
  return { A, B, a: { rows: r, cols: layer.in, ld: lastOf(A) }, b: { rows: layer.out, cols: r, ld: r } };
}

/** VeRA: delta = diag(b) B diag(d) A with shared random A, B (arXiv 2310.11454). Source: peft/tuners/vera/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [veraCodec],
  tensors: (c, layer) => ({ vera_lambda_b: [layer.out], vera_lambda_d: [num(c, 'r')] }),
  // Beyond the width of the layers more rank adds parameters but no expressive power; the bases grow all the same.
  range: (layers) => [1, 4 * Math.max(...layers.map((l) => Math.max(l.in, l.out)))],
  shared(c, layers) {
    const inMax = Math.max(...layers.map((l) => l.in));
    const outMax = Math.max(...layers.map((l) => l.out));
    const r = num(c, 'r');
    let drawn: ReturnType<typeof veraBases> | undefined;
    const draw = () => (drawn ??= veraBases(num(c, 'projection_prng_key'), r, inMax, outMax));
    return { vera_A: { shape: [r, inMax], data: () => draw().A }, vera_B: { shape: [outMax, r], data: () => draw().B } };
  },
  init: (c, layer) => ({
    vera_lambda_b: new Float32Array(layer.out),
    vera_lambda_d: new Float32Array(num(c, 'r')).fill(num(c, 'd_initial')),
  }),
  runsAsOne: (_, form) => form === 'merged',
  merged(c, layer, t) {
    const { A, B, a, b } = slices(layer, t);
    const lambdas = t.own.vera_lambda_d!;
    const scaled = recorder().view(scaleRows(A, lambdas, a), [defined(lambdas.shape[0]), num(c, 'r'), layer.in]);
    const delta = scaleRows(batchedMatmul(B, scaled, { sliceX: b, label: 'B d A' }), t.own.vera_lambda_b!);
    return add(widen(t.weight), delta, { label: 'W + delta' });
  },
  streamed(c, layer, t, x, residual, training) {
    const { A, B, a, b } = slices(layer, t);
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
