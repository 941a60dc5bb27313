import type { Tensor } from '../../../engine/tensor';
import { recorder } from '../../../engine/record';
import { defined } from '../../../numbers/defined';
import { gramColumns } from '../../../ops/gramColumns';
import { inverse } from '../../../ops/inverse';
import { batchedMatmul, linear, matmulNN } from '../../../ops/matmul';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { kaimingUniform } from '../../init';
import { num, type Layer, type LayerTensors, type Method } from '../../method';
import { hraCodec } from './codec';
import { fields } from './fields';

/**
 * U (G, in, r) and M (G, r, r) with H = I - U M U^T. Of reflections one after the other M^-1 is the upper triangle of U^T U with half its diagonal
 * (Puglisi, SIAM J. Sci. Stat. Comput. 13(3), 1992); of orthogonal ones it is half of U^T U, since Q Q^T = U (U^T U)^-1 U^T.
 */
function compact(c: MethodConfig, t: LayerTensors): { U: Tensor; M: Tensor } {
  const U = defined(t.own.hra_u);
  const gram = gramColumns(U, 'U^T U');
  return { U, M: c.apply_GS === true ? inverse(gram, { alpha: 2, label: '2 (U^T U)^-1' }) : inverse(gram, { upper: true, label: 'M' }) };
}

const matrix = (t: Tensor): Tensor => recorder().view(t, t.shape.slice(-2));

/** HRA: W' = W H_0 ... H_(r-1), Householder reflections (arXiv 2405.17484). Source: peft/tuners/hra/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [hraCodec],
  count: { each: 'r d_in' },
  tensors: (c, { in: n }) => ({ hra_u: [n, num(c, 'r')] }),
  range: (layers) => [1, Math.min(...layers.map((l) => l.in))],
  check(c, layer) {
    if (c.apply_GS === true && num(c, 'r') > layer.in) throw new ConfigError(`r is ${num(c, 'r')}, and ${layer.name} has ${layer.in} inputs: no more mirrors can be orthogonal. Choose a smaller r, or leave apply_GS out.`);
  },
  init(c, { in: n }, random) {
    const r = num(c, 'r');
    // Equal neighbours undo each other; what is orthogonal has none.
    const paired = r % 2 === 0 && c.apply_GS !== true;
    const width = paired ? r / 2 : r;
    const columns = kaimingUniform(n, width, random);
    return { hra_u: paired ? Float32Array.from({ length: n * r }, (_, i) => defined(columns[Math.floor(i / 2)])) : columns };
  },
  runsAsOne: (_, form) => form === 'merged',
  merged(c, _, t) {
    const { U, M } = compact(c, t);
    const W = widen(t.weight);
    return batchedMatmul(batchedMatmul(batchedMatmul(W, U, { label: 'W U' }), M, { label: 'W U M' }), U, { transposed: true, alpha: -1, residual: W, label: 'W H' });
  },
  streamed(c, _: Layer, t, x, residual) {
    const { U, M } = compact(c, t);
    // x H^T = x - x U M^T U^T
    const turned = linear(linear(matmulNN(x, matrix(U), { label: 'x U' }), matrix(M), { label: 'x U M' }), matrix(U), { alpha: -1, residual: x, label: 'x H' });
    return linear(turned, t.weight, { bias: t.bias, residual, label: 'W' });
  },
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    const d = layer.in * layer.out;
    const small = r * r * (layer.in + r);
    return { streamed: 3 * tokens * r * (2 * layer.in + r) + 3 * small, merged: tokens * d, merging: 6 * r * d + 3 * small };
  },
};
