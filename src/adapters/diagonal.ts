import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { addBlocks } from '../ops/blocks';
import { dropout } from '../ops/dropout';
import { batchedMatmul, linear } from '../ops/matmul';
import { scaleColumns, scaleRows } from '../ops/scale';
import { widen } from '../ops/widen';
import type { MethodConfig } from './field';
import { besideBase, type Layer, type LayerTensors, type Method } from './method';

/** An update alpha B diag(d) A of layers that run as one: A (G, r, in), B (G, out, r), and a number d for each of the G r ranks. */
export interface Diagonal {
  A: Tensor;
  B: Tensor;
  d: Tensor;
  alpha: number;
  /** Probability that an input of A is dropped while training. */
  drop: number;
}

/** The forms of a method whose update is such a product. */
export const diagonalForms = (of: (c: MethodConfig, t: LayerTensors) => Diagonal): Pick<Method, 'runsAsOne' | 'streamed'> & Required<Pick<Method, 'merged'>> => ({
  runsAsOne: () => true,
  merged(c, _, t) {
    const { A, B, d, alpha } = of(c, t);
    return batchedMatmul(B, recorder().view(scaleRows(A, d), A.shape), { alpha, residual: widen(t.weight), label: 'W + s B diag A' });
  },
  streamed: besideBase((c, _, t, base, x, training) => {
    const { A, B, d, alpha, drop } = of(c, t);
    const u = linear(training ? dropout(x, drop) : x, A, { label: 'x A' });
    return addBlocks(base, scaleColumns(u, d), B, { alpha, stride: t.stride, label: 's B diag' });
  }).streamed,
});

/** `Method.cost` of one of rank r. */
export const diagonalCost = (r: number, layer: Layer, tokens: number): ReturnType<NonNullable<Method['cost']>> => {
  const d = layer.in * layer.out;
  return { streamed: 3 * tokens * r * (layer.in + layer.out + 1), merged: tokens * d, merging: 4 * r * d };
};
