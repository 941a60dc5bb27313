import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { dropout } from '../../../ops/dropout';
import { linear } from '../../../ops/matmul';
import { sample } from '../../../ops/sample';
import { scaleColumns } from '../../../ops/scale';
import { sliceOf } from '../../../ops/sliceOf';
import { swap } from '../../../ops/swap';
import type { MethodConfig } from '../../field';
import { num, type LayerTensors, type Method } from '../../method';
import { mergedPair, sharedPair, slicesOfPair } from '../vera/shared';
import { pveraCodec } from './codec';
import { fields } from './fields';

const pair = { A: 'pvera_A', B: 'pvera_B' };
/** Rows of A, and of d, for each rank: those of the means, and behind them those of the variances. */
const BOTH = 2;

/** Part of d (G, 2 r) that scales the means: (1, G, r). */
function ofMeans(c: MethodConfig, t: LayerTensors): Tensor {
  const d = defined(t.own.pvera_lambda_d);
  const [G, r] = [defined(d.shape[0]), num(c, 'r')];
  const halves = [BOTH, G, r];
  return sliceOf(G === 1 ? recorder().view(d, halves) : swap(d, [G, BOTH, r], halves, 'd by halves'), 0, 1);
}

/**
 * PVeRA: y = x W^T + b diag(b) B z, with shared random A and B (arXiv 2512.07703). d * A x has the means of z, and behind them the
 * logarithms of its variances, of which training draws z; elsewhere z is the mean: delta = diag(b) B diag(d[:r]) A[:r].
 * Source: peft/tuners/pvera/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [pveraCodec],
  count: { each: 'd_out + 2 r' },
  tensors: (c, layer) => ({ pvera_lambda_b: [layer.out], pvera_lambda_d: [BOTH * num(c, 'r')] }),
  // As VeRA's.
  range: (layers) => [1, 4 * Math.max(...layers.map((l) => Math.max(l.in, l.out)))],
  shared: (c, layers) => sharedPair(pair, c, layers, BOTH),
  init: (c, layer) => ({
    pvera_lambda_b: new Float32Array(layer.out),
    pvera_lambda_d: new Float32Array(BOTH * num(c, 'r')).fill(num(c, 'd_initial')),
  }),
  runsAsOne: (_, form) => form === 'merged',
  merged: (c, layer, t) => mergedPair(pair, layer, t, { d: ofMeans(c, t), b: defined(t.own.pvera_lambda_b) }),
  streamed(c, layer, t, x, residual, training) {
    const { A, B, a, b } = slicesOfPair(pair, layer, t, training ? BOTH : 1);
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const u = linear(training ? dropout(x, num(c, 'pvera_dropout')) : x, A, { sliceW: a, label: 'x A' });
    const z = training ? sample(scaleColumns(u, defined(t.own.pvera_lambda_d)), { seed: c.generator_seed as number | null, label: 'z' }) : scaleColumns(u, ofMeans(c, t));
    const v = linear(z, B, { sliceW: b, label: 'z B' });
    return add(base, scaleColumns(v, defined(t.own.pvera_lambda_b)), { label: 'pvera' });
  },
  // No merged form to train in: a weight has no noise, which is drawn for each token.
  cost: (c, layer, tokens) => ({ streamed: 2 * tokens * num(c, 'r') * (BOTH * layer.in + layer.out) }),
};
