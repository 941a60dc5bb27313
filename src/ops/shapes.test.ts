import { expect, test } from 'vitest';
import { Recorder } from '../engine/record';
import { add, addBias } from './add';
import { attention, packedAttention } from './attention';
import { combine } from './combine';
import { crossEntropy } from './crossEntropy';
import { embed, patchify } from './embed';
import { layerNorm } from './layerNorm';
import { batchedMatmul, linear, matmulNN, matmulTT } from './matmul';
import { pool } from './pool';
import { randloraMerge } from './randlora';
import { randloraUpdate } from './randloraStreamed';
import { groupsLeft, groupsRight } from './randloraGroups';
import { scaleColumns, scaleRows } from './scale';
import type { Tensor } from '../engine/tensor';

type T = (...shape: number[]) => Tensor;

// Each op names itself, what is wrong and both shapes.
test.each<[string, (t: T, trained: T) => unknown, string]>([
  ['add', (t) => add(t(2, 3), t(4)), 'add: shapes differ, [2, 3] and [4]'],
  ['addBias', (t) => addBias(t(2, 3), t(4)), 'add_bias: the bias must have the width of x, [2, 3] and [4]'],
  ['linear', (t) => linear(t(2, 3), t(5, 4)), 'matmul: inner sizes differ (weight transposed), [2, 3] and [5, 4]'],
  ['matmulNN', (t) => matmulNN(t(2, 3), t(5, 4), { label: 'up' }), 'up: inner sizes differ (weight as is), [2, 3] and [5, 4]'],
  ['matmulTT', (t) => matmulTT(t(2, 3), t(5, 4)), 'matmul tt: inner sizes differ (both transposed), [2, 3] and [5, 4]'],
  ['a bias', (t) => linear(t(2, 3), t(5, 3), { bias: t(4) }), 'matmul: the bias does not fit, [4] and [5]'],
  ['a residual', (t) => linear(t(2, 3), t(5, 3), { residual: t(2, 4) }), 'matmul: the residual does not fit, [2, 4] and [2, 5]'],
  ['a trained slice', (t, trained) => linear(t(2, 3), trained(5, 4), { sliceW: { rows: 5, cols: 3, ld: 4 } }), 'matmul: a slice of a wider matrix cannot be trained'],
  ['batchedMatmul', (t) => batchedMatmul(t(2, 3, 4), t(2, 3, 4)), 'batched matmul: wants (B, M, K) and (B, K, N), or (B, N, K) when transposed, [2, 3, 4] and [2, 3, 4]'],
  ['attention', (t) => attention(t(1, 4, 6), t(1, 4, 6), t(1, 5, 6), 2), 'attention: q, k and v must be (B, T, C), [1, 4, 6] and [1, 4, 6] and [1, 5, 6]'],
  ['attention heads', (t) => attention(t(1, 4, 6), t(1, 4, 6), t(1, 4, 6), 4), 'attention: 4 heads do not divide the width 6'],
  ['packed attention', (t) => packedAttention(t(1, 4, 8), 2), 'attention: q, k and v side by side must be (B, T, 3 C), [1, 4, 8]'],
  ['layerNorm', (t) => layerNorm(t(2, 3), t(3), t(4), 1e-6), 'layer_norm: weight and bias must have the width of x, [2, 3] and [3] and [4]'],
  ['crossEntropy', (t) => crossEntropy(t(2, 3), t(3)), 'cross_entropy: logits (B, K) and labels (B) do not fit, [2, 3] and [3]'],
  ['patchify', (t) => patchify(t(1, 3, 8, 10), 4), 'patchify: patches of 4 do not tile the image, [1, 3, 8, 10]'],
  ['embed', (t) => embed(t(1, 4, 3), t(3), t(4, 3)), 'embed: class token (C) and positions (T, C) do not fit the patches (B, T - 1, C), [3] and [4, 3] and [1, 4, 3]'],
  ['pool', (t) => pool(t(1, 4, 3), 2, 3), 'pool: tokens 2 to 4 are not in, [1, 4, 3]'],
  ['scaleColumns', (t) => scaleColumns(t(2, 3), t(2)), 'scale: the factors must be one per column, [2, 3] and [2]'],
  ['scaleRows', (t) => scaleRows(t(2, 3), t(3)), 'scale: the factors must be one per row, [2, 3] and [3]'],
  ['combine', (t) => combine(t(3, 4, 5), t(2), 0, 4, 5), 'combine: bases (n, >= 4, >= 5) and coefficients do not fit, [3, 4, 5] and [2]'],
  ['combine of computed coefficients', (t, trained) => combine(t(3, 4, 5), trained(6), 3, 4, 5), 'combine: computed coefficients must be used whole, [6] and [3]'],
  ['randloraMerge', (t) => randloraMerge(t(1, 5, 5), { A: t(2, 1, 4), B: t(5, 3, 2), lambda: t(1, 2, 3), gamma: t(1, 3, 5), paper: false }, 1), 'W + s B A: A (r, 1, >= 5) and B (>= 5, >= 3, 2) do not fit, [2, 1, 4] and [5, 3, 2]'],
  ['randloraUpdate', (t) => randloraUpdate(t(4, 7), t(4, 5), { A: t(2, 1, 5), B: t(5, 3, 2), lambda: t(1, 2, 3), gamma: t(1, 3, 5), paper: false }, { out: 5, alpha: 1 }), 'randlora: the base is not (4, 1 x 5), [4, 7]'],
  ['groupsLeft', (t) => groupsLeft(t(4, 3, 2), t(2, 3), 5, 2), 'groups_left: B (>= 5, >= n, r) and lambda (r, n) do not fit, [4, 3, 2] and [2, 3]'],
  ['groupsRight', (t) => groupsRight(t(2, 1, 4), t(3, 5), 2), 'groups_right: A (r, 1, >= d) and gamma (n, d) do not fit, [2, 1, 4] and [3, 5]'],
])('%s says which shapes do not fit', (_, body, message) => {
  const rec = new Recorder();
  let count = 0;
  const make = (trained: boolean) => (...shape: number[]) => rec.declare('input', `t${count++}`, shape, 'f32', trained);
  rec.program('p', () => {
    expect(() => body(make(false), make(true))).toThrow(expect.objectContaining({ kind: 'shape', message }));
  });
});
